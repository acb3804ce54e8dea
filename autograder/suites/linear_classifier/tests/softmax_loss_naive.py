"""Checks of softmax_loss_naive: the softmax (cross-entropy) loss, with explicit loops."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "softmax_loss_naive"
points = None

LECTURE_SCORES = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])  # a cat, a car and a frog
LABELS = np.array([0, 1, 2])


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="softmax_loss_naive: the lecture's examples", points=0.5)
def lecture_example(softmax_loss_naive):
    for i, loss in enumerate([2.0404, 0.0791, 6.1565]):  # the cat's is -log 0.13
        got = softmax_loss_naive(np.eye(3), LECTURE_SCORES[i : i + 1], LABELS[i : i + 1])
        expect(got, loss, f"the loss of example {i}", atol=1e-4)
    got = softmax_loss_naive(LECTURE_SCORES, np.eye(3), LABELS)
    expect(got, 2.7587, "the mean loss of the three examples", atol=1e-4)
    for labels in (np.uint8, np.int16, np.int32, np.uint32):
        W, X = LECTURE_SCORES.astype(np.float32), np.eye(3, dtype=np.float32)
        got = softmax_loss_naive(W, X, LABELS.astype(labels))
        expect(
            got,
            2.7587,
            f"the mean loss of the three in float32, with labels of {np.dtype(labels)}",
            atol=1e-4,
        )
    got = softmax_loss_naive(np.eye(3), np.array([[-2.85, 0.86, 0.28]]), np.array([2]))
    expect(got, 1.04, "the loss of scores (-2.85, 0.86, 0.28), with the natural logarithm", atol=0.005)


@test_case(name="softmax_loss_naive: log C when all weights are zero", points=0.5)
def zero_weights(softmax_loss_naive):
    X = np.array([[1.0, -2.0], [0.5, 3.0], [4.0, 0.0]])
    for C in (2, 3, 10):
        expect(
            softmax_loss_naive(np.zeros((2, C)), X, np.array([0, 1, C - 1])),
            np.log(C),
            f"the loss at W = 0 with {C} classes",
        )


@test_case(
    name="softmax_loss_naive: scores in the thousands, and far apart",
    points=0.5,
    failure_message="exp overflows for large scores, and log 0 is -infinity: subtract the row's maximum, and take no "
    "logarithm of a probability.",
)
def large_scores_far_apart(softmax_loss_naive):
    for offset, examples, loss in ((1000.0, 3, 2.7587), (10_000.0, 2, 1.0597), (-1000.0, 1, 2.0404)):
        got = softmax_loss_naive(np.eye(3), LECTURE_SCORES[:examples] + offset, LABELS[:examples])
        what = f"the mean loss of {examples} with {offset:g} added to every score"
        expect(got, loss, what, atol=1e-4)
    for scores, label, loss in (
        ([0.0, 10_000.0, -5.0], 0, 10_000.0),
        ([-10_000.0, -800.0, -900.0], 2, 100.0),
    ):
        got = softmax_loss_naive(np.eye(3), np.array([scores]), np.array([label]))
        expect(got, loss, f"the loss of scores {scores} with true class {label}")


@test_case(
    name="softmax_loss_naive: other batches",
    points=0.5,
    hidden=True,
    failure_message="Take the mean over the N examples of the batch; D and C may be anything.",
)
def other_batches(softmax_loss_naive, reference, check, classification):
    for W, X, y in classification.problems("softmax_loss_naive"):
        check.agrees(softmax_loss_naive, reference.softmax_loss_naive, W, X, y)


@test_case(
    name="softmax_loss_naive: large scores",
    points=0.5,
    hidden=True,
    failure_message="exp overflows for large scores. Subtract its maximum from each row first.",
)
def large_scores(softmax_loss_naive, reference, check, classification):
    for W, X, y in classification.problems("softmax_loss_naive", offsets=[1000.0]):
        check.agrees(softmax_loss_naive, reference.softmax_loss_naive, W, X, y)


@test_case(
    name="softmax_loss_naive: scores of very different size from row to row",
    points=0.5,
    hidden=True,
    failure_message="Subtract from each row its own maximum; that of the batch leaves zeros elsewhere.",
)
def uneven_rows(softmax_loss_naive, reference, check, classification):
    for n, d, c in ((6, 3, 4), (9, 2, 5)):
        W, X, y = classification.problem(n, d, c, "softmax_loss_naive", offsets=[1000.0, -1000.0, 0.0])
        check.agrees(softmax_loss_naive, reference.softmax_loss_naive, W, X, y)


@test_case(
    name="softmax_loss_naive: scores that lie far apart within a row",
    points=0.5,
    hidden=True,
    failure_message=(
        "A probability can be too small for a float and become 0, and log 0 is -infinity. Take no log of a "
        "probability: with the row's maximum subtracted, L_i is log(sum of exp(scores)) minus the true score."
    ),
)
def wide_rows(softmax_loss_naive, reference, check, classification):
    # Single rows tell which of them are wrong, and so why.
    for key, (n, d, c) in enumerate(((6, 3, 4), (9, 2, 5), *((1, 3, 4),) * 8)):
        W, X, y = classification.problem(n, d, c, "softmax_loss_naive", key, scale=1000.0)
        check.agrees(softmax_loss_naive, reference.softmax_loss_naive, W, X, y)


@test_case(
    name="softmax_loss_naive: float32, and labels of other integer types",
    points=0.5,
    hidden=True,
    failure_message="X and W may be float32, labels of any integer type: an unsigned one has no -1.",
)
def other_types(softmax_loss_naive, reference, check, classification):
    for labels in (np.uint8, np.int16, np.int32, np.uint32):
        for W, X, y in classification.problems("softmax_loss_naive", dtype=np.float32, labels=labels):
            check.agrees(softmax_loss_naive, reference.softmax_loss_naive, W, X, y)
