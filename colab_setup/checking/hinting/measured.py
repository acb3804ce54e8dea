"""Measures what a question's public cases have compared, for those whose mistake nobody has written down.

It needs numpy, and is imported only where that has been.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..describing import as_array
from .measuring import Sentence, describe, returns_constant
from .pairs import Pair, alike, condition, examples, numbers, spread

TIGHT, ROUGH_TIGHT = 1e-8, 1e-5
"""An expected number that a case takes to be less exact than this tells whether an answer is right, and no more."""


@dataclass(frozen=True)
class Comparison:
    """What a case compared.

    Attributes:
        given: the arguments of the call by their names.
        got: what the call returned.
        expected: what the case says that it should.
        atol: the absolute difference that it allows.
        rtol: the relative one.
    """

    given: Mapping[str, Any]
    got: Any
    expected: Any
    atol: float
    rtol: float


def sentence(comparisons: Sequence[Comparison], calls: int) -> Sentence | None:
    """What holds for all calls of a question's cases; None where nothing is certain, or a call was not compared.

    Args:
        comparisons: of what calls returned.
        calls: how many there were.
    """
    if not calls or len(comparisons) != calls:
        return None
    came, wanted = (
        [_number(value) for value in each]
        for each in zip(*((c.got, c.expected) for c in comparisons), strict=True)
    )
    one = came[0]
    if calls > 1 and one is not None and set(came) == {one} and len(set(wanted)) > 1:
        return returns_constant(one)
    pairs = []
    for compared in comparisons:
        if (pair := _pair(compared)) is None:
            return None
        pairs.append(pair)
    return describe(pairs)


def _number(value: Any) -> float | None:
    """The one number that stands everywhere in a value; None where there are others, or none."""
    array = _array(value)
    if array is None or array.size == 0 or not (array == array.flat[0]).all():
        return None
    return float(array.flat[0])


def _array(value: Any) -> Any:
    """A value as an array of real numbers; None for any other."""
    array = as_array(value)
    if array is None and type(value) in (bool, int, float, list, tuple):
        try:
            array = np.asarray(value)
        except ValueError:
            return None
    return array if array is not None and array.dtype.kind in "biuf" else None


def _pair(compared: Comparison) -> Pair | None:
    """A call as it can be measured; None for one that is wrong where what is expected is not exact enough."""
    got, expected = _array(compared.got), _array(compared.expected)
    if got is None or expected is None or not np.isfinite(expected).all():
        return None
    arrays = [array for array in map(as_array, compared.given.values()) if array is not None]
    rough = any(array.dtype.kind == "f" and array.dtype.itemsize < 8 for array in arrays)
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(all="ignore"):
        if got.shape == expected.shape and np.allclose(got, expected, rtol=compared.rtol, atol=compared.atol):
            got = expected  # to what the case asks for, it is
        elif compared.atol > (ROUGH_TIGHT if rough else TIGHT):
            return None
        largest = max(
            (float(np.abs(array).max(initial=0)) for array in arrays if array.dtype.kind in "iuf"),
            default=0.0,
        )
        weights, labels = (compared.given.get(name) for name in "Wy")
        return Pair(
            got,
            expected,
            examples(compared.given),
            largest,
            rough,
            weights if isinstance(weights, np.ndarray) else None,
            labels if isinstance(labels, np.ndarray) else None,
            spread(compared.given, as_array),
            alike(compared.given, expected),
            numbers(compared.given),
            condition(compared.given),
        )
