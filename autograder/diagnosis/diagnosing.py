"""Finds the misconceptions that explain a submission's answers.

A misconception, or two at once, is named only where a reference that makes it gives the submission's own answer in
every call that was noted. Where several fit, nothing is said. Calls in hidden cases take part, so that what fits the
public ones by chance is not named.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import combinations

import numpy as np

from colab_setup.checking.hinting.measuring import Sentence, compare_with

from ..assignment import LANGUAGES, Assignment, Variant
from . import evidence, likeness, outcomes
from .compared import LARGE, Compared, redrawn
from .findings import CaseName, Diagnosis, Explanation, in_all_languages, together
from .lookup.process import LookupProcess
from .measuring.measured import Measured
from .outcomes import STYLES, Outcome
from .programs import Programs
from .recording import Call

MAX_OUTCOMES = 50_000
"""Most outcomes of calls that are kept for the submissions that come."""

MAX_OUTCOME_BYTES = 1 << 14
"""Larger ones are worked out anew."""

FEWEST_NUMBERS = 3
"""Fewer wrong answers beside those of NaN or infinity may fit by chance."""

Style = type[np.random.Generator] | None


class Diagnostician:
    """Explains the answers of an assignment's submissions; what it works out serves the whole batch.

    Args:
        assignment: its misconceptions are known in `solutions/<a>/misconceptions.toml`.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.programs = Programs.of(assignment)
        self.mutants = LookupProcess(assignment)
        self._outcomes: dict[tuple[object, ...], Outcome] = {}

    def diagnose(self, calls: Sequence[Call], failed: Collection[CaseName]) -> dict[CaseName, Diagnosis]:
        """What there is to say of cases.

        Args:
            calls: all that were noted of a submission.
            failed: the cases that failed.
        """
        self.mutants.begin()
        explained: dict[str, Explanation] = {}
        faulty: set[str] = set()
        found: dict[CaseName, list[Diagnosis]] = {}
        right = {call.function for call in calls} - {call.function for call in calls if call.case in failed}
        for function in self.programs.owners:
            noted = [call for call in calls if call.function == function]
            cases = {call.case for call in noted} & set(failed)
            if not cases:
                continue
            theirs = [Compared(call) for call in noted]
            for compared in theirs:
                compared.is_random = self._is_random(function, compared)
                reference = self._outcome(function, (), compared, None)
                if (
                    compared.outcome.error
                    and reference.error
                    and compared.outcome.error[0] == reference.error[0]
                ):
                    compared.outcome = reference  # raised on purpose: everybody words it differently
                compared.is_right = likeness.same(compared.outcome, reference, compared.rough, dtypes=True)
                compared.has_right_values = likeness.same(compared.outcome, reference, compared.rough)
                compared.overflows = (
                    not compared.is_right
                    and compared.largest >= LARGE
                    and likeness.overflows(compared.outcome, reference, compared.rough)
                )
            if all(compared.is_right for compared in theirs):
                continue
            explanation = self._explain(function, theirs, explained)
            uses = self.programs.uses(function)
            measured = self._measuring(function, theirs)
            of_draws = functools.cache(measured.of_draws)
            told = None
            if explanation is None and not (uses & faulty):
                told = measured.at_first_sight()
                if told is None:
                    explanation = self._mutant(function, theirs) or self._of_numbers(
                        function, theirs, explained
                    )
            if explanation is not None:
                explained[function] = explanation
            faulty.add(function)
            for case in cases:
                wrong = [c for c in theirs if c.call.case == case and (c.is_random or not c.is_right)]
                if wrong:
                    said = told
                    if explanation is None and not (uses & faulty):
                        hidden = wrong[0].call.hidden
                        said = told or measured.sentence(hidden) or of_draws(hidden)
                        said = said or self._twin(function, right)
                    diagnosis = self._diagnosis(function, wrong, explanation, said)
                    found.setdefault(case, []).append(diagnosis)
        return {case: together(parts) for case, parts in found.items()}

    def _explain(
        self, function: str, calls: list[Compared], explained: Mapping[str, Explanation]
    ) -> Explanation | None:
        """Why a function answers as it does.

        Where a generator of torch's decides some answers, students draw in their own ways. Then the others are enough,
        if one of them is wrong.
        """
        found = self._explained_by(function, calls, explained)
        if found is None and self.programs.draws_from(function) == "generator":
            certain = [compared for compared in calls if not compared.is_random]
            if not all(compared.is_right for compared in certain):
                found = self._explained_by(function, certain, explained)
        return found

    def _explained_by(
        self, function: str, calls: list[Compared], explained: Mapping[str, Explanation]
    ) -> Explanation | None:
        calls = sorted(calls, key=lambda compared: compared.is_right)
        overflows = all(compared.is_right or compared.overflows for compared in calls)
        # Many mistakes lead to that: they differ in what is right in spite of its size.
        if overflows and sum(compared.is_right and compared.largest >= LARGE for compared in calls) < 2:
            return None
        uses = self.programs.uses(function)
        others = [variant for name, it in explained.items() if name in uses for variant in it.own]
        styles = STYLES if any(outcomes.draws(compared.call) for compared in calls) else STYLES[:1]
        for dtypes in (False, True):
            for style in styles:

                def fits(variants: tuple[Variant, ...], style: Style = style, dtypes: bool = dtypes) -> bool:
                    exactly = not variants
                    for compared in calls:
                        outcome = self._outcome(function, variants, compared, style)
                        if likeness.same(compared.outcome, outcome, compared.rough, dtypes=dtypes):
                            exactly |= not compared.is_right
                        elif not variants or not likeness.same(
                            compared.outcome, outcome, compared.rough, dtypes=dtypes, slack=compared.slack
                        ):
                            return False
                        if (
                            variants
                            and not compared.is_right
                            and not likeness.as_small(compared.outcome, outcome)
                        ):
                            return False
                    return exactly

                if fits(()):
                    if not dtypes and style is None:
                        break  # only dtypes can be wrong
                    return None
                some = [chosen for size in range(1, len(others)) for chosen in combinations(others, size)]
                bases = [*some[:8], tuple(others)] if others else []
                for base in bases:
                    if fits(base):
                        return Explanation((), base)
                if found := self._fitting(function, [(), *bases], fits):
                    return found
        return None

    def _fitting(
        self,
        function: str,
        bases: Sequence[tuple[Variant, ...]],
        fits: Callable[[tuple[Variant, ...]], bool],
    ) -> Explanation | None:
        """The one misconception, or the only two, that fit; what all have in common where several do.

        Args:
            function: the one that is explained.
            bases: what may be wrong with those that it calls: first nothing, since a function may do without them, and
                last all that is known.
            fits: whether misconceptions give the submission's own answers.
        """
        variants = self.programs.variants[function]
        singles = [(variant, base) for base in bases for variant in variants if fits((*base, variant))]
        if singles:
            variant, base = singles[0]
            return Explanation((variant,), base) if len({v.hint for v, _ in singles}) == 1 else None
        pairs = [
            ({one, two}, base)
            for base in dict.fromkeys((bases[0], bases[-1]))
            for one, two, both in self.programs.pairs(function)
            if fits((*base, both))
        ]
        common = set.intersection(*(pair for pair, _ in pairs)) if pairs else set()
        if not common:
            return None
        return Explanation(tuple(variant for variant in variants if variant in common), pairs[0][1])

    def _mutant(self, function: str, calls: Sequence[Compared]) -> Explanation | None:
        """What mutants say, where no generator decides the answers."""
        if any(compared.is_random for compared in calls):
            return None
        found = self.mutants.find(function, calls)
        if found is None:
            return None
        own = tuple(v for v in self.programs.variants[function] if v.name in found.misconceptions)
        return Explanation(own, (), found.clauses)

    def _of_numbers(
        self, function: str, calls: Sequence[Compared], explained: Mapping[str, Explanation]
    ) -> Explanation | None:
        """Why answers are other numbers than they should be, where NaN or infinity in some has another reason."""
        numbers = [compared for compared in calls if not compared.overflows]
        wrong = [compared for compared in numbers if not compared.is_right]
        if len(wrong) < FEWEST_NUMBERS or len(numbers) == len(calls):
            return None
        return self._explained_by(function, numbers, explained) or self._mutant(function, numbers)

    def _is_random(self, function: str, compared: Compared) -> bool:
        """Whether right functions may answer this call in different ways."""
        if compared.call.then is not None:  # the weights are drawn
            return True
        source = self.programs.draws_from(function)
        if source != "generator":
            return bool(source)
        other = Compared(redrawn(self.programs.function(function), compared.call))
        return not likeness.same(
            self._outcome(function, (), compared, None),
            self._outcome(function, (), other, None),
            compared.rough,
        )

    def _outcome(
        self, function: str, variants: tuple[Variant, ...], compared: Compared, style: Style
    ) -> Outcome:
        key = (function, variants, style, compared.digest)
        known = self._outcomes.get(key) or self._outcomes.get((*key, compared.call.random))
        if known is not None and compared.digest is not None:
            return known
        try:
            program = self.programs.function(function, variants)
        except Exception:  # two changes put together may make a module that cannot be imported
            return outcomes.UNUSABLE
        outcome = outcomes.of_program(program, compared.call, style)
        size = sum(leaf.nbytes for leaf in outcome.leaves if leaf is not None)
        if compared.digest is not None and size <= MAX_OUTCOME_BYTES:
            if len(self._outcomes) >= MAX_OUTCOMES:
                self._outcomes.clear()
            self._outcomes[(*key, compared.call.random) if outcome.drawn else key] = outcome
        return outcome

    def _diagnosis(
        self,
        function: str,
        wrong: list[Compared],
        explanation: Explanation | None,
        sentence: Sentence | None,
    ) -> Diagnosis:
        first = min(wrong, key=lambda compared: compared.is_random)
        shown = {}
        if not first.is_random:
            reference = self._outcome(function, (), first, None)
            shown = evidence.describe(
                self.programs.function(function), first.call, first.outcome, reference, first.rough
            )
        if explanation is not None:
            hint = {language: " ".join(explanation.hints(language)) for language in LANGUAGES}
            named = () if explanation.clauses else explanation.own or explanation.others
            return Diagnosis(tuple(variant.name for variant in named), hint, shown)
        return Diagnosis((), in_all_languages(sentence) if sentence else {}, shown)

    def _measuring(self, function: str, calls: list[Compared]) -> Measured:
        references = [self._outcome(function, (), compared, None) for compared in calls]
        return Measured(self.programs.function(function), calls, references)

    def _twin(self, function: str, right: Collection[str]) -> Sentence | None:
        """That the same function with loops, or without them, is right."""
        twins = [name for name in self.programs.twins(function) if name in right]
        return compare_with(twins[0]) if twins else None
