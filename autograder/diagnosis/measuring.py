"""Describes how wrong answers relate to right ones where no misconception explains them.

Every sentence is a statement about all of the calls that it is made from, checked on them: nothing here is a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .likeness import close, wrong_elements
from .outcomes import Outcome

Array = NDArray[Any]


@dataclass(frozen=True)
class Pair:
    """What one call returned and what it should have.

    Attributes:
        got: the student's value.
        expected: the reference's.
        examples: N, the number of examples that the call was about; 0 where that is not known.
        largest: the largest absolute value among the numbers that went in.
        rough: see `likeness.is_rough`.
    """

    got: Array
    expected: Array
    examples: int
    largest: float
    rough: bool

    @property
    def is_right(self) -> bool:
        """Whether both are the same."""
        return close(self.got, self.expected, self.rough)


def pair(got: Outcome, expected: Outcome, examples: int, largest: float, rough: bool) -> Pair | None:
    """A call as it can be measured, see `Pair`; None where it did not return one array of numbers."""
    if got.error or expected.error or len(got.leaves) != 1 or len(expected.leaves) != 1:
        return None
    ours, theirs = expected.leaves[0], got.leaves[0]
    if ours is None or theirs is None or theirs.dtype.kind not in "biuf" or not np.isfinite(ours).all():
        return None
    return Pair(theirs.astype(np.float64), ours.astype(np.float64), examples, largest, rough)


@dataclass(frozen=True)
class Sentence:
    """A text for translators with what stands in it."""

    template: str
    values: dict[str, object]

    def text(self, translate: Callable[[str], str]) -> str:
        """The sentence in a language."""
        return translate(self.template).format(**self.values)


TEMPLATES = (
    "Your result has the wrong sign, and is right otherwise.",
    "Your result is N times the expected one, N being the number of examples.",
    "Your result is 1/N of the expected one, N being the number of examples.",
    "Your result is {factor} times the expected one.",
    "Your result is larger than the expected one by {offset}, everywhere.",
    "Your result is smaller than the expected one by {offset}, everywhere.",
    "Your result is the transpose of the expected one.",
    "Your result is right for one example and wrong for more.",
    "Your result is right, except that NaN or infinity stands in some places.",
    "Your result is right except in its last row.",
    "Your result is right except in its first row.",
    "Your result is right except in its last column.",
    "Your result is right except in its first column.",
    "Your result is right where all numbers that go in are small ({small} at most), and can be NaN or infinity where "
    "some are large ({large} and more).",
    "Your function changes {names}, which must stay as it was: compute with a copy.",
)
"""All that is ever said."""


def changing(names: Sequence[str]) -> Sentence:
    """For a function that changes arguments of these names."""
    return Sentence(TEMPLATES[14], {"names": ", ".join(names)})


def describe(pairs: Sequence[Pair]) -> Sentence | None:
    """What all of these calls have in common, or None where nothing is certain."""
    wrong = [pair for pair in pairs if not pair.is_right]
    if not wrong:
        return None
    return next(_descriptions(pairs, wrong), None)


def _descriptions(pairs: Sequence[Pair], wrong: Sequence[Pair]) -> Iterator[Sentence]:
    def say(number: int, **values: object) -> Sentence:
        return Sentence(TEMPLATES[number], values)

    if all(pair.got.shape == pair.expected.shape for pair in pairs):
        if _told_apart(wrong):
            if all(close(-pair.got, pair.expected, pair.rough) for pair in pairs):
                yield say(0)
            counts = {pair.examples for pair in pairs}
            if len(counts) > 1 and 0 not in counts:
                if all(close(pair.got / pair.examples, pair.expected, pair.rough) for pair in pairs):
                    yield say(1)
                if all(close(pair.got * pair.examples, pair.expected, pair.rough) for pair in pairs):
                    yield say(2)
            factor = _factor(wrong)
            if factor and all(close(pair.got, factor * pair.expected, pair.rough) for pair in pairs):
                yield say(3, factor=f"{factor:.4g}")
            offset = float((wrong[0].got - wrong[0].expected).flat[0])
            if np.isfinite(offset) and all(
                close(pair.got, pair.expected + offset, pair.rough) for pair in pairs
            ):
                yield say(4 if offset > 0 else 5, offset=f"{abs(offset):.4g}")
        right = [pair for pair in pairs if pair.is_right]
        yield from _in_some_places(wrong, right, say)
        alone = all((pair.examples == 1) == pair.is_right for pair in pairs)
        certain = any((pair.expected % 1).any() for pair in right)  # integers may be right by rounding
        if alone and certain and len(wrong) > 1:
            yield say(7)
    elif all(pair.got.ndim == 2 and close(pair.got.T, pair.expected, pair.rough) for pair in pairs):
        yield say(6)


def _told_apart(wrong: Sequence[Pair]) -> bool:
    """Whether the expected values are different enough to tell a factor from an offset and from chance."""
    values = {float(f"{value:.6g}") for pair in wrong for value in pair.expected.flat[:100]}
    return len(values - {0.0}) >= 3


def _factor(wrong: Sequence[Pair]) -> float:
    """The factor in the largest element; 0 where there is none to speak of."""
    pair = max(wrong, key=lambda pair: np.abs(pair.expected).max(initial=0))
    place = np.unravel_index(np.abs(pair.expected).argmax(), pair.expected.shape)
    factor = float(pair.got[place] / pair.expected[place]) if pair.expected[place] else 0.0
    return factor if np.isfinite(factor) else 0.0


def _in_some_places(
    wrong: Sequence[Pair], right: Sequence[Pair], say: Callable[..., Sentence]
) -> Iterator[Sentence]:
    places = [wrong_elements(pair.got, pair.expected, pair.rough) for pair in wrong]
    if all(not np.isfinite(pair.got[place]).any() for pair, place in zip(wrong, places, strict=True)):
        large = min(pair.largest for pair in wrong)
        small = max((pair.largest for pair in right if pair.largest < large), default=0.0)
        if 0 < 10 * small <= large:
            yield say(13, small=f"{small:.3g}", large=f"{large:.3g}")
        if not all(place.all() for place in places):
            yield say(8)
        return
    if any(pair.expected.ndim != 2 for pair in wrong):
        return
    if len({pair.expected.shape for pair in wrong if min(pair.expected.shape) > 1}) < 2:
        return
    for number, keep in ((9, np.s_[:-1]), (10, np.s_[1:]), (11, np.s_[:, :-1]), (12, np.s_[:, 1:])):
        if not any(place[keep].any() for place in places):
            yield say(number)
