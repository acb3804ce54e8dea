"""Checks of MulticlassHinge: the multiclass SVM loss as an operation of autograd, with its gradient written by hand."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "MulticlassHinge"
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


@test_case(name="MulticlassHinge: forward on the lecture's examples", points=0.5)
def lecture_example(MulticlassHinge):
    for i, loss in enumerate([2.9, 0.0, 12.9]):
        got = MulticlassHinge.apply(torch.tensor(SCORES[i : i + 1]), torch.tensor([i]), 1.0)
        expect(got, loss, f"the loss of example {i}")
    for delta, loss in ((1.0, 15.8 / 3), (4.0, 26.3 / 3)):
        got = MulticlassHinge.apply(torch.tensor(SCORES), torch.tensor([0, 1, 2]), delta)
        expect(got, loss, f"the mean loss of the three examples with delta={delta}")


@test_case(name="MulticlassHinge: backward on the lecture's examples", points=0.5)
def lecture_gradient(MulticlassHinge):
    for rows, delta, expected in (
        ([0], 1.0, [[-1, 1, 0]]),
        ([1, 2], 1.0, [[0, 0, 0], [0.5, 0.5, -1]]),
        ([1, 2], 4.0, [[0.5, -1, 0.5], [0.5, 0.5, -1]]),
    ):
        scores = torch.tensor([SCORES[i] for i in rows], requires_grad=True)
        MulticlassHinge.apply(scores, torch.tensor(rows), delta).backward()
        expect(scores.grad, expected, f"the gradient of the loss of examples {rows} with delta={delta}")


@test_case(name="MulticlassHinge: backward agrees with differences of forward", points=0.5)
def differences(MulticlassHinge):
    for delta in (1.0, 4.0):
        scores = torch.tensor(SCORES, dtype=torch.float64, requires_grad=True)
        y = torch.tensor([0, 1, 2])
        value = MulticlassHinge.apply(scores, y, delta).item()
        assert abs(value - MulticlassHinge.apply(scores + torch.eye(3), y, delta).item()) > 1e-3, (
            "The loss does not depend on the scores."
        )
        torch.autograd.gradcheck(lambda scores: MulticlassHinge.apply(scores, y, delta), scores)  # noqa: B023


def problems(classification, *key, dtype=torch.float64, delta=1.0):
    for W, X, y in classification.problems("MulticlassHinge", *key, delta=delta):
        yield torch.tensor(X @ W, dtype=dtype, requires_grad=True), torch.tensor(y)


@test_case(name="MulticlassHinge: a margin of exactly 0, the chain rule, no second derivative", points=0.5)
def kinks_and_chain_rule(MulticlassHinge):
    rows, y = [[1.0, 0.5, 1.5, -3.0], [2.0, 2.0, 2.5, 1.5]], torch.tensor([0, 1])  # exact in binary
    for dtype, factor, delta, loss, gradient in (
        (torch.float32, 1.0, 0.5, 1.25, [[-0.5, 0, 0.5, 0], [0.5, -1, 0.5, 0]]),
        (torch.float64, -3.0, 1.0, 2.5, [[-1, 0.5, 0.5, 0], [0.5, -1.5, 0.5, 0.5]]),
    ):
        scores = torch.tensor(rows, dtype=dtype, requires_grad=True)
        got = MulticlassHinge.apply(scores, y, delta)
        expect(got, loss, f"the loss with delta={delta}")
        assert got.dtype == dtype, f"The loss is {got.dtype}; expected {dtype}, as the scores are."
        (factor * got).backward()
        expect(
            scores.grad,
            factor * np.array(gradient),
            f"the gradient of {factor:g} times the loss, delta={delta}",
        )
        try:
            loss = MulticlassHinge.apply(scores, y, delta).square()
            (first,) = torch.autograd.grad(loss, scores, create_graph=True)
            first.square().sum().backward()
        except Exception as error:  # where it is graded, an error carries the name of the student's
            if getattr(error, "exception", type(error).__name__) != "RuntimeError":
                raise
            continue
        raise AssertionError(
            "create_graph=True went through: keep the lines of backward that raise RuntimeError."
        )


@test_case(
    name="MulticlassHinge: forward in other batches",
    points=1,
    hidden=True,
    failure_message="Sum over the classes other than the true one, with margin delta; take the mean over N.",
)
def forward(MulticlassHinge, reference, check, classification):
    for delta in (1.0, 0.2):
        for scores, y in problems(classification, delta=delta):
            check.agrees(MulticlassHinge.apply, reference.MulticlassHinge.apply, scores, y, delta)


@test_case(
    name="MulticlassHinge: backward in other batches",
    points=1,
    hidden=True,
    failure_message="The gradient is 1 / N at every violated class, and minus their count / N at the true one.",
)
def backward(MulticlassHinge, reference, check, classification):
    for delta in (1.0, 2.5):
        for scores, y in problems(classification, "backward", delta=delta):
            check.differentiates(MulticlassHinge.apply, reference.MulticlassHinge.apply, scores, y, delta)


@test_case(
    name="MulticlassHinge: backward by the chain rule",
    points=0.5,
    hidden=True,
    failure_message="backward returns grad_output times the loss's own gradient: the loss is seldom the last step.",
)
def chain_rule(MulticlassHinge, reference, check, classification):
    for scores, y in problems(classification, "chain rule"):
        check.differentiates(
            lambda *args: -3 * MulticlassHinge.apply(*args).square(),
            lambda *args: -3 * reference.MulticlassHinge.apply(*args).square(),
            scores,
            y,
            1.0,
        )


@test_case(
    name="MulticlassHinge: no gradient where a margin is exactly 0",
    points=0.5,
    hidden=True,
    failure_message="A class is violated where its margin is above 0, not where it is exactly 0.",
)
def kinks(MulticlassHinge, reference, check):
    for dtype in (torch.float32, torch.float64):
        scores = torch.tensor([[1.0, 0.5, 1.5, -3.0], [2.0, 2.0, 2.5, 1.5]], dtype=dtype, requires_grad=True)
        for delta in (0.5, 1.0):  # exact in binary, and so are all of the margins
            check.differentiates(
                MulticlassHinge.apply, reference.MulticlassHinge.apply, scores, torch.tensor([0, 1]), delta
            )


@test_case(
    name="MulticlassHinge: dtypes, and tensors that stay as they are",
    points=0.5,
    hidden=True,
    failure_message="The loss has the dtype of the scores, and neither method changes a tensor that it is given.",
)
def dtypes(MulticlassHinge, reference, check, classification):
    for dtype in (torch.float32, torch.float64):
        for scores, y in problems(classification, "dtypes", dtype=dtype):
            check.agrees(MulticlassHinge.apply, reference.MulticlassHinge.apply, scores, y, 1.0, dtype=True)


@test_case(
    name="MulticlassHinge: a second derivative is an error",
    points=0.5,
    hidden=True,
    failure_message=(
        "Autograd does not see what backward computes, so a second derivative would be wrong: keep the lines "
        "that raise RuntimeError."
    ),
)
def second_derivative(MulticlassHinge, reference, check, classification):
    for scores, y in problems(classification, "second"):
        check.differentiates(MulticlassHinge.apply, reference.MulticlassHinge.apply, scores, y, 1.0)
        loss = MulticlassHinge.apply(scores, y, 1.0).square()
        check.raises(RuntimeError, differentiate_twice, loss, scores)


def differentiate_twice(loss, scores):
    (first,) = torch.autograd.grad(loss, scores, create_graph=True)
    first.square().sum().backward()
