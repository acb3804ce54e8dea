"""The tables for what people read: written answers, and the points and comments that they were given.

Nothing is ever overwritten: of an answer that was handed in again and of points that were changed, the last row
counts and the earlier ones stay. `store.Store` owns the file and the transactions.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from ..submissions import Answer

TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    reason TEXT NOT NULL,
    pictures TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS answers_of_a_submission ON answers (submission, question, id);
CREATE TABLE IF NOT EXISTS manual (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    question TEXT NOT NULL,
    points REAL NOT NULL,
    comment TEXT NOT NULL,
    answer INTEGER NOT NULL,
    given_at TEXT NOT NULL DEFAULT (datetime('now'))
);
CREATE INDEX IF NOT EXISTS manual_of_a_submission ON manual (submission, question, id);
"""

LATER_COLUMNS = {"pictures": "ALTER TABLE answers ADD COLUMN pictures TEXT NOT NULL DEFAULT '[]'"}
"""Columns of `answers` that a file may lack which was made before there were any."""

LAST_OF = "SELECT * FROM {0} WHERE id IN (SELECT max(id) FROM {0} WHERE submission = ? GROUP BY question)"
LAST_FOR = "SELECT * FROM {0} WHERE id IN (SELECT max(id) FROM {0} WHERE question = ? GROUP BY submission)"
"""The rows that count: those of a submission, those for a question."""


@dataclass(frozen=True)
class Given:
    """What a person gave for one answer.

    Attributes:
        points: as many as count.
        comment: for the student.
        given_at: when, in UTC: "2026-12-01 23:59:00".
        outdated: whether the student has handed in another answer since.
    """

    points: float
    comment: str
    given_at: str
    outdated: bool = False


def add_answers(database: sqlite3.Connection, submission: str, answers: Mapping[str, Answer]) -> None:
    """Record a submission's answers, as far as they differ from what is there."""
    last = answers_of(database, submission)
    rows = [
        (submission, question, answer.text, answer.reason, json.dumps(answer.pictures))
        for question, answer in answers.items()
        if last.get(question) != answer
    ]
    database.executemany(
        "INSERT INTO answers (submission, question, text, reason, pictures) VALUES (?, ?, ?, ?, ?)", rows
    )


def answers_of(database: sqlite3.Connection, submission: str) -> dict[str, Answer]:
    """The last answers of a submission, by question."""
    found = database.execute(LAST_OF.format("answers"), (submission,))
    return {row["question"]: _answer(row) for row in found}


def _answer(row: sqlite3.Row) -> Answer:
    return Answer(row["text"], row["reason"], tuple(json.loads(row["pictures"])))


def answers_to(database: sqlite3.Connection, question: str) -> dict[str, Answer]:
    """The last answers to a question, by submission."""
    found = database.execute(LAST_FOR.format("answers"), (question,))
    return {row["submission"]: _answer(row) for row in found}


def give(database: sqlite3.Connection, submission: str, question: str, points: float, comment: str) -> None:
    """Record points and a comment for the answer that is there now."""
    query = "SELECT max(id) AS id FROM answers WHERE submission = ? AND question = ?"
    answer = database.execute(query, (submission, question)).fetchone()["id"] or 0
    row = (submission, question, points, comment, answer)
    database.execute(
        "INSERT INTO manual (submission, question, points, comment, answer) VALUES (?, ?, ?, ?, ?)", row
    )


def given_to(database: sqlite3.Connection, submission: str) -> dict[str, Given]:
    """What a submission was given, by question."""
    found = database.execute(LAST_OF.format("manual"), (submission,)).fetchall()
    return {row["question"]: _given(database, row) for row in found}


def given_for(database: sqlite3.Connection, question: str) -> dict[str, Given]:
    """What the answers to a question were given, by submission."""
    found = database.execute(LAST_FOR.format("manual"), (question,)).fetchall()
    return {row["submission"]: _given(database, row) for row in found}


def given_to_all(database: sqlite3.Connection) -> dict[str, dict[str, Given]]:
    """What all submissions were given, by submission and question."""
    query = "SELECT * FROM manual WHERE id IN (SELECT max(id) FROM manual GROUP BY submission, question)"
    found: dict[str, dict[str, Given]] = {}
    for row in database.execute(query).fetchall():
        found.setdefault(row["submission"], {})[row["question"]] = _given(database, row)
    return found


def _given(database: sqlite3.Connection, row: sqlite3.Row) -> Given:
    query = "SELECT coalesce(max(id), 0) AS id FROM answers WHERE submission = ? AND question = ?"
    last = database.execute(query, (row["submission"], row["question"])).fetchone()["id"]
    return Given(row["points"], row["comment"], row["given_at"], outdated=last != row["answer"])
