"""Checks of stochastic_depth: the residual branch dropped for whole examples."""

import math

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "stochastic_depth"
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


@test_case(name="stochastic_depth: whole examples are dropped, and others scaled by 1 / (1 - p)", points=0.5)
def whole_examples(stochastic_depth):
    residual = torch.arange(1.0, 1201.0).reshape(200, 3, 2)
    for p in (0.25, 0.5):
        y = stochastic_depth(residual, p, True)
        kept = (y != 0).flatten(1)
        assert torch.equal(kept.any(dim=1), kept.all(dim=1)), (
            "An example is dropped as a whole or not at all."
        )
        expect(y[kept[:, 0]], residual[kept[:, 0]] / (1 - p), f"what is left of the residual with p={p}")
        # A right function drops no example, or all of them, with a probability below 1e-24.
        assert 0 < kept[:, 0].sum() < 200, "Some examples are dropped, and others stay."
        expect(stochastic_depth(residual, p, False), residual, "the result in evaluation")


@test_case(name="stochastic_depth: p is the probability of dropping an example", points=0.5)
def probability(stochastic_depth):
    for p in (0.2, 0.7):
        share = float((stochastic_depth(torch.ones(10_000, 2), p, True)[:, 0] == 0).float().mean())
        # Hoeffding: a right function is further away with a probability below 2 exp(-2 * 10^4 * 0.03^2) < 4e-8.
        assert abs(share - p) < 0.03, f"{share:.0%} of the examples are dropped with p={p}."


# The probability, at most, that one comparison of a share refuses a right function; there are less than 20.
FALSE_ALARM = 1e-8


def check_share(chosen, expected):
    """Hoeffding: n independent draws are further than d from their mean with probability <= 2 exp(-2 n d^2)."""
    allowed = math.sqrt(math.log(2 / FALSE_ALARM) / (2 * chosen.numel()))
    share = chosen.double().mean().item()
    assert abs(share - expected) <= allowed, f"a share of {share:.4f} where {expected:.4f} is expected"


def drawn_generator(check, *key):
    return torch.Generator().manual_seed(check.torch_seed("stochastic_depth", *key))


def positive(check, *shape, dtype=torch.float64):
    return torch.tensor(check.rng("stochastic_depth", shape).uniform(0.5, 1.5, size=shape), dtype=dtype)


@test_case(
    name="stochastic_depth: the generator alone decides; dtype, gradient, and residual as it was", points=0.5
)
def generators_example(stochastic_depth):
    numbers = torch.arange(1.0, 401.0).reshape(400, 1)
    for dtype, p in ((torch.float32, 0.5), (torch.float64, 0.25)):
        drawn = []
        for seed in (1, 1, 2, None):
            generator = None if seed is None else torch.Generator().manual_seed(seed)
            residual = numbers.to(dtype, copy=True).requires_grad_()
            y = stochastic_depth(residual, p, True, generator)
            assert y.dtype == dtype, f"The result is {y.dtype}; expected {dtype}, the dtype of residual."
            expect(residual, numbers, "residual, which keeps its values")
            kept = y.detach() != 0
            expect(y[kept], numbers[kept] / (1 - p), f"what is left of residual with p={p}")
            y.sum().backward()
            expect(residual.grad, kept.to(dtype) / (1 - p), "the gradient of the sum of the result")
            drawn.append(kept)
        # Two right draws are the same with a probability below 1e-60.
        assert torch.equal(drawn[0], drawn[1]), "The same state of the generator gave two different results."
        assert not torch.equal(drawn[0], drawn[2]), "Two states of the generator gave the same result."
        assert not torch.equal(drawn[0], drawn[3]), "Without a generator the result is that of seed 1."
    expect(stochastic_depth(numbers, 0.0, True), numbers, "the result with p = 0")


@test_case(
    name="stochastic_depth: each example independently of the others",
    points=1,
    hidden=True,
    failure_message="Every example has a draw of its own, and all of its elements share it.",
)
def independence(stochastic_depth, check):
    residual = positive(check, 20_000, 2, 3)
    for p in (0.3, 0.6):
        y = stochastic_depth(residual, p, True, drawn_generator(check, "independence", p))
        kept = (y != 0).flatten(1)
        assert torch.equal(kept.any(dim=1), kept.all(dim=1))
        kept = kept[:, 0]
        check.same(y[kept], residual[kept] / (1 - p))
        check_share(kept, 1 - p)
        check_share(kept[::2] & kept[1::2], (1 - p) ** 2)  # pairs of neighbours


@test_case(
    name="stochastic_depth: nothing in evaluation and with p = 0",
    points=0.5,
    hidden=True,
    failure_message="Where training is False, or p is 0, the result is the residual: scaling belongs to training.",
)
def identity(stochastic_depth, check):
    for shape in ((6, 5), (3, 4, 2, 2)):
        residual = positive(check, *shape)
        for p, training in ((0.5, False), (0.0, True), (0.0, False)):
            check.same(
                stochastic_depth(residual.clone(), p, training, drawn_generator(check, "identity")), residual
            )
    residual = positive(check, 400, 2)
    y = stochastic_depth(residual.clone(), 0.5, True, drawn_generator(check, "identity"))
    assert not torch.equal(y, residual)  # 2^-400 if right


@test_case(
    name="stochastic_depth: the gradient goes the way of the examples that stayed",
    points=0.5,
    hidden=True,
    failure_message="The gradient of a dropped example is 0, that of another one is scaled as the example was.",
)
def gradient(stochastic_depth, check):
    for p in (0.25, 0.6):
        residual = positive(check, 200, 2, 3).requires_grad_()
        y = stochastic_depth(residual, p, True, drawn_generator(check, "gradient", p))
        direction = positive(check, 200, 2, 3)
        (y * direction).sum().backward()
        assert 0 < (y == 0).sum() < y.numel()  # 0.75^200 if right
        check.same(residual.grad, torch.where(y != 0, direction / (1 - p), 0.0))


@test_case(
    name="stochastic_depth: the generator is the only source of randomness",
    points=0.5,
    hidden=True,
    failure_message="Draw from the generator that is passed in, and from PyTorch's global one where it is None.",
)
def generators(stochastic_depth, check):
    residual = positive(check, 300, 2)
    draw = lambda generator: stochastic_depth(residual.clone(), 0.5, True, generator)  # noqa: E731
    generator = drawn_generator(check, "generators")
    first, second = draw(generator), draw(generator)
    check.same(draw(drawn_generator(check, "generators")), first)
    check.same(first, torch.where(first != 0, residual / 0.5, 0.0))
    # Each pair of independent draws is the same with probability 2^-300.
    assert not torch.equal(first, second)
    assert not torch.equal(draw(drawn_generator(check, "another")), first)
    assert not torch.equal(draw(None), draw(None))


@test_case(
    name="stochastic_depth: any shape and dtype, and the residual as it was",
    points=1,
    hidden=True,
    failure_message="The result has the residual's shape, of any number of dimensions, and its dtype.",
)
def shapes(stochastic_depth, check):
    for dtype in (torch.float32, torch.float64):
        for shape in ((300,), (200, 3), (100, 3, 2, 5)):
            residual = positive(check, *shape, dtype=dtype)
            before = residual.clone()
            y = stochastic_depth(residual, 0.4, True, drawn_generator(check, "shapes", shape))
            check.same(y, torch.where(y != 0, before / 0.6, 0.0), dtype=True)
            assert 0 < (y == 0).sum() < y.numel()  # 0.6^100 if right
            check.intact([residual], [before], what="stochastic_depth")
