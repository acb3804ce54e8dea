"""What may be told of the cases of a grading, and to whom.

What leaves `for_student` may stand in a student's page: of a hidden case that is its name, its state and its points, and its
hint where the assignment's settings say so. Seeds, inputs, expected values and messages to the staff end here."""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...assignment import Assignment
from ..case_results import CaseResult

EVIDENCE = ("call", "expected", "got", "difference")
"""What is known of a call that went wrong, in the order in which it is shown."""


@dataclass(frozen=True)
class Question:
    """A question with its cases."""

    name: str
    cases: tuple[CaseResult, ...]

    @functools.cached_property
    def points(self) -> float:
        """Points earned."""
        return sum(case.points for case in self.cases)

    @functools.cached_property
    def max_points(self) -> float:
        """Points possible."""
        return sum(case.max_points for case in self.cases)

    @property
    def undecided(self) -> float:
        """Points that are neither earned nor lost."""
        return sum(case.undecided for case in self.cases)

    @property
    def share(self) -> float:
        """Of the points possible, from 0 to 1; 1 where there are none."""
        return self.points / self.max_points if self.max_points else 1.0

    @property
    def is_right(self) -> bool:
        """Whether it earns all its points and no case needs a word."""
        return self.share == 1 and all(case.passed for case in self.cases)

    def for_student(self, *, hidden_hints: bool) -> Question:
        """The same without what is the staff's."""
        return Question(self.name, tuple(_for_student(case, hidden_hints) for case in self.cases))

    @property
    def hidden(self) -> tuple[CaseResult, ...]:
        """The hidden cases."""
        return tuple(case for case in self.cases if case.hidden)

    @property
    def public(self) -> tuple[CaseResult, ...]:
        """The others."""
        return tuple(case for case in self.cases if not case.hidden)


def questions_of(records: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions with their cases, from the cases' records."""
    cases: dict[str, list[CaseResult]] = {}
    for record in records:
        cases.setdefault(record["question"], []).append(_case(record))
    return tuple(Question(name, tuple(found)) for name, found in cases.items())


def hidden_hints_shown(assignment: Assignment, now: datetime.datetime) -> bool:
    """Whether students read the hints on hidden cases: `[feedback] hidden_hints` in the assignment's settings.

    "after the deadline" means when nothing that is handed in can earn points any more: after the last day that counts,
    or when the deductions have grown to all points. More time that single students have is not waited for. Without a
    deadline that is never.
    """
    chosen, deadline = assignment.feedback.hidden_hints, assignment.deadline
    if chosen != "after the deadline" or deadline is None:
        return bool(chosen == "always")
    return now > deadline.end


def _case(record: Mapping[str, Any]) -> CaseResult:
    """A case as pages show it: its message is the text alone, its evidence in the order of `EVIDENCE`."""
    evidence = record.get("evidence", {})
    shown = {name: evidence[name] for name in EVIDENCE if evidence.get(name)}
    message = _without_state(record["message"], record["state"])
    return CaseResult.from_record({**record, "message": message, "evidence": shown})


def _for_student(case: CaseResult, hidden_hints: bool) -> CaseResult:
    """The same without what is the staff's."""
    case = dataclasses.replace(case, staff_message="", trainings=())
    if not case.hidden:
        return dataclasses.replace(case, misconceptions=())
    # What is told without naming a misconception was measured, on inputs that are secret.
    hint = case.hint if hidden_hints and case.misconceptions else {}
    return dataclasses.replace(case, message="", evidence={}, hint=hint, misconceptions=())


def _without_state(message: str, state: str) -> str:
    """A message without the sign and the state before it and the hint in it, which a page shows in its own way."""
    _, sign, text = message.partition(f" {state.capitalize()}: ")
    lines = (text if sign else message).splitlines()
    return "\n".join(line for line in lines if not line.startswith("💡 "))
