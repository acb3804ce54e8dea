"""Proves a suite by mutants of the reference: each has to fail some case, unless it is the reference written another way.

Mutants are the staff's own code. They run in this process, each within a bound on processor time.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from ...assignment import Assignment, Variant, apply
from ...diagnosis import TooLong, differ, within
from ...mutation import Mutant, mutants
from .suite_runs import Suite

MUTANT_SECONDS = 5
"""Processor time for one mutant; what takes longer is killed, as a submission would be."""


@dataclass(frozen=True)
class MutantScore:
    """What became of the mutants of one function.

    Attributes:
        function: its name.
        killed: how many failed a case.
        equal: how many passed all, and answered as the reference does on shuffled inputs too.
        survivors: those that passed all cases and are other functions.
        seconds: what it took.
    """

    function: str
    killed: int
    equal: int
    survivors: tuple[Mutant, ...]
    seconds: float

    @property
    def share(self) -> float:
        """Killed of those that could be, in per cent."""
        count = self.killed + len(self.survivors)
        return 100 * self.killed / count if count else 100.0


def prove(assignment: Assignment, seed: int, most: int) -> Iterator[MutantScore]:
    """Try the mutants of every function against the questions that ask for it.

    Args:
        assignment: whose suite.
        seed: of hidden inputs.
        most: how many mutants of a function are tried, taken evenly from all.
    """
    suite = Suite(assignment, seed)
    for function in assignment.owners:
        asked = (
            [function]
            if function in suite.questions
            else [q for q in suite.questions if suite.runs_everything(q)]
        )
        if asked:
            yield _of_function(suite, function, asked, most)


def _of_function(suite: Suite, function: str, asked: list[str], most: int) -> MutantScore:
    started = time.process_time()
    made = list(mutants(suite.programs.source_of(function)))
    chosen = made[:: max(1, -(-len(made) // most))]
    calls = suite.calls(function, asked)
    killed, equal, survivors = 0, 0, []
    for mutant in chosen:
        module = suite.programs.owners[function]
        variant = Variant("mutant", module, function, (), "", mutant.source)
        if not _survives(suite, variant, asked):
            killed += 1
        elif differ(suite.programs, None, variant, calls):
            survivors.append(mutant)
        else:
            equal += 1
    return MutantScore(function, killed, equal, tuple(survivors), time.process_time() - started)


def _survives(suite: Suite, variant: Variant, asked: list[str]) -> bool:
    with contextlib.suppress(TooLong, Exception), within(MUTANT_SECONDS):
        sources = apply((variant,), dict(suite.programs.sources))
        return all(case.passed for case in suite.run(sources, asked, briefly=True, explained=False))
    return False
