"""What people decide: points, comments, overrides, whose a submission is. Each is a row with who, when, about what and why.

Nothing is ever changed or taken out: who decides anew adds an act, and so does who undoes one. An act says what it is
about in terms that last: the submission and a digest of the answer or code that lay before the person, or the keys of a
student. What it comes to for a grade is decided in `course.book`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace

from .answers import NO_ANSWER

POINTS, COMMENT, OVERRIDE, ASSIGN, LATE, DECIDE = "points", "comment", "override", "assign", "late", "decide"
REQUEST, ANSWER, COPIED, AGAIN, UNDO = "request", "answer", "copied", "again", "undo"

GRADER = "the grader"
"""Who gives points for what needs no person."""

TABLES = """
CREATE TABLE IF NOT EXISTS acts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    submission TEXT NOT NULL,
    student TEXT NOT NULL,
    question TEXT NOT NULL,
    points REAL,
    text TEXT NOT NULL,
    answer TEXT NOT NULL,
    ref INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS acts_about ON acts (submission, question, student);
"""


@dataclass(frozen=True)
class Act:
    """One thing that a person decided.

    Attributes:
        kind: `points` (and a comment) for a question; `comment` on one, or on all for ""; `override`: the student's whole
            grade is `points`; `assign`: the submission is the student's; `late`: the submission is
            `points` days late, 0 for in time; `decide`: its undecided cases earn `points`; `request` of a student to look
            again; `answer` to the request `ref`; `copied`: marked as copied; `again`: to be graded once more, though
            nothing has changed since the grading numbered `ref`; `undo` of the act `ref`.
        who: the person, as they call themselves.
        submission: what lay before them; "" where it is about a student alone.
        student: keys of the student, the surest first; see `course.matching.keys_of`.
        question: the question's name; "" for none.
        points: see `kind`; None for none.
        text: the comment or reason.
        answer: digest of the answer, or hash of the code, that was given points.
        ref: the act that it is about, or the grading.
        id: 0 until it is recorded; later ones are higher.
        at: when, in UTC: "2026-12-01 23:59:00".
    """

    kind: str
    who: str
    submission: str = ""
    student: tuple[str, ...] = ()
    question: str = ""
    points: float | None = None
    text: str = ""
    answer: str = ""
    ref: int = 0
    id: int = 0
    at: str = ""


class Conflict(Exception):
    """Somebody else has decided the same in the meantime.

    Attributes:
        act: what they decided.
    """

    def __init__(self, act: Act) -> None:
        super().__init__(
            f"{act.who or 'Somebody'} has decided this at {act.at} UTC in the meantime: look at it first."
        )
        self.act = act


class Acts:
    """The acts of one store.

    Args:
        writing: gives the database in a transaction.
        reading: gives it where nothing is changed.
    """

    def __init__(
        self,
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
        reading: Callable[[], AbstractContextManager[sqlite3.Connection]],
    ) -> None:
        self._writing, self._reading = writing, reading

    def add(self, act: Act, after: int | None = None) -> Act:
        """Record an act; it is on the disk when this returns.

        Args:
            act: what was decided.
            after: the last act about the same thing that the person has seen, 0 for none; None not to ask.

        Returns:
            the act with its number and time.

        Raises:
            Conflict: somebody else has added a later one.
            OSError: it cannot be written.
        """
        with self._writing() as database:
            if after is not None:
                for later in _about_the_same(database, act, after):
                    if later.who != act.who:
                        raise Conflict(later)
            return _insert(database, act)

    def undo(self, number: int, who: str) -> Act:
        """Undo an act, also an undoing.

        Raises:
            KeyError: there is no such act.
            OSError: it cannot be written.
        """
        with self._writing() as database:
            row = database.execute("SELECT * FROM acts WHERE id = ?", (number,)).fetchone()
            if row is None:
                raise KeyError(number)
            undone = _act(row)
            return _insert(
                database, Act(UNDO, who, undone.submission, undone.student, undone.question, ref=number)
            )

    def all(self, since: int = 0) -> list[Act]:
        """Those with a higher number, the last one last."""
        with self._reading() as database:
            return [
                _act(row) for row in database.execute("SELECT * FROM acts WHERE id > ? ORDER BY id", (since,))
            ]

    def about(self, submissions: Iterable[str], keys: Collection[str]) -> tuple[Act, ...]:
        """Those about some submissions, or about the student of some keys; the last one last."""
        names = set(submissions)
        with self._reading() as database:
            # Few acts name a student, and all of hundreds of students' points would be read otherwise.
            found = database.execute(
                "SELECT * FROM acts WHERE submission IN (SELECT value FROM json_each(?)) OR student != '[]' ORDER BY id",
                (json.dumps(sorted(names)),),
            ).fetchall()
        acts = map(_act, found)
        return tuple(act for act in acts if act.submission in names or not set(keys).isdisjoint(act.student))

    def last(self) -> int:
        """The number of the last one; 0 where there is none."""
        with self._reading() as database:
            last: int = database.execute("SELECT coalesce(max(id), 0) FROM acts").fetchone()[0]
            return last

    def of(self, submission: str) -> list[Act]:
        """Those about one submission that nobody has undone."""
        with self._reading() as database:
            found = database.execute("SELECT * FROM acts WHERE submission = ?", (submission,))
            return standing(map(_act, found.fetchall()))

    def standing(self) -> list[Act]:
        """Those that nobody has undone, the last one last."""
        return standing(self.all())


def standing(acts: Iterable[Act]) -> list[Act]:
    """The acts that are in force: neither undone nor an undoing."""
    undone: set[int] = set()
    stands = []
    # From the last on: an undoing that was undone itself undoes nothing.
    for act in sorted(acts, key=lambda act: -act.id):
        if act.id in undone:
            continue
        if act.kind == UNDO:
            undone.add(act.ref)
        else:
            stands.append(act)
    return stands[::-1]


def take_over(database: sqlite3.Connection) -> None:
    """Make acts of the points that a store of version 2 keeps in a table of their own."""
    there = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'manual'").fetchone()
    if there is None:
        return
    query = "SELECT manual.*, answers.digest FROM manual LEFT JOIN answers ON answers.id = manual.answer ORDER BY manual.id"
    for row in database.execute(query).fetchall():
        act = Act(
            POINTS,
            "",
            row["submission"],
            question=row["question"],
            points=row["points"],
            text=row["comment"],
            answer=row["digest"] or NO_ANSWER,
            at=row["given_at"],
        )
        _insert(database, act)
    database.execute("DROP TABLE manual")


def _about_the_same(database: sqlite3.Connection, act: Act, after: int) -> list[Act]:
    query = (
        "SELECT acts.*, undone.kind AS undone FROM acts LEFT JOIN acts undone ON undone.id = acts.ref AND acts.kind = 'undo' "
        "WHERE acts.id > ? AND acts.submission = ? AND acts.question = ? AND acts.student = ? ORDER BY acts.id DESC"
    )
    found = database.execute(query, (after, act.submission, act.question, json.dumps(act.student)))
    return [_act(row) for row in found.fetchall() if act.kind in (row["kind"], row["undone"])]


def _insert(database: sqlite3.Connection, act: Act) -> Act:
    at = act.at or database.execute("SELECT datetime('now')").fetchone()[0]
    values = {**asdict(act), "student": json.dumps(act.student), "at": at}
    cursor = database.execute(
        "INSERT INTO acts (at, who, kind, submission, student, question, points, text, answer, ref) VALUES "
        "(:at, :who, :kind, :submission, :student, :question, :points, :text, :answer, :ref)",
        values,
    )
    return replace(act, id=cursor.lastrowid or 0, at=at)


def _act(row: sqlite3.Row) -> Act:
    names = ("kind", "who", "submission", "question", "points", "text", "answer", "ref", "id", "at")
    return Act(**{name: row[name] for name in names}, student=tuple(json.loads(row["student"])))
