"""All that the staff sees of one submission."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..course import Book, Standing
from ..grading import Question
from ..records import Act, Row
from ..records import acts as kinds
from ..report.collecting import Submission, submission_of
from ..submissions import HandIn
from .desk import Desk
from .sources import Code, FunctionText, part_of

_CALLED = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Seen:
    """One submission as the desk shows it.

    Attributes:
        it: its last grading with all cases.
        standings: where those stand who handed it in.
        counts: whether it is the attempt that counts for any of them.
        is_stranger: whether it matches nobody on the list.
        attempts: all of the same students, the first one first.
        rows: the gradings of these, by submission.
        gradings: all of this submission, the last one last.
        acts: what people did about it or its students, with those that were undone; the last one last.
        undone: the numbers of those.
        assigned: whom it was given to, by the number of the act.
        code: what was handed in.
        is_code_graded: whether that is what was graded.
        owners: the module of every graded function.
    """

    it: Submission
    standings: tuple[Standing, ...]
    counts: bool
    is_stranger: bool
    attempts: tuple[HandIn, ...]
    rows: Mapping[str, Row]
    gradings: tuple[Row, ...]
    acts: tuple[Act, ...]
    undone: frozenset[int]
    assigned: Mapping[int, str]
    code: Code
    is_code_graded: bool
    owners: Mapping[str, str]

    @property
    def submission(self) -> str:
        """Its name."""
        return self.it.row.submission

    @property
    def name(self) -> str:
        """Of the student or the students."""
        return ", ".join(standing.name for standing in self.standings) or self.submission

    @property
    def before(self) -> str:
        """The attempt before this one; "" where it is the first."""
        names = [one.submission for one in self.attempts]
        place = names.index(self.submission) if self.submission in names else 0
        return names[place - 1] if place else ""

    @property
    def about(self) -> list[str]:
        """What acts about this page name: submissions, and keys of students."""
        names = {self.submission, *(one.submission for one in self.attempts)}
        return sorted(names.union(*(standing.keys for standing in self.standings)))

    def part(self, question: Question) -> FunctionText | None:
        """The student's function that a question's cases call, where it can be told."""
        called = [
            found[0]
            for case in question.cases
            if not case.passed and (found := _CALLED.match(case.evidence.get("call", "")))
        ]
        for function in (*called, question.name):
            module = self.owners.get(function)
            if module and (part := part_of(self.code, module, function)):
                return part
        return None


def seen(desk: Desk, book: Book, submission: str) -> Seen | None:
    """All of a submission; None where it was not graded."""
    if submission not in book.rows:
        return None
    grading = desk.store.last(submission)
    code = desk.sources.code(submission)
    standings = tuple(book.standings[one] for one in book.roll.owners.get(submission, ()))
    attempts = {one.submission: one for standing in standings for one in standing.attempts}
    acts = desk.store.acts.about({submission, *attempts}, {key for one in standings for key in one.keys})
    return Seen(
        it=submission_of(desk.store, desk.assignment, book, book.rows[submission], grading),
        standings=standings,
        counts=submission in book.by_submission,
        is_stranger=book.roll.listed and book.roll.hand_ins.get(submission) in book.roll.unmatched,
        attempts=tuple(sorted(attempts.values(), key=_order)),
        rows=book.rows,
        gradings=tuple(desk.store.history(submission)),
        acts=acts,
        undone=frozenset(act.id for act in acts) - {act.id for act in book.acts},
        assigned={
            act.id: book.standings[one].name
            for act in acts
            if act.kind == kinds.ASSIGN and (one := book.roll.known.find(act.student)) is not None
        },
        code=code,
        is_code_graded=grading is not None and code.content == grading.content,
        owners=desk.assignment.owners,
    )


def _order(hand_in: HandIn) -> tuple[float, int, str]:
    return (hand_in.at.timestamp() if hand_in.at else 0.0, hand_in.order, hand_in.submission)
