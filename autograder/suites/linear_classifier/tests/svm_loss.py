"""Checks of svm_loss: the multiclass SVM (hinge) loss, vectorised."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "svm_loss"
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


@test_case(name="svm_loss: the lecture's cat, car and frog", points=1)
def lecture_example(svm_loss):
    for i, loss in enumerate([2.9, 0.0, 12.9]):
        expect(
            svm_loss(np.eye(3), LECTURE_SCORES[i : i + 1], LABELS[i : i + 1]),
            loss,
            f"the loss of example {i}",
        )
    expect(svm_loss(LECTURE_SCORES, np.eye(3), LABELS), 15.8 / 3, "the mean loss of the three examples")
    scores = np.array([[-2.85, 0.86, 0.28]])
    expect(svm_loss(np.eye(3), scores, np.array([2])), 1.58, "the loss of scores (-2.85, 0.86, 0.28)")


@test_case(name="svm_loss: C - 1 when all weights are zero", points=1)
def zero_weights(svm_loss):
    X = np.array([[1.0, -2.0], [0.5, 3.0], [4.0, 0.0]])
    for C in (2, 3, 10):
        expect(
            svm_loss(np.zeros((2, C)), X, np.array([0, 1, C - 1])),
            C - 1.0,
            f"the loss at W = 0 with {C} classes",
        )


@test_case(name="svm_loss: another margin, float32, labels of other integer types", points=0.5)
def margins_and_types(svm_loss):
    X, W = np.eye(2, dtype=np.float32), np.array([[1.0, 3.0, -2.0], [0.5, 0.0, 4.0]], np.float32)
    for delta, loss in ((0.0, 3.25), (0.5, 4.0), (10.0, 21.75)):
        for labels in (np.int64, np.uint8, np.int16, np.uint32):
            got = svm_loss(W, X, np.array([0, 1], labels), delta=delta)
            expect(got, loss, f"the loss with delta = {delta:g} and labels of {np.dtype(labels)}")


@test_case(
    name="svm_loss: other batches",
    points=1,
    hidden=True,
    failure_message="Compare with svm_loss_naive where N, D and C all differ. The loss is a mean.",
)
def other_batches(svm_loss, reference, check, classification):
    for W, X, y in classification.problems("svm_loss"):
        check.agrees(svm_loss, reference.svm_loss, W, X, y)


@test_case(
    name="svm_loss: other margins",
    points=1,
    hidden=True,
    failure_message="The margin is the argument delta; it need not be 1.",
)
def other_margins(svm_loss, reference, check, classification):
    for delta in (0.3, 2.5, 10.0):
        W, X, y = classification.problem(7, 3, 5, "svm_loss", delta=delta)
        check.agrees(svm_loss, reference.svm_loss, W, X, y, delta=delta)


@test_case(
    name="svm_loss: float32",
    points=0.5,
    hidden=True,
    failure_message="X and W may be float32; the result has to be right to the accuracy of that.",
)
def single_precision(svm_loss, reference, check, classification):
    for W, X, y in classification.problems("svm_loss", dtype=np.float32):
        check.agrees(svm_loss, reference.svm_loss, W, X, y)


@test_case(
    name="svm_loss: labels of other integer types",
    points=0.5,
    hidden=True,
    failure_message="Labels may be of any integer type: an unsigned one has no -1, a small one overflows.",
)
def other_label_types(svm_loss, reference, check, classification):
    for labels in (np.uint8, np.int16, np.int32, np.uint32):
        W, X, y = classification.problem(9, 3, 5, "svm_loss", labels.__name__, labels=labels)
        check.agrees(svm_loss, reference.svm_loss, W, X, y)


@test_case(
    name="svm_loss: classes without an example in the batch",
    points=0.5,
    hidden=True,
    failure_message="W has one column for each class: a batch need not hold every class.",
)
def absent_classes(svm_loss, reference, check, classification):
    for label in (0, 2):
        W, X, y = classification.problem(4, 3, 6, "svm_loss", label)
        check.agrees(svm_loss, reference.svm_loss, W, X, np.where(y > 2, label, y))


@test_case(
    name="svm_loss: at least ten times as fast as explicit loops",
    points=1,
    hidden=True,
    failure_message=(
        "A loop over the examples is slow, and so is an array with N rows and N columns: work with arrays of shape "
        "(N, C), and stay right."
    ),
)
def fast(svm_loss, reference, check, classification):
    check.speed(
        svm_loss,
        reference.svm_loss_naive,
        lambda turn: classification.problem(5000, 10, 10, "svm_loss", turn, scale=0.3),
        reference_fn=reference.svm_loss,
    )
