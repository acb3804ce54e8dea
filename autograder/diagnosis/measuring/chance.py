"""Describes what is wrong with a function whose answers chance decides, however it draws.

Right functions draw in ways of their own, so that answers cannot be compared one by one. What can be: whether the same
state of a generator gives the same answer, which elements are set to zero together, how many, and what becomes of the
others; and whether rows are still beside their labels. Every sentence says what the answers have, or lack, where the
reference's have it not, or do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from colab_setup.checking.hinting.measuring import Sentence, say

from ...checks import torch_values
from .. import evidence, likeness
from ..compared import Compared
from ..outcomes import Array, Outcome
from . import flips

TEMPLATES = (
    "The same state of the generator gives two different results: draw from the generator that is passed in, and from nothing else.",
    "Different states of the generator give the same result: draw from the generator that is passed in, without a seed of your own.",
    "All examples of a batch share one draw in yours: each needs a draw of its own.",
    "Some examples of your result are zero in part: an example is dropped as a whole, or not at all.",
    "An example of your result is zero as a whole, or not at all: each element needs a draw of its own.",
    "What is not set to zero is multiplied by {got} in yours; expected {expected}, with {name} = {value}.",
    "About {got} % of what goes in becomes zero in yours; expected about {expected} %, with {name} = {value}.",
    "The rows of your result stand beside other rows' labels or targets: take both by the same numbers.",
    "The last example of X is never drawn in yours: the upper end of a range is not part of it.",
    "The first example of X is never drawn in yours: numbers of rows begin at 0.",
)

FALSE_ALARM = 1e-9
"""The probability, at most, that a share is called another one by chance."""

ENOUGH = 20
"""Fewer examples may be alike by chance."""


@dataclass(frozen=True)
class _Mask:
    """What a call set to zero, beside what the reference set to zero in the same call.

    Attributes:
        zero: where it did, (N, elements of an example).
        expected: where the reference did.
        factor: what the rest was multiplied by; NaN where that differs.
        expected_factor: the reference's.
        given: the call's arguments by name.
    """

    zero: Array
    expected: Array
    factor: float
    expected_factor: float
    given: Mapping[str, Any]


def describe(
    function: Callable[..., Any], calls: Sequence[Compared], references: Sequence[Outcome]
) -> Sentence | None:
    """What is certain of a function's calls; None where nothing is.

    Args:
        function: the reference's, for the names of its arguments.
        calls: all that chance decides.
        references: what the reference does in them.
    """
    pairs = [
        (compared, reference, dict(evidence.named(function, compared.call)))
        for compared, reference in zip(calls, references, strict=True)
        if compared.is_random and not (compared.outcome.error or reference.error)
    ]
    return next(_descriptions(pairs), None)


Known = Sequence[tuple[Compared, Outcome, Mapping[str, Any]]]


def _descriptions(pairs: Known) -> Iterator[Sentence]:
    shapes = [_shapes(compared.outcome) for compared, _, _ in pairs]
    expected = [_shapes(reference) for _, reference, _ in pairs]
    for ours, theirs in zip(shapes, expected, strict=True):
        if len(ours) == len(theirs) == 1 and ours != theirs:
            yield say(15, got=ours[0], expected=theirs[0])
    masks = [mask for pair in pairs if (mask := _mask(*pair)) is not None]
    if masks:
        yield from _of_masks(masks)
    if (told := flips.describe(list(_images(pairs)))) is not None:
        yield told
    if (number := _of_generators(pairs)) is not None:
        yield Sentence(TEMPLATES[number], {})
    apart = [_are_apart(compared.outcome, given) for compared, _, given in pairs]
    together = [_are_apart(reference, given) for _, reference, given in pairs]
    if any(apart) and None not in apart and not any(together):
        yield Sentence(TEMPLATES[7], {})
    for row, number in ((-1, 8), (0, 9)):
        if _is_never_drawn(row, pairs):
            yield Sentence(TEMPLATES[number], {})


def _shapes(outcome: Outcome) -> list[tuple[int, ...]]:
    return [leaf.shape for leaf in outcome.leaves if leaf is not None]


def _images(pairs: Known) -> Iterator[tuple[Array, Array, Array]]:
    """For each call its images, what was made of them, and what the reference made of them."""
    for compared, reference, given in pairs:
        before = next((arg for arg in given.values() if torch_values.is_tensor(arg)), None)
        leaves = [outcome.leaves[0] for outcome in (compared.outcome, reference) if len(outcome.leaves) == 1]
        ours, theirs = leaves if len(leaves) == 2 else (None, None)
        if before is not None and ours is not None and theirs is not None:
            yield torch_values.to_array(before), ours, theirs


def _mask(compared: Compared, reference: Outcome, given: Mapping[str, Any]) -> _Mask | None:
    """The call as a mask on the first array that goes in; None where it is none."""
    before = next((arg for arg in given.values() if torch_values.arrays_in(arg)), None)
    if before is None or isinstance(before, list | tuple) or torch_values.is_network(before):
        return None
    array = torch_values.to_array(before).astype(np.float64)
    found = []
    for outcome in (compared.outcome, reference):
        leaf = outcome.leaves[0] if len(outcome.leaves) == 1 else None
        if leaf is None or leaf.shape != array.shape or leaf.dtype.kind != "f" or not array.all():
            return None
        rest = (leaf / array)[leaf != 0]
        constant = rest.size > 0 and np.ptp(rest) <= 1e-3 * abs(rest[0])
        found.append((leaf.reshape(len(leaf), -1) == 0, float(rest[0]) if constant else math.nan))
    (zero, factor), (expected, expected_factor) = found
    if math.isnan(expected_factor):
        return None  # it does more than to set something to zero
    return _Mask(zero, expected, factor, expected_factor, given)


def _of_masks(masks: Sequence[_Mask]) -> Iterator[Sentence]:
    wide = [mask for mask in masks if mask.zero.shape[1] > 1 and 0 < mask.expected.mean() < 1]
    whole = bool(wide) and all(_is_whole(mask.expected) for mask in wide)
    large = [mask for mask in masks if len(mask.zero) >= ENOUGH and 0 < mask.expected.mean() < 1]
    shares = {float(mask.zero.mean()) for mask in large}
    if (
        (shares - {0.0, 1.0} or len(shares) == 2)
        and all((mask.zero == mask.zero[:1]).all() for mask in large)
        and not any((mask.expected == mask.expected[:1]).all() for mask in large)
    ):
        yield Sentence(TEMPLATES[2], {})
    if whole and not all(_is_whole(mask.zero) for mask in wide):
        yield Sentence(TEMPLATES[3], {})
    elements = [mask for mask in wide if not _is_whole(mask.expected)]
    if any(0 < mask.zero.mean() < 1 for mask in elements) and all(_is_whole(mask.zero) for mask in elements):
        yield Sentence(TEMPLATES[4], {})
    for mask in masks:
        share, usual = ((each[:, 0] if whole else each).mean() for each in (mask.zero, mask.expected))
        count = len(mask.zero) if whole else mask.zero.size
        # Hoeffding, for the difference of two means of as many draws.
        allowed = 2 * math.sqrt(math.log(2 / FALSE_ALARM) / (2 * count))
        said = _probability(mask.given)
        if said and abs(share - usual) > allowed:
            numbers = {"got": f"{100 * share:.0f}", "expected": f"{100 * usual:.0f}"}
            yield Sentence(TEMPLATES[6], {**numbers, **said})
    for mask in masks:
        said = _probability(mask.given)
        if said and not math.isnan(mask.factor) and abs(mask.factor - mask.expected_factor) > 1e-3:
            yield Sentence(
                TEMPLATES[5], {"got": f"{mask.factor:.4g}", "expected": f"{mask.expected_factor:.4g}", **said}
            )


def _is_whole(zero: Array) -> bool:
    return bool((zero.all(axis=1) | ~zero.any(axis=1)).all())


def _probability(given: Mapping[str, Any]) -> dict[str, str]:
    """The first argument that is a number, for a sentence."""
    numbers = ((n, v) for n, v in given.items() if isinstance(v, int | float) and not isinstance(v, bool))
    return next(({"name": name, "value": f"{value:g}"} for name, value in numbers), {})


def _of_generators(pairs: Known) -> int | None:
    """Whether states of generators and results belong together as the reference's do."""
    known: dict[bytes, list[tuple[Compared, Outcome]]] = {}
    for compared, reference, given in pairs:
        if sum(map(_draws, given.values())) == 1 and (rest := _without_generator(compared)) is not None:
            known.setdefault(rest, []).append((compared, reference))
    alike, others = [], []
    for calls in known.values():
        (one, reference), *rest_of_them = calls
        for two, another in rest_of_them:
            same = likeness.same(one.outcome, two.outcome, one.rough)
            expected = likeness.same(reference, another, one.rough)
            if one.digest == two.digest and expected:
                alike.append(same)
            elif one.digest != two.digest and not expected:
                others.append(same)
    if not all(alike):
        return 0
    return 1 if len(others) > 1 and all(others) else None


def _draws(arg: Any) -> bool:
    return isinstance(arg, np.random.Generator) or torch_values.is_generator(arg)


def _without_generator(compared: Compared) -> bytes | None:
    """What tells a call from others but for its generator."""
    call = compared.call
    args = tuple(None if _draws(arg) else arg for arg in call.args)
    kwargs = {name: None if _draws(arg) else arg for name, arg in call.kwargs.items()}
    return likeness.digest(replace(call, args=args, kwargs=kwargs, gradients=[]))


def _is_never_drawn(row: int, pairs: Known) -> bool:
    """Whether a row of X is in no batch, in so many that it must be in one of a right function's."""
    log_chance, in_expected = 0.0, False
    for compared, reference, given in pairs:
        X, batch = given.get("X"), next(iter(compared.outcome.leaves), None)
        usual = next(iter(reference.leaves), None)
        if not (isinstance(X, np.ndarray) and X.ndim == 2 and batch is not None and usual is not None):
            return False
        if batch.ndim != 2 or batch.shape != usual.shape or batch.shape[1:] != X.shape[1:]:
            return False
        if len(X) < 2 or (X[row] == X).all(axis=1).sum() > 1:
            continue
        if (batch == X[row]).all(axis=1).any():
            return False
        in_expected |= bool((usual == X[row]).all(axis=1).any())
        log_chance += len(batch) * math.log1p(-1 / len(X))
    return in_expected and log_chance < math.log(FALSE_ALARM)


def _are_apart(outcome: Outcome, given: Mapping[str, Any]) -> bool | None:
    """Whether rows of X are returned beside a y that none of these rows has; None where it returns no such pairs."""
    X, y = given.get("X"), given.get("y")
    if not (isinstance(X, np.ndarray) and isinstance(y, np.ndarray) and X.ndim == 2 and y.shape == (len(X),)):
        return None
    known: dict[bytes, set[Any]] = {}
    for row, label in zip(X, y.tolist(), strict=True):
        known.setdefault(row.tobytes(), set()).add(label)
    leaves = [leaf for leaf in outcome.leaves if leaf is not None]
    rows = [leaf for leaf in leaves if leaf.ndim == 2 and leaf.shape[1] == X.shape[1]]
    labels = [leaf for leaf in leaves if leaf.ndim == 1]
    if not rows or [len(part) for part in rows] != [len(part) for part in labels]:
        return None
    pairs = [
        (known.get(row.astype(X.dtype).tobytes()), label)
        for part, told in zip(rows, labels, strict=True)
        for row, label in zip(part, told.tolist(), strict=True)
    ]
    if any(found is None for found, _ in pairs):
        return None
    return any(found is not None and label not in found for found, label in pairs)
