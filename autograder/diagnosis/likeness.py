"""Compares outcomes of calls: of a submission, of the reference, and of programs with misconceptions."""

from __future__ import annotations

import hashlib

import numpy as np

from colab_setup.checking.hinting.pairs import close as close
from colab_setup.checking.hinting.pairs import wrong_elements as wrong_elements

from ..checks import holds_float32, torch_values
from ..sandbox import Once
from .outcomes import Array, Outcome
from .recording import Call

LARGEST_EXACT = 1000.0
"""Where smaller numbers go in, a check's tolerance is wider than the rounding of float32."""


def is_rough(call: Call) -> bool:
    """Whether the call works with fewer digits than float64 has."""
    return holds_float32([*call.args, *call.kwargs.values()])


def slack(call: Call, largest: float) -> float:
    """By how much results of numbers as large as this may differ by rounding alone: some units in the last place."""
    return 4 * largest * 2.0**-23 if is_rough(call) and largest >= LARGEST_EXACT else 0.0


def same(one: Outcome, other: Outcome, rough: bool, *, dtypes: bool = False, slack: float = 0.0) -> bool:
    """Whether two outcomes are the same to the accuracy of a check.

    Args:
        one: an outcome.
        other: another one of the same call.
        rough: see `is_rough`.
        dtypes: whether arrays must be of one dtype.
        slack: what elements may differ by beyond that.
    """
    if not (one.usable and other.usable) or one.error != other.error or len(one.leaves) != len(other.leaves):
        return False
    if dtypes and one.dtypes != other.dtypes:
        return False
    if len(one.gradients) != len(other.gradients) or one.twice != other.twice:
        return False
    return (
        all(close(a, b, rough, slack) for a, b in zip(one.leaves, other.leaves, strict=True))
        and _same_places(one.changed, other.changed, rough)
        and all(_same_places(a, b, rough, slack) for a, b in zip(one.gradients, other.gradients, strict=True))
    )


def _same_places(
    one: tuple[tuple[int, Array], ...], other: tuple[tuple[int, Array], ...], rough: bool, slack: float = 0.0
) -> bool:
    return [place for place, _ in one] == [place for place, _ in other] and all(
        close(a, b, rough, slack) for (_, a), (_, b) in zip(one, other, strict=True)
    )


def as_small(one: Outcome, other: Outcome) -> bool:
    """Whether what vanishes to the accuracy of a check is exactly the same: any two tiny numbers are close."""
    return all(
        np.array_equal(a, b)
        for a, b in zip(one.leaves, other.leaves, strict=True)
        if a is not None and b is not None and a.size and np.abs(a).max() < 1e-8 and np.abs(b).max() < 1e-8
    )


def paired(one: Outcome, other: Outcome) -> list[tuple[Array | None, Array | None]]:
    """The leaves and gradients of two outcomes, side by side as far as both have them."""
    pairs: list[tuple[Array | None, Array | None]] = list(zip(one.leaves, other.leaves, strict=False))
    for mine, theirs in zip(one.gradients, other.gradients, strict=False):
        pairs += [(a, b) for (_, a), (_, b) in zip(mine, theirs, strict=False)]
    return pairs


def overflows(got: Outcome, expected: Outcome, rough: bool) -> bool:
    """Whether arrays differ and nothing else does, and those that do are NaN or infinity through and through."""
    if got.error or len(got.leaves) != len(expected.leaves) or got.twice != expected.twice:
        return False
    wrong = [a for a, b in paired(got, expected) if not close(a, b, rough)]
    return (
        bool(wrong)
        and _same_places(got.changed, expected.changed, rough)
        and all(a is not None and a.dtype.kind == "f" and not np.isfinite(a).any() for a in wrong)
    )


def digest(call: Call) -> bytes | None:
    """What tells a call from others but for torch's own generator; None where functions are among its arguments."""
    found = hashlib.sha1(repr(call.twice).encode(), usedforsecurity=False)
    then = [] if call.then is None else [("then", arg) for arg in call.then]
    for name, arg in (*enumerate(call.args), *sorted(call.kwargs.items()), *then):
        found.update(repr((name, isinstance(arg, Once))).encode())
        for item in arg if isinstance(arg, list | tuple) else [arg]:
            if isinstance(item, np.ndarray):
                found.update(repr((item.dtype.str, item.shape)).encode() + item.tobytes())
            elif isinstance(item, np.random.Generator):
                found.update(repr(item.bit_generator.state).encode())
            elif torch_values.is_tensor(item):
                array = torch_values.to_array(item)
                found.update(repr((item.dtype, item.requires_grad, array.shape)).encode() + array.tobytes())
            elif torch_values.is_network(item):
                found.update(repr(item).encode())
                for array in torch_values.arrays_in(item):
                    found.update(torch_values.to_array(array).tobytes())
            elif torch_values.is_generator(item):
                found.update(item.get_state().numpy().tobytes())
            elif item is None or isinstance(item, bool | int | float | str | np.number):
                found.update(repr((type(item).__name__, item)).encode())
            else:
                return None
    for cotangent, _ in call.gradients:
        found.update(torch_values.to_array(cotangent).tobytes())
    return found.digest()
