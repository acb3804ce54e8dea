"""Checks of sgd_step: one step of SGD with momentum and decoupled weight decay, in place."""

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "sgd_step"
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


@test_case(name="sgd_step: plain steps, in place", points=0.5)
def plain(sgd_step):
    w, b = torch.tensor([[1.0, -2.0], [0.0, 4.0]]), torch.tensor([3.0])
    velocities = [torch.zeros(2, 2), torch.zeros(1)]
    gradients = [torch.tensor([[2.0, 1.0], [-1.0, 0.0]]), torch.tensor([-5.0])]
    for i in range(1, 3):
        returned = sgd_step([w, b], gradients, velocities, learning_rate=0.1)
        assert returned is None, "sgd_step changes the tensors that it is given, and returns None."
        expect(w, [[1 - 0.2 * i, -2 - 0.1 * i], [0.1 * i, 4]], f"the first parameter after {i} steps")
        expect(b, [3 + 0.5 * i], f"the second parameter after {i} steps")


@test_case(name="sgd_step: momentum over three steps", points=0.5)
def momentum(sgd_step):
    w, v = torch.tensor([1.0, 10.0]), torch.zeros(2)
    for g, velocity, weight in (
        ([1.0, 2.0], [1.0, 2.0], [0.5, 9.0]),
        ([1.0, 0.0], [1.5, 1.0], [-0.25, 8.5]),
        ([-1.0, 4.0], [-0.25, 4.5], [-0.125, 6.25]),
    ):
        sgd_step([w], [torch.tensor(g)], [v], learning_rate=0.5, momentum=0.5)
        expect(v, velocity, "the velocity, which is kept in place for the next step")
        expect(w, weight, "the parameter")


SHAPES = ((3, 4), (4,), (2, 3, 1, 2))


def tensors(check, *key, dtype=torch.float64):
    rng = check.rng("sgd_step", *key)
    return [torch.tensor(rng.standard_normal(shape), dtype=dtype) for shape in SHAPES]


def compare_runs(sgd_step, reference, check, *key, dtype=torch.float64, grad=False, steps=4, **options):
    """Several steps of both, compared after each of them."""
    weights, velocities = (tensors(check, *key, kind, dtype=dtype) for kind in ("weights", "velocities"))
    expected = [[tensor.clone() for tensor in group] for group in (weights, velocities)]
    for w in weights:
        w.requires_grad_(grad)
    for step in range(steps):
        gradients = tensors(check, *key, "gradients", step, dtype=dtype)
        kept = [g.clone() for g in gradients]
        sgd_step(weights, gradients, velocities, **options)
        reference.sgd_step(expected[0], kept, expected[1], **options)
        for got, wants in zip(
            [*weights, *velocities, *gradients], [*expected[0], *expected[1], *kept], strict=True
        ):
            check.same(got, wants, what="a weight, velocity or gradient after the step", dtype=True)


@test_case(name="sgd_step: Nesterov's momentum over two steps, of float64", points=0.5)
def nesterov_example(sgd_step):
    w, v = torch.tensor([1.0, 10.0], dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    for g, velocity, weight in (
        ([1.0, 2.0], [1.0, 2.0], [0.25, 8.5]),
        ([1.0, 0.0], [1.5, 1.0], [-0.625, 8.25]),
    ):
        gradient = torch.tensor(g, dtype=torch.float64)
        sgd_step([w], [gradient], [v], learning_rate=0.5, momentum=0.5, nesterov=True)
        expect(v, velocity, "the velocity")
        expect(w, weight, "the parameter")
        expect(gradient, g, "the gradient, which keeps its values")
        assert w.dtype == torch.float64, f"The parameter is {w.dtype}; it was torch.float64."


@test_case(name="sgd_step: weight decay, of parameters that require gradients", points=0.5)
def weight_decay_example(sgd_step):
    w, v = torch.tensor([2.0, -4.0], requires_grad=True), torch.zeros(2)
    for g, velocity, weight in (
        ([1.0, 0.0], [1.0, 0.0], [1.25, -3.5]),
        ([0.0, 2.0], [0.5, 2.0], [0.84375, -4.0625]),
    ):
        sgd_step([w], [torch.tensor(g)], [v], learning_rate=0.5, momentum=0.5, weight_decay=0.25)
        expect(v, velocity, "the velocity, which weight decay stays out of")
        expect(w, weight, "the parameter")


@test_case(
    name="sgd_step: other weights, with momentum",
    points=0.5,
    hidden=True,
    failure_message="v becomes momentum * v + g, and w moves by learning_rate * v; the gradients stay.",
)
def other_weights(sgd_step, reference, check):
    for learning_rate, momentum in ((0.1, 0.0), (0.3, 0.9)):
        options = {"learning_rate": learning_rate, "momentum": momentum}
        compare_runs(sgd_step, reference, check, "momentum", momentum, **options)


@test_case(
    name="sgd_step: Nesterov's momentum",
    points=1,
    hidden=True,
    failure_message="With nesterov w moves by learning_rate * (g + momentum * v), where v is the new velocity.",
)
def nesterov(sgd_step, reference, check):
    for momentum in (0.5, 0.9):
        options = {"learning_rate": 0.2, "momentum": momentum, "nesterov": True}
        compare_runs(sgd_step, reference, check, "nesterov", momentum, **options)


@test_case(
    name="sgd_step: decoupled weight decay",
    points=1,
    hidden=True,
    failure_message=(
        "Weight decay shrinks w by learning_rate * weight_decay * w, before the step, and stays out of the velocity."
    ),
)
def weight_decay(sgd_step, reference, check):
    for momentum, decay in ((0.0, 0.4), (0.9, 0.1), (0.5, 2.0)):
        options = {"learning_rate": 0.2, "momentum": momentum, "weight_decay": decay}
        compare_runs(sgd_step, reference, check, "decay", decay, **options)


@test_case(
    name="sgd_step: everything together",
    points=0.5,
    hidden=True,
    failure_message="The order is: decay, velocity, step.",
)
def together(sgd_step, reference, check):
    for momentum, decay in ((0.5, 0.3), (0.9, 1.0)):
        options = {"learning_rate": 0.1, "momentum": momentum, "weight_decay": decay, "nesterov": True}
        compare_runs(sgd_step, reference, check, "together", decay, steps=6, **options)


@test_case(
    name="sgd_step: parameters that require gradients",
    points=0.5,
    hidden=True,
    failure_message="A model's parameters require gradients: change them in place under torch.no_grad().",
)
def require_gradients(sgd_step, reference, check):
    for momentum in (0.0, 0.8):
        options = {"learning_rate": 0.2, "momentum": momentum}
        compare_runs(sgd_step, reference, check, "grad", momentum, grad=True, **options)


@test_case(
    name="sgd_step: float32",
    points=0.5,
    hidden=True,
    failure_message="Parameters, gradients and velocities may be float32, and stay so.",
)
def float32(sgd_step, reference, check):
    for momentum in (0.0, 0.8):
        options = {"learning_rate": 0.2, "momentum": momentum}
        compare_runs(sgd_step, reference, check, "float32", momentum, dtype=torch.float32, **options)
