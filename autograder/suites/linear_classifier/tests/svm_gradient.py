"""Checks of svm_gradient: the gradient of the multiclass SVM loss, vectorised."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "svm_gradient"
points = None

LECTURE_SCORES = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])  # a cat, a car and a frog
LABELS = np.array([0, 1, 2])

# A batch of five examples with three features and four classes.
W = np.array([[0.5, -1.2, 0.3, 0.8], [-0.7, 0.4, 1.1, -0.2], [0.9, -0.6, 0.2, -1.0]])
X = np.array([[1.0, 2.0, -1.0], [0.5, -1.5, 2.0], [-2.0, 1.0, 0.5], [1.5, 0.5, 1.0], [-1.0, -0.5, -2.0]])
y = np.array([2, 0, 1, 3, 0])
NUMERICAL_GRADIENT = [[0.9, -0.2, -0.1, -0.6], [0.4, -0.1, -0.4, 0.1], [1.4, -0.4, 0.0, -1.0]]


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="svm_gradient: the lecture's cat, car and frog", points=0.5)
def lecture_example(svm_gradient):
    rows = [[-1, 1, 0], [0, 0, 0], [1, 1, -2]]  # how the loss of each example changes with its scores
    expect(
        svm_gradient(LECTURE_SCORES, np.eye(3), LABELS),
        np.array(rows) / 3,
        "the gradient, with the scores as weights",
    )
    for i, row in enumerate(rows):
        got = svm_gradient(np.eye(3), LECTURE_SCORES[i : i + 1], LABELS[i : i + 1])
        expect(got, np.outer(LECTURE_SCORES[i], row), f"the gradient of example {i}")


@test_case(name="svm_gradient: a numerical gradient in float64", points=1)
def numerical_gradient(svm_gradient):
    expect(svm_gradient(W, X, y), NUMERICAL_GRADIENT, "the gradient, against central differences of the loss")
    twice = svm_gradient(W, np.vstack([X, X]), np.concatenate([y, y]))
    expect(twice, NUMERICAL_GRADIENT, "the gradient of a batch that holds every example twice")
    reversed_classes = svm_gradient(W[:, ::-1].copy(), X, 3 - y)
    expect(reversed_classes, np.fliplr(NUMERICAL_GRADIENT), "the gradient with the classes in reverse order")


@test_case(name="svm_gradient: another margin, float32, other labels, a class without an example", points=0.5)
def margins_and_types(svm_gradient):
    X, W = np.eye(2, dtype=np.float32), np.array([[1.0, 3.0, -2.0], [0.5, 0.0, 4.0]], np.float32)
    rows = {0.25: [[-1, 1, 0], [1, -2, 1]], 3.5: [[-2, 1, 1], [1, -2, 1]], 0.0: [[-1, 1, 0], [1, -2, 1]]}
    rows[3.0] = rows[0.25]  # the margin of class 2 is 0 then, and does not count
    for labels in (np.int64, np.uint8, np.int16, np.uint32):
        for delta, row in rows.items():
            got = svm_gradient(W, X, np.array([0, 1], labels), delta=delta)
            expect(
                got,
                np.array(row) / 2,
                f"the gradient with delta = {delta:g} and labels of {np.dtype(labels)}",
            )
        got = svm_gradient(W[:, [1, 0, 2]], X, np.array([1, 1], labels), delta=0.25)
        expect(got, [[0.5, -0.5, 0], [0, -0.5, 0.5]], "the gradient where every example is of class 1")


@test_case(
    name="svm_gradient: other batches",
    points=1.5,
    hidden=True,
    failure_message="Compare with svm_gradient_naive where N, D and C all differ. It is a mean, too.",
)
def other_batches(svm_gradient, reference, check, classification):
    for W, X, y in classification.problems("svm_gradient"):
        check.agrees(svm_gradient, reference.svm_gradient, W, X, y, dtype=True)


@test_case(
    name="svm_gradient: other margins",
    points=1,
    hidden=True,
    failure_message="The margin is the argument delta; it need not be 1.",
)
def other_margins(svm_gradient, reference, check, classification):
    for delta in (0.3, 2.5, 10.0):
        W, X, y = classification.problem(7, 3, 5, "svm_gradient", delta=delta)
        check.agrees(svm_gradient, reference.svm_gradient, W, X, y, delta=delta)


@test_case(
    name="svm_gradient: float32",
    points=0.5,
    hidden=True,
    failure_message="X and W may be float32; the result has to be right to the accuracy of that.",
)
def single_precision(svm_gradient, reference, check, classification):
    for W, X, y in classification.problems("svm_gradient", dtype=np.float32):
        check.agrees(svm_gradient, reference.svm_gradient, W, X, y)


@test_case(
    name="svm_gradient: labels of other integer types",
    points=0.5,
    hidden=True,
    failure_message="Labels may be of any integer type: an unsigned one has no -1, a small one overflows.",
)
def other_label_types(svm_gradient, reference, check, classification):
    for labels in (np.uint8, np.int16, np.int32, np.uint32):
        W, X, y = classification.problem(9, 3, 5, "svm_gradient", labels.__name__, labels=labels)
        check.agrees(svm_gradient, reference.svm_gradient, W, X, y)


@test_case(
    name="svm_gradient: classes without an example in the batch",
    points=0.5,
    hidden=True,
    failure_message="W has one column for each class: a batch need not hold every class.",
)
def absent_classes(svm_gradient, reference, check, classification):
    for label in (0, 2):
        W, X, y = classification.problem(4, 3, 6, "svm_gradient", label)
        check.agrees(svm_gradient, reference.svm_gradient, W, X, np.where(y > 2, label, y))


@test_case(
    name="svm_gradient: at least ten times as fast as explicit loops",
    points=1,
    hidden=True,
    failure_message=(
        "A loop over the examples is slow, and so is an array with N rows and N columns: work with arrays of shape "
        "(N, C), and stay right."
    ),
)
def fast(svm_gradient, reference, check, classification):
    check.speed(
        svm_gradient,
        reference.svm_gradient_naive,
        lambda turn: classification.problem(5000, 10, 10, "svm_gradient", turn, scale=0.3),
        reference_fn=reference.svm_gradient,
    )
