"""Checks of predict: the class with the highest score."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "predict"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="predict: the lecture's cat, car and frog", points=1)
def lecture_example(predict):
    scores = np.array(
        [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1], [-2.85, -0.86, -0.28], [3.0, 1.0, 2.0]]
    )
    expect(predict(np.eye(3), scores), [1, 1, 1, 2, 0], "predict(W, X)")
    expect(predict(scores[:2].T, np.eye(3)), [0, 0, 1], "predict with weights of two classes")
    equal = np.array([[2.0, 2.0, 1.0], [-3.0, -1.0, -1.0]], np.float32)
    expect(
        predict(np.eye(3, dtype=np.float32), equal), [0, 1], "predict where two scores are equal: the first"
    )


@test_case(
    name="predict: other shapes",
    points=1,
    hidden=True,
    failure_message="One label for each example: the argmax along each row of X @ W.",
)
def other_shapes(predict, reference, check, classification):
    for W, X, _ in classification.problems("predict"):
        check.agrees(predict, reference.predict, W, X)


@test_case(
    name="predict: scores that are equal",
    points=0.5,
    hidden=True,
    failure_message="Where several scores are equal, the class is the first of them, as np.argmax takes it.",
)
def equal_scores(predict, reference, check):
    for dtype, classes in ((np.float64, 3), (np.float32, 5), (np.float64, 12)):
        rng = check.rng("predict: equal", classes)
        W, X = rng.integers(-1, 2, size=(4, classes)), rng.integers(-1, 2, size=(60, 4))  # whole, so exact
        check.agrees(predict, reference.predict, W.astype(dtype), X.astype(dtype))


@test_case(
    name="predict: float32, and scores that are all negative",
    points=0.5,
    hidden=True,
    failure_message="The highest score may be negative: do not start the search from 0.",
)
def negative_scores(predict, reference, check, classification):
    for W, X, _ in classification.problems("predict: negative", dtype=np.float32, offsets=[-50.0]):
        check.agrees(predict, reference.predict, W, X)
