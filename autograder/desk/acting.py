"""What people do at the desk: makes acts of what a page sends, or says what is wrong with it.

An act is recorded when the answer is sent, and not before: what a page shows as saved is on the disk. Where somebody else has
decided the same meanwhile, nothing is recorded, and the page says who and what.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..course import Book, Standing
from ..grading import questions_of
from ..records import Act, Row
from ..records import acts as kinds
from .desk import Desk
from .marking import key_of, to_mark

MAX_TEXT = 5_000
"""Longest comment or reason in characters."""


class TypedError(Exception):
    """What was typed cannot be saved; one sentence for the person who typed it.

    Args:
        sentence: in English, with places such as `%(most)s`.
        values: what belongs there.
    """

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence % values)
        self.sentence, self.values = sentence, values

    def told(self, words: Callable[[str], str]) -> str:
        """The sentence in the language that `words` translates into."""
        return words(self.sentence) % self.values


@dataclass(frozen=True)
class Typed:
    """What a page sends.

    Attributes:
        kind: of the act.
        submission, student, question: what it is about; a student's surest key.
        key: stands for the submission where its name is not told.
        points: as they were typed.
        text: the comment or reason.
        ref: the number of an act.
        after: the last act that the page has seen.
    """

    kind: str
    submission: str = ""
    student: str = ""
    question: str = ""
    key: str = ""
    points: str = ""
    text: str = ""
    ref: int = 0
    after: int | None = None

    @classmethod
    def of(cls, told: object) -> Typed:
        """From JSON of a page.

        Raises:
            TypedError: no page of the desk sends this.
        """
        if (
            not isinstance(told, Mapping)
            or not set(told) <= set(cls.__dataclass_fields__)
            or "kind" not in told
        ):
            raise TypedError(NO_FORM)
        for name, value in told.items():
            if not isinstance(value, int if name in ("ref", "after") else str) or isinstance(value, bool):
                raise TypedError(NO_FORM)
        typed = cls(**told)
        if len(typed.text) > MAX_TEXT:
            raise TypedError("The text is longer than %(most)s characters: shorten it.", most=f"{MAX_TEXT:,}")
        return typed


NO_FORM = "This is no form of the desk."


def act(desk: Desk, typed: Typed, who: str) -> Act:
    """Record what a person did.

    Raises:
        TypedError: it makes no sense.
        Conflict: somebody else has decided the same since the page was made.
        OSError: it cannot be written.
    """
    book = desk.book()
    if typed.kind == kinds.UNDO:
        if all(one.id != typed.ref for one in book.acts):
            raise TypedError("This is not in force any more: load the page again.")
        return desk.store.acts.undo(typed.ref, who)
    if typed.kind not in _MAKERS:
        raise TypedError(NO_FORM)
    return desk.store.acts.add(_MAKERS[typed.kind](desk, book, typed, who), typed.after)


def empty_to_zero(desk: Desk, question: str, who: str) -> int:
    """Give 0 points to everyone who is known to have written nothing and has no points yet; how many they were.

    Raises:
        OSError: they cannot be written.
    """
    book = desk.book()
    empty = [one for one in to_mark(desk, book, question) if one.is_empty and not one.is_marked]
    for one in empty:
        desk.store.acts.add(book.points_act(one.submission, question, 0.0, "", who))
    return len(empty)


def _give(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    question, submission = typed.question, typed.submission
    if typed.key:
        written = desk.store.answers_to(question)
        submission = next((name for name in written if key_of(question, name) == typed.key), "")
    if submission not in book.rows:
        raise TypedError("There is no such answer any more: load the page again.")
    points = _number(typed.points, _possible(desk, question, submission))
    return book.points_act(submission, question, points, typed.text.strip(), who)


def _comment(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    _submission(book, typed)
    if typed.question:
        _possible(desk, typed.question, typed.submission)
    return Act(kinds.COMMENT, who, typed.submission, question=typed.question, text=typed.text.strip())


def _override(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    standing = _standing(book, typed)
    points = _number(typed.points, book.possible)
    return Act(kinds.OVERRIDE, who, student=standing.keys, points=points, text=_reason(typed))


def _assign(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    _submission(book, typed)
    standing = _standing(book, typed)
    return Act(kinds.ASSIGN, who, typed.submission, standing.keys, text=typed.text.strip())


def _late(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    _submission(book, typed)
    if not typed.points.strip().isdecimal() or int(typed.points) > 10_000:
        raise TypedError("Days are a whole number from 0 on: each day begun counts.")
    return Act(kinds.LATE, who, typed.submission, points=float(typed.points), text=_reason(typed))


def _decide(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    row = _submission(book, typed)
    points = _number(typed.points, row.undecided or row.max_score)
    return Act(kinds.DECIDE, who, typed.submission, points=points, text=_reason(typed))


def _request(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    _submission(book, typed)
    return Act(kinds.REQUEST, who, typed.submission, question=typed.question, text=_reason(typed))


def _answer(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    asked = next((one for one in book.acts if one.id == typed.ref and one.kind == kinds.REQUEST), None)
    if asked is None:
        raise TypedError("There is no such request any more: load the page again.")
    return Act(kinds.ANSWER, who, asked.submission, asked.student, text=_reason(typed), ref=asked.id)


def _copied(desk: Desk, book: Book, typed: Typed, who: str) -> Act:
    _submission(book, typed)
    return Act(kinds.COPIED, who, typed.submission, text=_reason(typed))


_MAKERS: dict[str, Callable[[Desk, Book, Typed, str], Act]] = {
    kinds.POINTS: _give,
    kinds.COMMENT: _comment,
    kinds.OVERRIDE: _override,
    kinds.ASSIGN: _assign,
    kinds.LATE: _late,
    kinds.DECIDE: _decide,
    kinds.REQUEST: _request,
    kinds.ANSWER: _answer,
    kinds.COPIED: _copied,
}


def _submission(book: Book, typed: Typed) -> Row:
    if typed.submission not in book.rows:
        raise TypedError("There is no such submission any more: load the page again.")
    return book.rows[typed.submission]


def _standing(book: Book, typed: Typed) -> Standing:
    found = book.find(typed.student) if typed.student else None
    if found is None:
        raise TypedError("There is no such student, or there are two: choose one of the list.")
    return found


def _possible(desk: Desk, question: str, submission: str) -> float:
    """Points possible for a question."""
    if question in desk.assignment.manual:
        return desk.assignment.manual[question].points
    grading = desk.store.last(submission)
    for found in questions_of(grading.cases if grading else ()):
        if found.name == question:
            return found.max_points
    raise TypedError("There is no such question.")


def _reason(typed: Typed) -> str:
    if not typed.text.strip():
        raise TypedError("Not saved yet: say why.")
    return typed.text.strip()


def _number(typed: str, most: float) -> float:
    if not typed.strip():
        raise TypedError("Not saved yet: type points as well.")
    try:
        points = float(typed.replace(",", "."))
    except ValueError:
        points = math.nan
    if not 0 <= points <= most:
        raise TypedError("Points are a number from 0 to %(most)s.", most=f"{most:g}")
    return points
