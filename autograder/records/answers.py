"""The table of written answers. Of one that was handed in again the last row counts, and the earlier ones stay."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping

from ..submissions import Answer

TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    reason TEXT NOT NULL,
    pictures TEXT NOT NULL DEFAULT '[]',
    digest TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS answers_of_a_submission ON answers (submission, question, id);
"""

LATER_COLUMNS = {
    "pictures": "ALTER TABLE answers ADD COLUMN pictures TEXT NOT NULL DEFAULT '[]'",
    "digest": "ALTER TABLE answers ADD COLUMN digest TEXT NOT NULL DEFAULT ''",
}
"""Columns that a file may lack which was made before there were any."""

LAST = "SELECT * FROM answers WHERE id IN (SELECT max(id) FROM answers WHERE {0} = ? GROUP BY {1})"


def digest_of(answer: Answer) -> str:
    """What tells two answers apart: their words and pictures, however they are spaced."""
    told = json.dumps([answer.text.split(), list(answer.pictures)], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


NO_ANSWER = digest_of(Answer(""))
"""Of a submission that holds none, or could not be opened."""


def add(database: sqlite3.Connection, submission: str, answers: Mapping[str, Answer]) -> None:
    """Record a submission's answers, as far as they differ from what is there."""
    last = of_submission(database, submission)
    rows = [
        (
            submission,
            question,
            answer.text,
            answer.reason,
            json.dumps(answer.pictures),
            digest_of(answer),
        )
        for question, answer in answers.items()
        if last.get(question) != answer
    ]
    database.executemany(
        "INSERT INTO answers (submission, question, text, reason, pictures, digest) VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )


def of_submission(database: sqlite3.Connection, submission: str) -> dict[str, Answer]:
    """The last answers of a submission, by question."""
    found = database.execute(LAST.format("submission", "question"), (submission,))
    return {row["question"]: _answer(row) for row in found}


def to_question(database: sqlite3.Connection, question: str) -> dict[str, Answer]:
    """The last answers to a question, by submission."""
    found = database.execute(LAST.format("question", "submission"), (question,))
    return {row["submission"]: _answer(row) for row in found}


def digests(database: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Of the last answers, by submission and question; the answers themselves may hold large pictures."""
    query = (
        "SELECT submission, question, digest FROM answers "
        "WHERE id IN (SELECT max(id) FROM answers GROUP BY submission, question)"
    )
    found: dict[str, dict[str, str]] = {}
    for row in database.execute(query):
        found.setdefault(row["submission"], {})[row["question"]] = row["digest"]
    return found


def add_digests(database: sqlite3.Connection) -> None:
    """Give those digests that were recorded before answers had any."""
    rows = database.execute("SELECT * FROM answers WHERE digest = ''").fetchall()
    database.executemany(
        "UPDATE answers SET digest = ? WHERE id = ?", [(digest_of(_answer(row)), row["id"]) for row in rows]
    )


def _answer(row: sqlite3.Row) -> Answer:
    return Answer(row["text"], row["reason"], tuple(json.loads(row["pictures"])))
