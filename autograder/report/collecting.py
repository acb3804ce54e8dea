"""Reads from the store all that pages show of a submission."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..assignment import Assignment, ManualQuestion
from ..checks import Run
from ..course import Book, Given, Standing
from ..grading import CaseResult, Question, questions_of
from ..records import Grading, Row, Store
from ..submissions import Answer
from .pages import page_name


@dataclass(frozen=True)
class WrittenAnswer:
    """A written answer with what people gave for it, if they have."""

    name: str
    question: ManualQuestion
    answer: Answer
    given: Given | None


@dataclass(frozen=True)
class Submission:
    """All that pages show of one submission.

    Attributes:
        row: its line in `grades.csv`.
        questions: with their cases.
        trainings: what was measured.
        written: the written answers.
        notes: of the grading.
        given: what people gave for its questions.
        standing: where the student stands for whom it counts; None for an attempt that counts for nobody.
        page: the file of the student's page.
    """

    row: Row
    questions: tuple[Question, ...]
    trainings: tuple[Run, ...]
    written: tuple[WrittenAnswer, ...]
    notes: tuple[str, ...]
    given: Mapping[str, Given] = field(default_factory=dict)
    standing: Standing | None = None
    page: str = ""

    @property
    def name(self) -> str:
        """Whose it is, as the list of students has it."""
        return self.standing.name if self.standing else self.row.submission

    @property
    def number(self) -> str:
        """The student's number, or the course site's."""
        student = self.standing.student if self.standing else None
        return (student.id or student.canvas or student.participant) if student else ""

    @property
    def comments(self) -> list[tuple[str, str]]:
        """What people wrote on questions with cases, and on all of it, by question."""
        written = {answer.name for answer in self.written}
        return [
            (name, one.comment) for name, one in self.given.items() if one.comment and name not in written
        ]

    @property
    def cases(self) -> Iterator[CaseResult]:
        """Those of all questions."""
        for question in self.questions:
            yield from question.cases

    @property
    def hidden(self) -> list[CaseResult]:
        """The hidden cases of all questions."""
        return [case for case in self.cases if case.hidden]

    @property
    def given_points(self) -> float:
        """Points that people gave so far."""
        return sum(
            answer.given.points or 0.0 for answer in self.written if answer.given and answer.given.counts
        )

    @property
    def is_marked(self) -> bool:
        """Whether every written answer has its points."""
        return all(answer.given and answer.given.counts for answer in self.written)

    @property
    def written_points(self) -> float:
        """Points possible for written answers."""
        return sum(answer.question.points for answer in self.written)

    def for_student(self, *, hidden_hints: bool) -> Submission:
        """The same without what is the staff's."""
        questions = tuple(question.for_student(hidden_hints=hidden_hints) for question in self.questions)
        return dataclasses.replace(self, questions=questions)


def collect(store: Store, assignment: Assignment, book: Book | None = None) -> Iterator[Submission]:
    """What counts for each student who handed something in, in the order of the list; one at a time, since hundreds are
    large together. Attempts that count for nobody are left out."""
    book = book or Book.read(store, assignment)
    for standing in book.standings:
        if standing.row is not None:
            alone = len(book.by_submission[standing.row.submission]) == 1
            label = standing.row.submission if alone else f"{standing.row.submission} {standing.name}"
            grading = store.last(standing.row.submission)
            found = submission_of(store, assignment, book, standing.row, grading)
            yield dataclasses.replace(found, standing=standing, page=page_name(label))


def submission_of(
    store: Store, assignment: Assignment, book: Book, row: Row, grading: Grading | None
) -> Submission:
    """One submission, also an attempt that counts for nobody, with its last grading."""
    extra = grading.extra if grading else {}
    answers, given = store.answers(row.submission), book.given(row.submission)
    nothing = Answer("", "The submission could not be opened.")
    return Submission(
        row=row,
        questions=questions_of(extra.get("cases", [])),
        trainings=tuple(map(Run.from_record, extra.get("trainings", []))),
        written=tuple(
            WrittenAnswer(name, question, answers.get(name, nothing), given.get(name))
            for name, question in assignment.manual.items()
        ),
        notes=tuple(extra.get("notes", ())),
        given=given,
    )
