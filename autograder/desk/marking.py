"""Written answers, a question at a time: without names, in an order that says nothing of who wrote them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from markupsafe import Markup

from ..course import Book, Given
from ..submissions import Answer
from ..submissions.written.answers import NOTHING
from .desk import Desk
from .formulas import with_formulas

AT_ONCE = 100
"""Answers on one page: a browser takes seconds for hundreds of them."""


@dataclass(frozen=True)
class ToMark:
    """An answer on the page.

    Attributes:
        key: stands for the submission where its name is not told.
        submission: the submission's name.
        name: of the student or the students.
        answer: what was written.
        given: what was given for it, if anything was.
    """

    key: str
    submission: str
    name: str
    answer: Answer
    given: Given | None

    @property
    def is_marked(self) -> bool:
        """Whether it has points, and those for the answer that counts."""
        return self.given is not None and self.given.counts

    @property
    def is_empty(self) -> bool:
        """Whether it is known that nothing was written."""
        return self.answer.reason == NOTHING

    @property
    def text(self) -> Markup:
        """What was written, with its formulas set."""
        return with_formulas(self.answer.text)


def to_mark(desk: Desk, book: Book, question: str) -> list[ToMark]:
    """The answers to a question that may count, in an order that is another for each question."""
    found = [
        ToMark(
            key_of(question, submission),
            submission,
            ", ".join(one.name for one in book.by_submission[submission]),
            answer,
            book.given(submission).get(question),
        )
        for submission, answer in desk.store.answers_to(question).items()
        if submission in book.by_submission
    ]
    return sorted(found, key=lambda answer: answer.key)


@dataclass(frozen=True)
class Shares:
    """Answers by the page.

    Attributes:
        answers: those on this page.
        first: the number of the first one, from 0 on.
        starts: of all pages, the number of their first one.
    """

    answers: list[ToMark]
    first: int
    starts: list[int]

    @property
    def after(self) -> int | None:
        """Where the next page begins; None on the last one."""
        return next((start for start in self.starts if start > self.first), None)


def shares(answers: list[ToMark], first: int) -> Shares:
    """The page of answers that begins with a number, or else the first one."""
    starts = list(range(0, len(answers), AT_ONCE))
    first = first if first in starts else 0
    return Shares(answers[first : first + AT_ONCE], first, starts)


def key_of(question: str, submission: str) -> str:
    """What an answer is called where nobody shall see whose it is."""
    return hashlib.sha256(json.dumps([question, submission]).encode()).hexdigest()[:16]
