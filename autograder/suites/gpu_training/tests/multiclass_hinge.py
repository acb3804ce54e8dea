"""Checks of multiclass_hinge: the multiclass SVM loss."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "multiclass_hinge"
points = None

# A cat, a car and a frog.
SCORES = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]]


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} is None. Is the return statement missing?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


@test_case(name="multiclass_hinge: the lecture's examples", points=0.5)
def lecture_example(multiclass_hinge):
    for i, loss in enumerate([2.9, 0.0, 12.9]):
        got = multiclass_hinge(torch.tensor(SCORES[i : i + 1]), torch.tensor([i]))
        expect(got, loss, f"the loss of example {i}")
    got = multiclass_hinge(torch.tensor(SCORES), torch.tensor([0, 1, 2]))
    expect(got, 15.8 / 3, "the mean loss of the three examples")


@test_case(name="multiclass_hinge: C - 1 margins for equal scores", points=0.5)
def equal_scores(multiclass_hinge):
    for C in (2, 3, 10):
        for delta in (1.0, 2.5):
            got = multiclass_hinge(torch.full((4, C), -0.5), torch.tensor([0, 1, C - 1, 0]), delta)
            expect(got, (C - 1) * delta, f"the loss of {C} equal scores with delta={delta}")


@test_case(name="multiclass_hinge: autograd can differentiate it", points=0.5)
def gradient(multiclass_hinge):
    for rows, expected in (([0], [[-1, 1, 0]]), ([1, 2], [[0, 0, 0], [0.5, 0.5, -1]])):
        scores = torch.tensor([SCORES[i] for i in rows], requires_grad=True)
        loss = multiclass_hinge(scores, torch.tensor(rows))
        assert isinstance(loss, torch.Tensor), f"The loss is a {type(loss).__name__}; expected a tensor."
        assert loss.requires_grad, (
            "Autograd does not know where the loss comes from: use tensor operations only."
        )
        loss.backward()
        expect(scores.grad, expected, f"the gradient of the loss of examples {rows}")


def problems(classification, *key, dtype=torch.float64, delta=1.0):
    for W, X, y in classification.problems("multiclass_hinge", *key, delta=delta):
        yield torch.tensor(X @ W, dtype=dtype, requires_grad=True), torch.tensor(y)


@test_case(name="multiclass_hinge: a margin of exactly 0, and the dtype of the scores", points=0.5)
def kinks_and_dtypes(multiclass_hinge):
    rows, y = [[1.0, 0.5, 1.5, -3.0], [2.0, 2.0, 2.5, 1.5]], torch.tensor([0, 1])  # exact in binary
    for dtype, delta, loss, gradient in (
        (torch.float32, 0.5, 1.25, [[-0.5, 0, 0.5, 0], [0.5, -1, 0.5, 0]]),
        (torch.float64, 1.0, 2.5, [[-1, 0.5, 0.5, 0], [0.5, -1.5, 0.5, 0.5]]),
    ):
        scores = torch.tensor(rows, dtype=dtype, requires_grad=True)
        got = multiclass_hinge(scores, y, delta)
        expect(got, loss, f"the loss with delta={delta}")
        assert got.dtype == dtype, f"The loss is {got.dtype}; expected {dtype}, as the scores are."
        got.backward()
        expect(scores.grad, gradient, f"the gradient of the loss with delta={delta}")


@test_case(
    name="multiclass_hinge: other batches",
    points=0.5,
    hidden=True,
    failure_message="Sum over the classes other than the true one, and take the mean over the N examples.",
)
def other_batches(multiclass_hinge, reference, check, classification):
    for scores, y in problems(classification):
        check.agrees(multiclass_hinge, reference.multiclass_hinge, scores, y)


@test_case(
    name="multiclass_hinge: other margins",
    points=0.5,
    hidden=True,
    failure_message="The margin is the argument delta, and the true class has no margin to keep from itself.",
)
def other_margins(multiclass_hinge, reference, check, classification):
    for delta in (0.2, 3.0):
        for scores, y in problems(classification, "margins", delta=delta):
            check.agrees(multiclass_hinge, reference.multiclass_hinge, scores, y, delta)


@test_case(
    name="multiclass_hinge: gradients in other batches",
    points=1,
    hidden=True,
    failure_message=(
        "Each violated margin pushes the true class's score up and the other's down: is a part of it detached?"
    ),
)
def gradients(multiclass_hinge, reference, check, classification):
    for delta in (0.5, 2.0):
        for scores, y in problems(classification, "gradients", delta=delta):
            check.differentiates(multiclass_hinge, reference.multiclass_hinge, scores, y, delta)


@test_case(
    name="multiclass_hinge: no gradient where a margin is exactly 0",
    points=0.5,
    hidden=True,
    failure_message="Where a margin is exactly 0 its gradient is 0: relu does that, clamp and maximum do not.",
)
def kinks(multiclass_hinge, reference, check):
    for dtype in (torch.float32, torch.float64):
        scores = torch.tensor([[1.0, 0.5, 1.5, -3.0], [2.0, 2.0, 2.5, 1.5]], dtype=dtype, requires_grad=True)
        for delta in (0.5, 1.0):  # exact in binary, and so are all of the margins
            check.differentiates(
                multiclass_hinge, reference.multiclass_hinge, scores, torch.tensor([0, 1]), delta
            )


@test_case(
    name="multiclass_hinge: the loss has the dtype of the scores",
    points=0.5,
    hidden=True,
    failure_message="The loss has the dtype of the scores, float32 or float64: create no tensor of another one.",
)
def dtypes(multiclass_hinge, reference, check, classification):
    for dtype in (torch.float32, torch.float64):
        for scores, y in problems(classification, "dtypes", dtype=dtype):
            check.agrees(multiclass_hinge, reference.multiclass_hinge, scores, y, dtype=True)
