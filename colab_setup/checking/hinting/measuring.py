"""Describes how wrong answers relate to right ones where no known mistake explains them.

Every sentence is a statement about all of the calls that it is made from, checked on them: nothing here is a guess. The grader
measures so too. It needs numpy, and is imported only where that has been.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ...language import N_
from .pairs import Array, Pair, close, wrong_elements


@dataclass(frozen=True)
class Sentence:
    """A text for translators with what stands in it."""

    template: str
    values: dict[str, object]

    def text(self, translate: Callable[[str], str]) -> str:
        """The sentence in a language."""
        return translate(self.template).format(**self.values)


TEMPLATES = (
    N_("Your result has the wrong sign, and is right otherwise."),
    N_("Your result is N times the expected one, N being the number of examples."),
    N_("Your result is 1/N of the expected one, N being the number of examples."),
    N_("Your result is {factor} times the expected one."),
    N_("Your result is larger than the expected one by {offset}, everywhere."),
    N_("Your result is smaller than the expected one by {offset}, everywhere."),
    N_("Your result is the transpose of the expected one."),
    N_("Your result is right for one example and wrong for more."),
    N_("Your result is right, except that NaN or infinity stands in some places."),
    N_("Your result is right except in its last row."),
    N_("Your result is right except in its first row."),
    N_("Your result is right except in its last column."),
    N_("Your result is right except in its first column."),
    N_(
        "Your result is right where all numbers that go in are small ({small} at most), and can be NaN or infinity where some are large ({large} and more)."
    ),
    N_("Your function returns {value} whatever it is given: is it finished?"),
    N_("Your result has another shape than expected: {got} in place of {expected}."),
    N_(
        "Your result is right as long as an example's scores differ by {small} at most, and can be NaN or infinity where they differ by {large} and more: exp overflows."
    ),
    N_(
        "Your result is right in the columns of classes that no example belongs to, and wrong in those of the others."
    ),
    N_(
        "Your result is right in the columns of true classes, and wrong in those of classes that no example belongs to."
    ),
    N_("Your result differs from the expected one by {factor} times the sum of the squares of W."),
    N_("Your result differs from the expected one by {factor} times W."),
    N_("Your function changes {names}, which must stay as it was: compute with a copy."),
    N_("Your result has another dtype than expected: {got} in place of {expected}."),
    N_("Your result is right as long as {name} is {value}, and wrong for other values of it."),
    N_("NaN or infinity stands in your result where {name} is 0, and nowhere else."),
    N_(
        "Your function leaves {names} in another mode than it was in before (training or evaluation): set the old one again."
    ),
    N_("Your {twin} is right where this function is not: compare the two on a small batch."),
    N_(
        "Your result has the precision of float32, though float64 went in: is there a cast, or a dtype float32?"
    ),
    N_("Your function changes {names} where {argument} is {value}: there they must stay as they were."),
    N_(
        "Your result is right where X's singular values are at most {small} times as large as one another, and wrong where they are {large} times as large: X^T X squares that ratio."
    ),
    N_(
        "All numbers in your result are equal, and should not be: is a sum, mean or maximum taken over too many axes?"
    ),
)
"""All that is ever said."""

PLAIN = frozenset((TEMPLATES[0], TEMPLATES[1], TEMPLATES[2], TEMPLATES[6]))
"""Said before a mutant is looked for: nothing that it could tell is plainer."""


def describe(pairs: Sequence[Pair]) -> Sentence | None:
    """What all of these calls have in common, or None where nothing is certain."""
    wrong = [pair for pair in pairs if not pair.is_right]
    if not wrong:
        return None
    return next(_descriptions(pairs, wrong), None)


def returns_constant(value: float) -> Sentence:
    """That a function returns one number, whatever it is given."""
    return say(14, value=f"{value:.4g}")


def changing(names: Sequence[str]) -> Sentence:
    """For a function that changes arguments of these names; several arrays may be in one argument."""
    return say(21, names=", ".join(dict.fromkeys(name.partition(",")[0] for name in names)))


def changing_where(names: Sequence[str], argument: str, value: str) -> Sentence:
    """For a function that changes arguments for another value of one of them than it should."""
    return say(28, names=", ".join(names), argument=argument, value=value)


def leaving_modes(models: Sequence[str]) -> Sentence:
    """For a function that turns training mode on or off and leaves it so."""
    return say(25, names=", ".join(models))


def compare_with(twin: str) -> Sentence:
    """That the same function in another form is right."""
    return say(26, twin=twin)


def of_another_dtype(got: str, expected: str) -> Sentence:
    """That results are right but for their dtype."""
    return say(22, got=got, expected=expected)


def say(number: int, **values: object) -> Sentence:
    return Sentence(TEMPLATES[number], values)


def _descriptions(pairs: Sequence[Pair], wrong: Sequence[Pair]) -> Iterator[Sentence]:
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
            yield from _beyond_by_weights(wrong)
        if _lost_digits(wrong):
            yield say(27)
        if _all_equal(pairs):
            yield say(30)
        right = [pair for pair in pairs if pair.is_right]
        yield from _at_zeros(wrong)
        yield from _in_some_places(wrong, right)
        yield from _for_one_value(wrong, right)
        near, far = (
            max((pair.condition for pair in right), default=0.0),
            min(pair.condition for pair in wrong),
        )
        if min(len(wrong), len(right)) > 1 and 0 < 100 * near <= far and far > 1e6:
            yield say(29, small=f"{near:.1g}", large=f"{far:.1g}")
        alone = all((pair.examples == 1) == pair.is_right for pair in pairs)
        certain = any((pair.expected % 1).any() for pair in right)  # integers may be right by rounding
        if alone and certain and len(wrong) > 1:
            yield say(7)
    elif all(pair.got.ndim == 2 and close(pair.got.T, pair.expected, pair.rough) for pair in pairs):
        yield say(6)
    elif all(pair.got.shape != pair.expected.shape for pair in wrong):
        yield say(15, got=wrong[0].got.shape, expected=wrong[0].expected.shape)


def _beyond_by_weights(wrong: Sequence[Pair]) -> Iterator[Sentence]:
    """A term too many that depends on W alone, where W differs from call to call."""
    if any(pair.weights is None for pair in wrong) or len(wrong) < 3:
        return
    for number in (19, 20):
        weights = [np.asarray(pair.weights, dtype=np.float64) for pair in wrong]
        terms = [np.asarray(np.sum(W * W)) for W in weights] if number == 19 else weights
        if any(
            term.shape != pair.got.shape or not term.any() for term, pair in zip(terms, wrong, strict=True)
        ):
            continue
        place = np.unravel_index(np.abs(terms[0]).argmax(), terms[0].shape)
        factor = float((wrong[0].got - wrong[0].expected)[place] / terms[0][place])
        different = len({f"{np.abs(term).sum():.6g}" for term in terms}) > 2
        if (
            different
            and np.isfinite(factor)
            and all(
                close(pair.got, pair.expected + factor * term, pair.rough)
                for term, pair in zip(terms, wrong, strict=True)
            )
        ):
            yield say(number, factor=f"{factor:.4g}")


def _lost_digits(wrong: Sequence[Pair]) -> bool:
    """Whether all wrong results are nearly right, and of numbers that float32 holds, as the right ones are not."""
    if any(pair.rough for pair in wrong):
        return False
    for pair in wrong:
        short = pair.got.astype(np.float32)
        near = np.abs(pair.got - pair.expected) <= 1e-2 * np.abs(pair.expected).max(initial=0)
        if (
            not near.all()
            or (short != pair.got).any()
            or (pair.expected.astype(np.float32) == pair.expected).all()
        ):
            return False
    telling = {value for pair in wrong for value in pair.got.flat[:100].tolist() if value * 2**12 % 1}
    return len(telling) >= 3


def _all_equal(pairs: Sequence[Pair]) -> bool:
    """Whether a result that should hold different numbers never does, and is no constant."""
    uneven = [pair for pair in pairs if pair.expected.size > 1 and not _is_even(pair.expected, pair.rough)]
    found = {f"{pair.got.flat[0]:.6g}" for pair in uneven if _is_even(pair.got, pair.rough)}
    return len(found) > 2 and all(_is_even(pair.got, pair.rough) for pair in uneven)


def _is_even(array: Array, rough: bool) -> bool:
    return bool(np.isfinite(array).all()) and close(array, np.full_like(array, array.flat[0]), rough)


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


def _in_some_places(wrong: Sequence[Pair], right: Sequence[Pair]) -> Iterator[Sentence]:
    places = [wrong_elements(pair.got, pair.expected, pair.rough) for pair in wrong]
    if all(not np.isfinite(pair.got[place]).any() for pair, place in zip(wrong, places, strict=True)):
        wide = min(pair.spread for pair in wrong)
        narrow = max((pair.spread for pair in right), default=0.0)
        if 0 < narrow < wide and wide > (80 if any(pair.rough for pair in wrong) else 700):
            yield say(16, small=f"{narrow:.3g}", large=f"{wide:.3g}")
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
    yield from _by_class(wrong, places)


def _at_zeros(wrong: Sequence[Pair]) -> Iterator[Sentence]:
    """Where a quotient or a logarithm has met a 0."""
    for name in wrong[0].alike:
        zeros = [pair.alike[name] == 0 if name in pair.alike else None for pair in wrong]
        if sum(at is not None and bool(at.any()) for at in zeros) > 1 and all(
            at is not None and np.array_equal(at, ~np.isfinite(pair.got))
            for at, pair in zip(zeros, wrong, strict=True)
        ):
            yield say(24, name=name)


def _for_one_value(wrong: Sequence[Pair], right: Sequence[Pair]) -> Iterator[Sentence]:
    """Where a number that is an argument is one and the same in all calls that went right, and in no other."""
    if min(len(wrong), len(right)) < 3 or not any((pair.expected % 1).any() for pair in right):
        return
    for name in wrong[0].numbers:
        values = {pair.numbers.get(name) for pair in right}
        others = {pair.numbers.get(name) for pair in wrong}
        if len(values) == 1 and None not in values | others and not values & others and len(others) > 1:
            yield say(23, name=name, value=f"{values.pop():g}")


def _by_class(wrong: Sequence[Pair], places: Sequence[Array]) -> Iterator[Sentence]:
    """Where a result has a column for each class: whether those that have examples are right, or the others are."""
    told, absent, present = 0, True, True
    for pair, place in zip(wrong, places, strict=True):
        if pair.labels is None or pair.weights is None or pair.expected.shape != pair.weights.shape:
            return
        columns = np.isin(np.arange(place.shape[1]), pair.labels)
        if columns.all():
            continue
        told += 1
        absent &= not place[:, ~columns].any() and bool(pair.expected[:, ~columns].any())
        present &= not place[:, columns].any()
    if told > 1 and absent:
        yield say(17)
    if told > 1 and present and told == len(wrong):
        yield say(18)
