"""Finds the mutants that explain a submission's answers: by what they answer to the same calls.

What fits must fit every call, as a misconception must. Of those that also agree on inputs that nobody asked about, the one
that is plainest to say is told; where the others would be told otherwise, only what they have in common is.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...assignment import Assignment, Variant
from ...derivation import derived
from .. import likeness, outcomes
from ..compared import Compared
from ..outcomes import Outcome
from ..programs import Programs
from ..recording import Call
from .finding import Finding, in_common, may_be_anywhere, vague
from .mutants import Candidate, Mutants

MAX_TABLES = 400
"""Most calls whose answers by all mutants are kept."""

MAX_SENTENCES = 60
"""Where what fits would be told in more ways than this, next to nothing is known."""

DIFFERENT = 3
"""Fewer different numbers among wrong answers tell nothing apart, unless there are many of two."""

MANY = 8
"""See `DIFFERENT`."""

GENEROUS = 24
"""Most calls that are made on shuffled inputs."""

SHUFFLED_ANEW = 17
"""Another seed than those with which mutants are told apart."""

Guard = Callable[[Callable[[], Outcome]], Outcome]
"""Makes a call within limits."""


class Fitter:
    """Looks mutants up; what it works out serves a whole batch.

    Args:
        assignment: whose.
        programs: the reference as functions.
        guard: calls a mutant, which may take too much of everything.
        left_out: whether a mutant does not take part.
    """

    def __init__(
        self,
        assignment: Assignment,
        programs: Programs,
        guard: Guard = lambda call: call(),
        left_out: Callable[[Candidate], bool] = lambda candidate: False,
    ) -> None:
        self.mutants = Mutants(assignment, programs)
        self.guard = guard
        self.left_out = left_out
        self._programs: dict[Candidate, Callable[..., Any] | None] = {}
        self._tables: OrderedDict[tuple[str, bytes], dict[Candidate, Outcome]] = OrderedDict()
        self._here: dict[int, dict[Candidate, Outcome]] = {}
        self._candidates: dict[str, list[Candidate]] = {}

    def find(self, function: str, calls: Sequence[Compared]) -> Finding | None:
        """What mutants say of all of a function's calls; None where none fits, or too many do."""
        calls = _telling(calls)
        self._here = {}
        if not calls:
            return None
        for single in (True, False):
            fitting = self._fitting(function, single, calls)
            if fitting:
                return self._told(function, fitting, calls)
        return None

    def _fitting(self, function: str, single: bool, calls: Sequence[Compared]) -> list[Candidate]:
        if function not in self._candidates:
            self._candidates[function] = [c for c in self.mutants.of(function) if not self.left_out(c)]
        left = [c for c in self._candidates[function] if c.is_single == single]
        only_dtypes = all(compared.is_right or compared.has_right_values for compared in calls)
        for compared in calls:
            left = [
                candidate
                for candidate in left
                if likeness.same(
                    compared.outcome,
                    outcome := self._outcome(function, candidate, compared.call),
                    compared.rough,
                    dtypes=only_dtypes,
                )
                and (compared.is_right or likeness.as_small(compared.outcome, outcome))
            ]
            if not left:
                break
        return left

    def _outcome(self, function: str, candidate: Candidate, call: Call) -> Outcome:
        table = self._table(function, call)
        if candidate not in table:
            table[candidate] = self._called(function, candidate, call)
        return table[candidate]

    def _table(self, function: str, call: Call) -> dict[Candidate, Outcome]:
        digest = likeness.digest(call)
        if digest is None:  # with functions among its arguments; the call lives as long as this lookup
            return self._here.setdefault(id(call), {})
        key = (function, digest + call.random)
        if key not in self._tables:
            self._tables[key] = {}
            if len(self._tables) > MAX_TABLES:
                self._tables.popitem(last=False)
        self._tables.move_to_end(key)
        return self._tables[key]

    def _called(self, function: str, candidate: Candidate, call: Call) -> Outcome:
        if candidate not in self._programs:
            self._programs[candidate] = None
            with contextlib.suppress(Exception):
                self._programs[candidate] = self.mutants.program(function, candidate)
        program = self._programs[candidate]
        return self.guard(lambda: outcomes.of_program(program, call)) if program else outcomes.UNUSABLE

    def _told(self, function: str, fitting: list[Candidate], calls: Sequence[Compared]) -> Finding | None:
        by_sentence: dict[tuple[str, ...], Candidate] = {}
        for candidate in sorted(fitting, key=lambda candidate: candidate.cost):
            by_sentence.setdefault(_text(candidate), candidate)
        fitting = list(by_sentence.values())
        if len(fitting) > MAX_SENTENCES:
            return None
        if len(fitting) > 1 and len(groups := self._alike(function, fitting, calls)) > 1:
            return in_common(groups)
        best = fitting[0]
        if any(change.place is None and change.cost >= 5 for change in best.changes) or (
            best.misconception and any(change.is_of_a_number for change in best.changes)
        ):  # nobody but the staff has seen the text in which it stands
            return None
        # Where all that is wrong is infinity or NaN, nobody knows which number came out too large.
        is_vague = all(compared.is_right or compared.overflows for compared in calls)
        if is_vague and may_be_anywhere(fitting):
            known = {candidate.misconception for candidate in fitting}
            return Finding((), (best.misconception.name,)) if best.misconception and len(known) == 1 else None
        return Finding(
            tuple(vague(change) if is_vague else change.clause for change in best.changes),
            (best.misconception.name,) if best.misconception else (),
            best.source,
        )

    def _alike(
        self, function: str, fitting: Sequence[Candidate], calls: Sequence[Compared]
    ) -> list[list[Candidate]]:
        """Those that answer alike on shuffled inputs too, in groups."""
        made = [_shuffled(compared.call, seed) for seed in (0, 1) for compared in calls][:GENEROUS]
        groups: list[tuple[list[Outcome], list[Candidate]]] = []
        for candidate in fitting:
            answers = [self._called(function, candidate, call) for call in made]
            for known, group in groups:
                if all(
                    likeness.same(a, b, likeness.is_rough(call)) or not (a.usable or b.usable)
                    for a, b, call in zip(answers, known, made, strict=True)
                ):
                    group.append(candidate)
                    break
            else:
                groups.append((answers, [candidate]))
        return [group for _, group in groups]


def differ(
    programs: Programs, one: Variant | None, two: Variant, calls: Sequence[Call], *, dtypes: bool = True
) -> bool:
    """Whether two variants of a function answer otherwise, in these calls or on shuffled inputs.

    Args:
        programs: the assignment's.
        one: a variant; None for the reference.
        two: a variant.
        calls: of the function.
        dtypes: whether arrays must be of one dtype.
    """
    first = programs.function(two.function, (one,) if one else ())
    second = programs.function(two.function, (two,))
    for call in [*calls, *(_shuffled(call, SHUFFLED_ANEW) for call in calls)]:
        expected, got = outcomes.of_program(first, call), outcomes.of_program(second, call)
        if not likeness.same(got, expected, likeness.is_rough(call), dtypes=dtypes):
            return True
    return False


def _text(candidate: Candidate) -> tuple[str, ...]:
    named = (candidate.misconception.name,) if candidate.misconception else ()
    return (*named, *(change.clause.text(str) for change in candidate.changes))


def _telling(calls: Sequence[Compared]) -> list[Compared]:
    """The calls, those first that tell mutants apart best; none where all that is wrong tells nothing."""

    def tells(compared: Compared) -> tuple[bool, bool, bool, int]:
        values = [leaf for leaf in compared.outcome.leaves if leaf is not None and leaf.dtype.kind in "biuf"]
        finite = bool(values) and all(np.isfinite(leaf).all() for leaf in values)
        plain = not any((np.asarray(leaf, dtype=float) % 1).any() for leaf in values) if finite else True
        return compared.is_right, not finite, plain, _size(compared.call)

    wrong = [compared for compared in calls if not compared.is_right]
    found: set[float] = set()
    count = 0
    for compared in wrong:
        gradients = (array for found_at in compared.outcome.gradients for _, array in found_at)
        for leaf in (*compared.outcome.leaves, *gradients):
            if leaf is not None and leaf.dtype.kind in "biuf" and leaf.size:
                found |= set(leaf[np.isfinite(leaf)].astype(float).round(9).flat[:100])
                count += leaf.size
    if len(found) < (2 if count >= MANY else DIFFERENT) and not all(compared.overflows for compared in wrong):
        return []
    return sorted(calls, key=tells)


def _size(call: Call) -> int:
    return sum(arg.size for arg in (*call.args, *call.kwargs.values()) if isinstance(arg, np.ndarray))


def _shuffled(call: Call, seed: int) -> Call:
    """The same call with the elements of its arrays in another order: it has the same sums, signs and labels."""
    rng = np.random.default_rng(derived(seed, "arrays of a call in another order"))

    def other(arg: Any) -> Any:
        if isinstance(arg, np.ndarray) and arg.dtype.kind in "iuf":
            return rng.permutation(arg.ravel()).reshape(arg.shape)
        return arg

    return replace(
        call, args=tuple(map(other, call.args)), kwargs={k: other(v) for k, v in call.kwargs.items()}
    )
