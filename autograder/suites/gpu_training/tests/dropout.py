"""Checks of dropout: elements set to zero at random."""

import math

import numpy as np
import torch
from otter.test_files import test_case

OK_FORMAT = False

name = "dropout"
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


@test_case(name="dropout: zeros, and elements scaled by 1 / (1 - p)", points=0.5)
def scaling(dropout):
    x = torch.arange(1.0, 401.0).reshape(20, 20)
    for p in (0.25, 0.5):
        y = dropout(x, p, True)
        expect(y[y != 0], x[y != 0] / (1 - p), f"what is left of x with p={p}")
        # A right function leaves no zeros, or nothing else, with a probability below 1e-49.
        assert 0 < (y != 0).sum() < 400, "Some elements become zero, and others stay."
        expect(dropout(x, p, False), x, "the result in evaluation")


@test_case(name="dropout: p is the probability of a zero", points=0.5)
def probability(dropout):
    x = torch.ones(100, 100)
    for p in (0.2, 0.7):
        share = float((dropout(x, p, True) == 0).float().mean())
        # Hoeffding: a right function is further away with a probability below 2 exp(-2 * 10^4 * 0.03^2) < 4e-8.
        assert abs(share - p) < 0.03, f"{share:.0%} of the elements are zero with p={p}."


# The probability, at most, that one comparison of a share refuses a right function; there are less than 20.
FALSE_ALARM = 1e-8


def check_share(chosen, expected):
    """Hoeffding: n independent draws are further than d from their mean with probability <= 2 exp(-2 n d^2)."""
    allowed = math.sqrt(math.log(2 / FALSE_ALARM) / (2 * chosen.numel()))
    share = chosen.double().mean().item()
    assert abs(share - expected) <= allowed, f"a share of {share:.4f} where {expected:.4f} is expected"


def drawn_generator(check, *key):
    return torch.Generator().manual_seed(check.torch_seed("dropout", *key))


def positive(check, *shape, dtype=torch.float64):
    return torch.tensor(check.rng("dropout", shape).uniform(0.5, 1.5, size=shape), dtype=dtype)


@test_case(name="dropout: the generator alone decides; dtype, gradient, and x as it was", points=0.5)
def generators_example(dropout):
    numbers = torch.arange(1.0, 401.0).reshape(20, 20)
    for dtype, p in ((torch.float32, 0.5), (torch.float64, 0.25)):
        drawn = []
        for seed in (1, 1, 2, None):
            generator = None if seed is None else torch.Generator().manual_seed(seed)
            x = numbers.to(dtype, copy=True).requires_grad_()
            y = dropout(x, p, True, generator)
            assert y.dtype == dtype, f"The result is {y.dtype}; expected {dtype}, the dtype of x."
            expect(x, numbers, "x, which keeps its values")
            kept = y.detach() != 0
            expect(y[kept], numbers[kept] / (1 - p), f"what is left of x with p={p}")
            y.sum().backward()
            expect(x.grad, kept.to(dtype) / (1 - p), "the gradient of the sum of the result")
            drawn.append(kept)
        # Two right draws are the same with a probability below 1e-60.
        assert torch.equal(drawn[0], drawn[1]), "The same state of the generator gave two different results."
        assert not torch.equal(drawn[0], drawn[2]), "Two states of the generator gave the same result."
        assert not torch.equal(drawn[0], drawn[3]), "Without a generator the result is that of seed 1."
    expect(dropout(numbers, 0.0, True), numbers, "the result with p = 0")


@test_case(
    name="dropout: each element independently of all others",
    points=1,
    hidden=True,
    failure_message="Every element has a draw of its own: one for a row, a column or a batch is not enough.",
)
def independence(dropout, check):
    x = positive(check, 400, 300)
    for p in (0.3, 0.6):
        y = dropout(x, p, True, drawn_generator(check, "independence", p))
        kept = y != 0
        check.same(y[kept], x[kept] / (1 - p))
        check_share(kept, 1 - p)
        for pairs in (
            kept[::2] & kept[1::2],
            kept[:, ::2] & kept[:, 1::2],
        ):  # of neighbours, each in one pair
            check_share(pairs, (1 - p) ** 2)


@test_case(
    name="dropout: nothing in evaluation and with p = 0",
    points=0.5,
    hidden=True,
    failure_message="Where training is False, or p is 0, the result is x: it is already scaled in training.",
)
def identity(dropout, check):
    for shape in ((6, 5), (3, 4, 2)):
        x = positive(check, *shape)
        for p, training in ((0.5, False), (0.0, True), (0.0, False)):
            check.same(dropout(x.clone(), p, training, drawn_generator(check, "identity")), x)
    x = positive(check, 400)
    assert not torch.equal(
        dropout(x.clone(), 0.5, True, drawn_generator(check, "identity")), x
    )  # 2^-400 if right


@test_case(
    name="dropout: the gradient goes the way of the elements that stayed",
    points=0.5,
    hidden=True,
    failure_message="The gradient of a dropped element is 0, that of another one is scaled as the element was.",
)
def gradient(dropout, check):
    for p in (0.25, 0.6):
        x = positive(check, 30, 20).requires_grad_()
        y = dropout(x, p, True, drawn_generator(check, "gradient", p))
        direction = positive(check, 30, 20)
        (y * direction).sum().backward()
        assert 0 < (y == 0).sum() < y.numel()  # 0.75^600 if right
        check.same(x.grad, torch.where(y != 0, direction / (1 - p), 0.0))


@test_case(
    name="dropout: the generator is the only source of randomness",
    points=0.5,
    hidden=True,
    failure_message="Draw from the generator that is passed in, and from PyTorch's global one where it is None.",
)
def generators(dropout, check):
    x = positive(check, 20, 30)
    draw = lambda generator: dropout(x.clone(), 0.5, True, generator)  # noqa: E731
    generator = drawn_generator(check, "generators")
    first, second = draw(generator), draw(generator)
    check.same(draw(drawn_generator(check, "generators")), first)
    check.same(first, torch.where(first != 0, x / 0.5, 0.0))
    # Each pair of independent masks is the same with probability 2^-600.
    assert not torch.equal(first, second)
    assert not torch.equal(draw(drawn_generator(check, "another")), first)
    assert not torch.equal(draw(None), draw(None))


@test_case(
    name="dropout: any shape and dtype, and x as it was",
    points=1,
    hidden=True,
    failure_message="The result has x's shape and dtype, float32 too, and x itself keeps its values.",
)
def shapes(dropout, check):
    for dtype in (torch.float32, torch.float64):
        for shape in ((600,), (40, 20), (5, 3, 8, 9)):
            x = positive(check, *shape, dtype=dtype)
            before = x.clone()
            y = dropout(x, 0.4, True, drawn_generator(check, "shapes", shape))
            check.same(y, torch.where(y != 0, before / 0.6, 0.0), dtype=True)
            assert 0 < (y == 0).sum() < y.numel()  # 0.6^600 if right
            check.intact([x], [before], what="dropout")
