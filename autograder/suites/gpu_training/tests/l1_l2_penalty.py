"""Checks of l1_l2_penalty: the penalty on the weights, l1 * sum of |w| + l2 * sum of w^2."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "l1_l2_penalty"
points = None


def expect(got, expected, what, rtol=1e-5, atol=1e-6):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} is None. Is the return statement missing?"
    if isinstance(got, torch.Tensor):
        got = got.detach().cpu().numpy()
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


@test_case(name="l1_l2_penalty: weights whose penalty is known", points=0.5)
def known(l1_l2_penalty):
    w, b = torch.tensor([[1.0, -2.0], [3.0, 0.0]]), torch.tensor([-4.0])
    expect(l1_l2_penalty([w], 1.0, 0.0), 6.0, "the penalty with l1 = 1 and l2 = 0")
    expect(l1_l2_penalty([w], 0.0, 1.0), 14.0, "the penalty with l1 = 0 and l2 = 1")
    expect(l1_l2_penalty([w, b], 0.5, 0.25), 5.0 + 7.5, "the penalty of two parameters")
    once = (parameter for parameter in (w, b))
    expect(l1_l2_penalty(once, 0.5, 0.25), 5.0 + 7.5, "the penalty of what can be gone through only once")


SHAPES = (((3, 4),), ((4, 3), (3,)), ((2, 3, 3, 3), (2,), (), (5, 2)))


def parameters(check, shapes, *key, dtype=torch.float64):
    rng = check.rng("l1_l2_penalty", shapes, *key)
    return [torch.tensor(rng.standard_normal(shape), dtype=dtype, requires_grad=True) for shape in shapes]


@test_case(name="l1_l2_penalty: gradients of every parameter", points=0.5)
def gradients_example(l1_l2_penalty):
    for dtype, l1, l2, penalty, of_w, of_b in (
        (torch.float32, 0.5, 0.0, 5.0, [[0.5, -0.5], [0.5, 0]], [-0.5]),
        (torch.float64, 0.0, 0.25, 7.5, [[0.5, -1], [1.5, 0]], [-2]),
    ):
        w = torch.tensor([[1.0, -2.0], [3.0, 0.0]], dtype=dtype, requires_grad=True)
        b = torch.tensor([-4.0], dtype=dtype, requires_grad=True)
        got = l1_l2_penalty([w, b], l1, l2)
        expect(got, penalty, f"the penalty with l1 = {l1} and l2 = {l2}")
        assert got.dtype == dtype, f"The penalty is {got.dtype}; expected {dtype}, as the weights are."
        got.backward()
        expect(w.grad, of_w, f"the gradient of w with l1 = {l1} and l2 = {l2}")
        expect(b.grad, of_b, f"the gradient of b with l1 = {l1} and l2 = {l2}")


@test_case(
    name="l1_l2_penalty: other weights",
    points=0.5,
    hidden=True,
    failure_message="Sum |w| and w^2 over all elements of all parameters, biases too; there is no one half.",
)
def others(l1_l2_penalty, reference, check):
    for dtype in (torch.float32, torch.float64):
        for shapes in SHAPES:
            for l1, l2 in ((0.3, 0.0), (0.0, 0.2), (0.7, 1.5)):
                weights = parameters(check, shapes, dtype=dtype)
                check.agrees(l1_l2_penalty, reference.l1_l2_penalty, weights, l1, l2, dtype=True)


@test_case(
    name="l1_l2_penalty: parameters that come one after the other",
    points=0.5,
    hidden=True,
    failure_message="Go through the parameters once: what model.parameters() returns is empty the second time.",
)
def once(l1_l2_penalty, reference, check):
    for shapes in SHAPES:
        for l1, l2 in ((0.3, 0.0), (0.0, 0.2), (0.7, 1.5)):
            weights = parameters(check, shapes, "once")
            check.same(l1_l2_penalty(iter(weights), l1, l2), reference.l1_l2_penalty(weights, l1, l2))


@test_case(
    name="l1_l2_penalty: gradients",
    points=1,
    hidden=True,
    failure_message="Autograd has to go through the penalty to every parameter: is one detached?",
)
def gradients(l1_l2_penalty, reference, check):
    for shapes in SHAPES:
        for l1, l2 in ((0.3, 0.0), (0.0, 0.2), (0.7, 1.5)):
            weights = parameters(check, shapes, "gradients")
            check.differentiates(l1_l2_penalty, reference.l1_l2_penalty, weights, l1, l2)
