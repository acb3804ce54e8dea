"""The final grade of a student and its sum, line by line: the one place where points become a grade.

Pages, grade files, the desk and the terminal show what is here and add up nothing themselves; a grade that a person has
given instead is laid over it by `book`. What nobody has decided is no grade: then it waits, and says for what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..assignment import Assignment, Deadline, Lateness, ManualQuestion, deduction
from ..records import ATTENTION, REJECTED, Act, Row
from ..submissions import HandIn
from .roster import Student

Kind = Literal["cases", "changed", "decided", "written", "unmarked", "late", "override"]
Reason = Literal["late", "undecided", "failed", "answer", "not graded"]


@dataclass(frozen=True)
class Policy:
    """What a course has chosen that grades depend on.

    Attributes:
        deadline: the late policy; None where nothing is ever late.
        written: the written questions, by name.
        written_counts: whether their points are part of the points possible; they come on top otherwise.
    """

    deadline: Deadline | None = None
    written: Mapping[str, ManualQuestion] = field(default_factory=dict)
    written_counts: bool = False

    @classmethod
    def of(cls, assignment: Assignment) -> Policy:
        """The one of an assignment as its course asks it."""
        return cls(assignment.deadline, assignment.manual, assignment.written_counts)

    @property
    def written_points(self) -> float:
        """Points possible for all written answers."""
        return sum(question.points for question in self.written.values())

    def possible(self, cases: float) -> float:
        """Points possible in all, where `cases` are for test cases: the one number that percentages are of."""
        return cases + (self.written_points if self.written_counts else 0.0)


@dataclass(frozen=True)
class Given:
    """What people gave for one question.

    Attributes:
        points: as many as they gave; None for a comment alone.
        comment: for the student.
        act: the last act that this comes from.
        outdated: whether the student has handed in another answer, or other code, since: then the points wait.
    """

    points: float | None
    comment: str
    act: Act
    outdated: bool = False

    @property
    def counts(self) -> bool:
        """Whether there are points that count."""
        return self.points is not None and not self.outdated


@dataclass(frozen=True)
class Line:
    """One line of the sum.

    Attributes:
        kind: `cases` of the grader; `changed` points of a question by hand; `decided` ones that the grader had left open;
            `written` answers; those that are still `unmarked`; `late`; `override` of the whole grade.
        points: what it adds; for an override, what the grade is.
        most: points possible, where it has any.
        question: the question's name; "" for none.
        title: of a written question, by language.
        percent: of the points possible, taken off for being late.
        act: by whom, when and why; None for what nobody decided.
    """

    kind: Kind
    points: float
    most: float | None = None
    question: str = ""
    percent: float = 0.0
    act: Act | None = None
    title: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Wait:
    """Why there is no grade yet.

    Attributes:
        reason: `late` by an amount that nobody knows; cases `undecided`, since the grader failed, or all of it `failed`;
            another `answer` (or code) since points were given; `not graded`.
        question: whose points wait; "" for none.
        points: that are undecided, or that were given.
        earned: beside them.
    """

    reason: Reason
    question: str = ""
    points: float = 0.0
    earned: float = 0.0


@dataclass(frozen=True)
class Standing:
    """Where one student stands: the final grade and how it came about.

    Attributes:
        student: on the list or not.
        keys: what acts and addresses call the student by; see `matching.keys_of`.
        hand_in: the attempt that counts; None for someone who handed nothing in.
        row: its grading; None where it has not been graded.
        given: what people gave, by question.
        late: how late it was.
        possible: points possible.
        lines: the sum; the points of all but an override add up to the grade before it.
        waits: why nothing is decided; none where it is.
        points: the final grade; None where it waits, and for someone who handed nothing in and has no override.
        attempts: all that the student handed in.
        copied: who marked the work as copied, and why.
        requests: of the student to look again, to which nobody has answered.
        answered: requests with the answer.
    """

    student: Student
    keys: tuple[str, ...]
    hand_in: HandIn | None = None
    row: Row | None = None
    given: Mapping[str, Given] = field(default_factory=dict)
    late: Lateness = field(default_factory=Lateness)
    possible: float = 0.0
    lines: tuple[Line, ...] = ()
    waits: tuple[Wait, ...] = ()
    points: float | None = None
    attempts: tuple[HandIn, ...] = ()
    copied: Act | None = None
    requests: tuple[Act, ...] = ()
    answered: tuple[tuple[Act, Act], ...] = ()

    @property
    def deducted(self) -> float:
        """Points taken off for being late."""
        return -sum(line.points for line in self.lines if line.kind == "late")

    @property
    def by_hand(self) -> float:
        """What people have added, or taken off, by questions."""
        return sum(line.points for line in self.lines if line.kind in ("changed", "decided", "written"))

    @property
    def override(self) -> Act | None:
        """Who has set the whole grade."""
        return self.lines[-1].act if self.lines and self.lines[-1].kind == "override" else None

    @property
    def unmarked(self) -> tuple[str, ...]:
        """Written questions that nobody has given points."""
        return tuple(line.question for line in self.lines if line.kind == "unmarked")

    @property
    def name(self) -> str:
        """What to call the student: as on the list, and not as a course site calls the files."""
        student = self.student
        submission = self.hand_in.submission if self.hand_in else ""
        return student.name or student.id or student.email or submission

    @property
    def most(self) -> float:
        """What it may come to, also while it waits: which of several attempts is the best depends on it."""
        if self.row is None:
            return -1.0
        open_points = sum(wait.points for wait in self.waits if wait.reason in ("undecided", "answer"))
        return sum(line.points for line in self.lines if line.kind != "override") + open_points


def total(
    row: Row,
    policy: Policy,
    given: Mapping[str, Given],
    late: Lateness,
    decided: Act | None,
) -> tuple[tuple[Line, ...], tuple[Wait, ...], float | None]:
    """The sum of a submission, what it waits for, and what it comes to; None while it waits.

    Args:
        row: its grading.
        policy: what the course has chosen.
        given: points given by hand.
        late: how late it was.
        decided: who has decided what the grader had left open.
    """
    lines = [Line("cases", row.score, row.max_score)]
    waits = []
    # What could not be opened holds no other answer.
    given = {} if row.status == REJECTED else given
    for question, one in given.items():
        if one.points is not None and one.outdated:
            waits.append(Wait("answer", question, one.points))
        elif one.points is not None and question not in policy.written:
            change = one.points - row.questions.get(question, 0.0)
            lines.append(Line("changed", change, question=question, act=one.act))
    if row.status == ATTENTION:
        if decided is not None and decided.points is not None:
            lines.append(Line("decided", decided.points, row.undecided or None, act=decided))
        elif 0 < row.undecided < row.max_score:
            waits.append(Wait("undecided", points=row.undecided, earned=row.score))
        else:
            waits.append(Wait("failed", points=row.undecided))
    for question, asked in policy.written.items():
        written = given.get(question)
        if written is not None and written.counts and written.points is not None:
            lines.append(
                Line("written", written.points, asked.points, question, act=written.act, title=asked.title)
            )
        elif written is None or written.points is None:
            lines.append(Line("unmarked", 0.0, asked.points, question, title=asked.title))
    if late.unknown:
        waits.append(Wait("late"))
    earned = sum(line.points for line in lines)
    taken = deduction(earned, policy.possible(row.max_score), late, policy.deadline)
    if late.days or late.too_late:
        lines.append(Line("late", -taken.points, percent=taken.percent))
    return tuple(lines), tuple(waits), None if waits else max(earned - taken.points, 0.0)
