"""What became of one test case, and of all of a submission's: states, points, and what a student may read."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from otter.run.run_autograder.autograder_config import AutograderConfig
from otter.test_files import GradingResults

from ..checks import Run
from ..records import ATTENTION, GRADED, PARTIAL
from ..text import visible

PASSED, FAILED, UNDECIDED = "passed", "failed", "undecided"
INTERRUPTED = frozenset({"timed out", "out of memory", "crashed"})
"""States after which a submission is only partly graded."""

NOTE_SECONDS = 0.3
"""Seconds of grading that the end of a process may take back: cases are told together until they add up to it."""

MAX_MESSAGE = 4000
"""Longest feedback on one case in characters."""


@dataclasses.dataclass(frozen=True)
class CaseResult:
    """What became of one test case.

    Attributes:
        question: the question's name.
        name: the case's name.
        hidden: whether students see it.
        state: passed, failed, not attempted, blocked, timed out, out of memory, crashed or undecided.
        points: points earned.
        max_points: points possible.
        message: feedback that a student may read.
        seconds: wall-clock seconds.
        staff_message: for an undecided one, why the grader failed.
        trainings: the trainings of this case, where it trains.
        misconceptions: the names of those that explain why it failed; staff's.
        hint: what to look at, by language; of a hidden case it is for whom the assignment's settings say.
        evidence: a call that went wrong, as texts; of a hidden case it is the staff's.
    """

    question: str
    name: str
    hidden: bool
    state: str
    points: float
    max_points: float
    message: str
    seconds: float
    staff_message: str = ""
    trainings: tuple[Run, ...] = ()
    misconceptions: tuple[str, ...] = ()
    hint: Mapping[str, str] = dataclasses.field(default_factory=dict)
    evidence: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether it earns its points."""
        return self.state == PASSED

    @property
    def undecided(self) -> float:
        """Points that are neither earned nor lost, since the grader failed."""
        return self.max_points if self.state == UNDECIDED else 0.0

    def fail_again(self) -> None:
        """Raise if the case did not pass; a method, since Otter quotes a line of the test two calls below itself."""
        assert self.passed, self.message

    def record(self) -> dict[str, Any]:
        """As JSON can hold it. `dataclasses.asdict` would copy every value, which shows in a batch of thousands."""
        return {**vars(self), "trainings": [vars(run) for run in self.trainings]}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> CaseResult:
        """The result of which `record` made one."""
        trainings = tuple(Run.from_record(run) for run in record.get("trainings", ()))
        names = tuple(record.get("misconceptions", ()))
        return cls(**{**record, "trainings": trainings, "misconceptions": names})


Known = Mapping[tuple[str, str], CaseResult]
"""Results of cases that need not be run again, by question and name."""


NOTHING_KNOWN: Known = MappingProxyType({})


Record = Callable[[CaseResult], None]
"""Is told of every case as it ends."""


def forget(case: CaseResult) -> None:
    """For those who keep nothing."""


def told_of(state: str, message: str, hidden: bool) -> str:
    """The text on one case for students; of a hidden one it tells the state alone."""
    if state == PASSED:
        return "✅ Test case passed"
    text = message.strip()
    if hidden:
        text = f"{text.removesuffix(':').removesuffix('.')}." if text else "A hidden check failed."
    if len(text) > MAX_MESSAGE:
        text = text[:MAX_MESSAGE] + " […]"
    # As it is it goes into results.json, for pages that are not ours; some take no NUL.
    text = visible(text)
    return f"{'⚠️' if state == UNDECIDED else '❌'} {state.capitalize()}: {text}"


class Together:
    """Tells the cases of a submission as they end, those that took next to no time together.

    Args:
        tell: is given one case or more.
    """

    def __init__(self, tell: Callable[[list[CaseResult]], None]) -> None:
        self.tell = tell
        self.cases: list[CaseResult] = []

    def add(self, case: CaseResult) -> None:
        """A case has ended."""
        self.cases.append(case)
        if sum(each.seconds for each in self.cases) >= NOTE_SECONDS:
            self.rest()

    def rest(self) -> None:
        """Tell those that have ended since the last time."""
        if self.cases:
            self.tell(self.cases)
            self.cases = []


@dataclasses.dataclass(frozen=True)
class Score:
    """A scored submission.

    Attributes:
        results: Otter's results.
        cases: the state of every case.
        seconds: wall-clock seconds in all.
        student_seconds: what the student's code has used, nearly all of it processor time.
        output: one text for all of the submission.
    """

    results: GradingResults
    cases: tuple[CaseResult, ...]
    seconds: float
    student_seconds: float
    output: str

    @property
    def runs(self) -> list[Run]:
        """The trainings of all cases."""
        return runs_of(self.cases)

    @property
    def status(self) -> str:
        """graded, partial or attention."""
        states = {case.state for case in self.cases}
        if UNDECIDED in states:
            return ATTENTION
        return PARTIAL if states & INTERRUPTED else GRADED

    @property
    def undecided(self) -> float:
        """Points of cases that the grader failed on."""
        return sum(case.undecided for case in self.cases)

    @property
    def decided(self) -> Known:
        """The cases that stand when the others are tried again."""
        return {(case.question, case.name): case for case in self.cases if case.state != UNDECIDED}

    @property
    def doubt(self) -> str:
        """What is to be said where something is undecided; "" where nothing is."""
        if self.status != ATTENTION:
            return ""
        possible = sum(case.max_points for case in self.cases)
        return (
            f"{self.undecided:g} of {possible:g} points are undecided, neither earned nor lost, since the grader failed: "
            "grade it again or, where that does not help, decide by hand."
        )

    def gradescope(self) -> dict[str, Any]:
        """Otter's results in Gradescope's form."""
        results: dict[str, Any] = self.results.to_gradescope_dict(_otter_config())
        return results


@functools.cache
def _otter_config() -> AutograderConfig:
    return AutograderConfig({})


def runs_of(cases: Iterable[CaseResult]) -> list[Run]:
    return [run for case in cases for run in case.trainings]
