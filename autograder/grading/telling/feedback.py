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
from ..case_results import PASSED, UNDECIDED

EVIDENCE = ("call", "expected", "got", "difference")
"""What is known of a call that went wrong, in the order in which it is shown."""


@dataclass(frozen=True)
class Case:
    """One case as a page shows it.

    Attributes:
        question: its question's name.
        name: its own, which tells a hidden one's topic and neither inputs nor expected values.
        hidden: whether its inputs are the staff's secret.
        state: see `case_results.CaseResult`.
        points: points earned.
        max_points: points possible.
        message: feedback in words.
        evidence: what was called, expected and got, as texts; some or all of `EVIDENCE`.
        hint: what to look at, by language.
        misconceptions: names of what explains the answers.
    """

    question: str
    name: str
    hidden: bool
    state: str
    points: float
    max_points: float
    message: str
    evidence: Mapping[str, str]
    hint: Mapping[str, str]
    misconceptions: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is to be said of it."""
        return self.state == PASSED

    @property
    def undecided(self) -> float:
        """Points that are neither earned nor lost, since the grader failed."""
        return self.max_points if self.state == UNDECIDED else 0.0

    def for_student(self, *, hidden_hints: bool) -> Case:
        """The same without what is the staff's."""
        if not self.hidden:
            return dataclasses.replace(self, misconceptions=())
        # What is told without naming a misconception was measured, on inputs that are secret.
        hint = self.hint if hidden_hints and self.misconceptions else {}
        return dataclasses.replace(self, message="", evidence={}, hint=hint, misconceptions=())


@dataclass(frozen=True)
class Question:
    """A question with its cases."""

    name: str
    cases: tuple[Case, ...]

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
        cases = tuple(case.for_student(hidden_hints=hidden_hints) for case in self.cases)
        return Question(self.name, cases)

    @property
    def hidden(self) -> tuple[Case, ...]:
        """The hidden cases."""
        return tuple(case for case in self.cases if case.hidden)

    @property
    def public(self) -> tuple[Case, ...]:
        """The others."""
        return tuple(case for case in self.cases if not case.hidden)


def questions_of(records: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions with their cases, from the cases' records."""
    cases: dict[str, list[Case]] = {}
    for record in records:
        cases.setdefault(record["question"], []).append(_case(record))
    return tuple(Question(name, tuple(found)) for name, found in cases.items())


def hidden_hints_shown(settings: Assignment, now: datetime.datetime) -> bool:
    """Whether students read the hints on hidden cases: `[feedback] hidden_hints` in the assignment's settings.

    "after the deadline" means when nothing that is handed in can earn points any more: after the last day that counts,
    or when the deductions have grown to all points. More time that single students have is not waited for. Without a
    deadline that is never.
    """
    chosen, deadline = settings.feedback.hidden_hints, settings.deadline
    if chosen != "after the deadline" or deadline is None:
        return bool(chosen == "always")
    return now > deadline.end


def _case(record: Mapping[str, Any]) -> Case:
    return Case(
        question=record["question"],
        name=record["name"],
        hidden=record["hidden"],
        state=record["state"],
        points=record["points"],
        max_points=record["max_points"],
        message=_without_state(record["message"], record["state"]),
        evidence={
            name: record["evidence"][name] for name in EVIDENCE if record.get("evidence", {}).get(name)
        },
        hint=dict(record.get("hint", {})),
        misconceptions=tuple(record.get("misconceptions", ())),
    )


def _without_state(message: str, state: str) -> str:
    """A message without the sign and the state before it and the hint in it, which a page shows in its own way."""
    _, sign, text = message.partition(f" {state.capitalize()}: ")
    lines = (text if sign else message).splitlines()
    return "\n".join(line for line in lines if not line.startswith("💡 "))
