"""What can be measured of all calls of a function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from colab_setup.checking.hinting import measuring
from colab_setup.checking.hinting.measuring import Sentence
from colab_setup.checking.hinting.pairs import Pair, alike, condition, examples, numbers, spread

from ...checks import torch_values
from .. import evidence
from ..compared import Compared
from ..outcomes import Outcome
from . import chance


@dataclass(frozen=True)
class Measured:
    """All calls of one function.

    Attributes:
        function: the reference's.
        calls: what the submission did.
        references: what the reference does in the same calls.
    """

    function: Callable[..., Any]
    calls: Sequence[Compared]
    references: Sequence[Outcome]

    @functools.cached_property
    def _defaults(self) -> dict[str, Any]:
        """What the arguments are that a call leaves out."""
        if not inspect.isfunction(self.function):
            return {}
        known = inspect.signature(self.function).parameters.values()
        return {each.name: each.default for each in known if each.default is not each.empty}

    def at_first_sight(self) -> Sentence | None:
        """What explains all else: an argument that is changed, a dtype, one answer to everything, a wrong sign."""
        if names := self._changed():
            if place := self._where_changed(names):
                return measuring.changing_where(names, *place)
            models = [name.removesuffix(evidence.MODES) for name in names if name.endswith(evidence.MODES)]
            return measuring.leaving_modes(models) if len(models) == len(names) else measuring.changing(names)
        if dtypes := self._dtypes():
            return measuring.of_another_dtype(*dtypes)
        value = _constant([compared.outcome for compared in self.calls])
        differ = _constant(self.references) is None
        if value is not None and differ:
            return measuring.returns_constant(value)
        found = self.sentence(hidden=True)
        return found if found is not None and found.template in measuring.PLAIN else None

    def _changed(self) -> list[str]:
        """The arguments that must stay as they were, and are others after every call that went wrong.

        Which of the calls went wrong is not known where chance decides: then after every call that changes any.
        """
        certain: list[set[str]] = []
        random: list[set[str]] = []
        for compared, reference in zip(self.calls, self.references, strict=True):
            kept = {place for place, _ in reference.changed}
            labels = evidence.labels(evidence.named(self.function, compared.call))
            changed = {labels[place] for place, _ in compared.outcome.changed if place not in kept}
            if compared.is_random and changed:
                random.append(changed)
            elif not (compared.is_random or compared.is_right):
                certain.append(changed)
        return sorted(set.intersection(*(certain or random))) if certain or random else []

    def _where_changed(self, names: Sequence[str]) -> tuple[str, str] | None:
        """An argument and its value in all calls that change these wrongly, where the reference changes them in others."""
        wrong, right = [], []
        for compared, reference in zip(self.calls, self.references, strict=True):
            given = evidence.named(self.function, compared.call)
            labels = evidence.labels(given)
            changed = {labels[place] for place, _ in compared.outcome.changed}
            values = {
                name: repr(value)
                for name, value in {**self._defaults, **dict(given)}.items()
                if _is_plain(value)
            }
            if changed & set(names) and not reference.changed:
                wrong.append(values)
            elif {labels[place] for place, _ in reference.changed} & set(names):
                right.append(values)
        if not wrong or not right:
            return None
        told = (
            (name, value)
            for name, value in wrong[0].items()
            if all(values.get(name) == value for values in wrong)
            and not any(values.get(name) == value for values in right)
        )
        return next(told, None)

    def _dtypes(self) -> tuple[str, str] | None:
        """The dtype of the first result that has another than it should; None where that is not all that is wrong."""
        if not all(compared.is_right or compared.has_right_values for compared in self.calls):
            return None
        wrong = [
            (got, expected)
            for compared, reference in zip(self.calls, self.references, strict=True)
            if not compared.is_right
            for got, expected in zip(*map(_dtypes_of, (compared.outcome, reference)), strict=False)
            if got and expected and got != expected
        ]
        return wrong[0] if wrong else None

    def of_draws(self, hidden: bool) -> Sentence | None:
        """What is certain where chance decides answers; of the public calls alone for a public case."""
        chosen = [
            (compared, reference)
            for compared, reference in zip(self.calls, self.references, strict=True)
            if hidden or not compared.call.hidden
        ]
        return chance.describe(self.function, *map(list, zip(*chosen, strict=True))) if chosen else None

    def sentence(self, hidden: bool) -> Sentence | None:
        """A description that holds for all calls; that of the public ones for a public case, since it is shown there.

        Args:
            hidden: whether it is for a hidden case.
        """
        pairs, public = [], []
        for compared, reference in zip(self.calls, self.references, strict=True):
            if compared.is_random:
                return None
            given = {**self._defaults, **dict(evidence.named(self.function, compared.call))}
            pair = _pair(
                compared.outcome,
                reference,
                examples(given),
                compared.largest,
                compared.rough,
                given,
            )
            if pair is not None:
                pairs.append(pair)
                public += [] if compared.call.hidden else [pair]
            elif not compared.is_right:
                return None
        found = measuring.describe(pairs)
        if found is None or hidden:
            return found
        shown = measuring.describe(public)
        return shown if shown is not None and shown.template == found.template else None


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str)


def _dtypes_of(outcome: Outcome) -> list[str]:
    """Without whether a tensor has a gradient."""
    return [dtype.partition(",")[0] for dtype in outcome.dtypes]


def _pair(
    got: Outcome, expected: Outcome, examples: int, largest: float, rough: bool, given: Mapping[str, Any]
) -> Pair | None:
    """A call as it can be measured, see `Pair`; None where it did not return one array of numbers.

    Args:
        got: what the student's function did.
        expected: what the reference does.
        examples: see `Pair`.
        largest: see `Pair`.
        rough: see `Pair`.
        given: the arguments by their names.
    """
    if got.error or expected.error or len(got.leaves) != 1 or len(expected.leaves) != 1:
        return None
    ours, theirs = expected.leaves[0], got.leaves[0]
    if ours is None or theirs is None or theirs.dtype.kind not in "biuf" or not np.isfinite(ours).all():
        return None
    weights, labels = (given[name] if isinstance(given.get(name), np.ndarray) else None for name in "Wy")
    return Pair(
        theirs.astype(np.float64),
        ours.astype(np.float64),
        examples,
        largest,
        rough,
        weights,
        labels,
        spread(given, torch_values.to_array),
        alike(given, ours),
        numbers(given),
        condition(given),
    )


def _constant(answers: Sequence[Outcome]) -> float | None:
    """The one number that stands everywhere in all answers; None where there are others, or fewer than two answers."""
    found: set[float] = set()
    for answer in answers:
        leaves = [leaf for leaf in answer.leaves if leaf is not None and leaf.dtype.kind in "biuf"]
        if answer.error or len(leaves) != 1 or leaves[0].size == 0:
            return None
        values = np.unique(leaves[0])
        found |= set(values[:2].astype(float).tolist())
        if len(found) > 1:
            return None
    return found.pop() if len(answers) > 1 and found else None
