"""What the grader says of mutants of a question's function, for the hints that students open at home.

A mutant is told at home where the grader would tell it of a submission with the same answers, hidden calls included, and
where public cases alone tell it from all that would be told otherwise. Mutants are the staff's own code.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..assignment import LANGUAGES, translations
from ..diagnosis import Call, TooLong, within
from ..diagnosis.compared import LARGE, Compared
from ..diagnosis.diagnosing import AS_IF
from ..diagnosis.likeness import overflows, same
from ..diagnosis.lookup.fitting import Finding, Fitter
from ..diagnosis.lookup.mutants import Candidate
from ..diagnosis.measuring.measured import Measured
from ..diagnosis.outcomes import UNUSABLE, Array, Outcome, of_program
from ..diagnosis.programs import Programs
from ..mutation import Said

CALL_SECONDS = 0.5
"""Processor time for one call of a mutant."""


@dataclass(frozen=True)
class Told:
    """What is said of functions that answer all calls alike.

    Attributes:
        hint: by language.
        program: one of them.
    """

    hint: dict[str, str]
    program: Callable[..., Any]


class MutantHints:
    """What the grader says of an assignment's mutants.

    Args:
        programs: the reference and its misconceptions.
        fitter: looks mutants up.
    """

    def __init__(self, programs: Programs, fitter: Fitter) -> None:
        self.programs = programs
        self.fitter = fitter

    def of(self, function: str, calls: Sequence[Call]) -> Iterator[Told]:
        """What is said of each group of mutants that answer alike; nothing where chance decides what is right.

        Args:
            function: whose mutants.
            calls: all that its question makes of the reference.
        """
        if self.programs.draws_from(function) or any(call.then is not None for call in calls):
            return
        reference = self.programs.function(function)
        references = [of_program(reference, call) for call in calls]
        # What misconceptions answer is told in their own words.
        taken = {_signature(references)}
        for variant in self.programs.variants[function]:
            wrong = self.programs.function(function, (variant,))
            taken.add(_signature([_guarded(functools.partial(of_program, wrong, call)) for call in calls]))
        groups: dict[Any, list[tuple[Candidate, Callable[..., Any], list[Outcome]]]] = {}
        for candidate in self.fitter.mutants.of(function):
            program = self._program(function, candidate)
            if program is not None:
                answers = [_guarded(functools.partial(of_program, program, call)) for call in calls]
                key = _signature(answers)
                if key not in taken and all(answer.usable for answer in answers):
                    groups.setdefault(key, []).append((candidate, program, answers))
        for group in groups.values():
            compared = _compared(calls, group[0][2], references)
            if any(not each.is_right for each in compared) and not self._is_measured(
                reference, compared, references
            ):
                finding = self.fitter.told(function, [candidate for candidate, _, _ in group], compared)
                if finding is not None and not finding.misconceptions:
                    yield Told(_hint(finding), group[0][1])

    def _program(self, function: str, candidate: Candidate) -> Callable[..., Any] | None:
        """A mutant with one change of a right form; None for others, and where it cannot be made."""
        if candidate.is_single and candidate.misconception is None:
            with contextlib.suppress(Exception):
                return self.fitter.mutants.program(function, candidate)
        return None

    def _is_measured(
        self, reference: Callable[..., Any], compared: Sequence[Compared], references: Sequence[Outcome]
    ) -> bool:
        """Whether the grader has something to say of them before it looks mutants up."""
        return Measured(reference, compared, references).at_first_sight() is not None


def _guarded(call: Callable[[], Outcome]) -> Outcome:
    try:
        with within(CALL_SECONDS):
            return call()
    except (TooLong, MemoryError, RecursionError):
        return UNUSABLE


def _compared(
    calls: Sequence[Call], answers: Sequence[Outcome], references: Sequence[Outcome]
) -> list[Compared]:
    found = []
    for call, answer, reference in zip(calls, answers, references, strict=True):
        compared = Compared(call)
        compared.outcome = answer
        compared.is_right = same(answer, reference, compared.rough, dtypes=True)
        compared.has_right_values = same(answer, reference, compared.rough)
        compared.overflows = (
            not compared.is_right
            and compared.largest >= LARGE
            and overflows(answer, reference, compared.rough)
        )
        found.append(compared)
    return found


def _hint(finding: Finding) -> dict[str, str]:
    return {
        language: " ".join(
            Said(AS_IF, (clause,)).text(translations(language, "hints").gettext) for clause in finding.clauses
        )
        for language in LANGUAGES
    }


def _signature(answers: Sequence[Outcome]) -> Any:
    """What is the same of answers that no check tells apart."""
    return tuple(
        (
            answer.error,
            answer.dtypes,
            answer.twice,
            tuple(None if leaf is None else _rounded(leaf) for leaf in answer.leaves),
            tuple((place, _rounded(array)) for place, array in answer.changed),
            tuple((place, _rounded(array)) for found in answer.gradients for place, array in found),
        )
        for answer in answers
    )


def _rounded(array: Array) -> tuple[Any, ...]:
    values = np.asarray(array)
    if values.dtype.kind in "biuf":
        values = values.astype(np.float64)
        with np.errstate(all="ignore"):
            mantissa, exponent = np.frexp(np.where(np.abs(values) < 1e-8, 0.0, values))
            values = np.ldexp(np.round(mantissa * 2**14) / 2**14, exponent)
    return values.shape, (values + 0.0).tobytes() if values.dtype.kind == "f" else repr(values.tolist())
