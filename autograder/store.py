"""Keeps every grading of an assignment in one SQLite file; `grades.csv` and `results/` are views of it.

A grading is a row with its cases, added in one transaction, so that a kill or a full disk leaves all of it or nothing;
several graders may use one file. What was graded before, under the same fingerprint, need not be graded again.
Earlier gradings of a submission stay.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

VERSION = 1
"""Of the tables; a file with another version is left alone."""

PATIENCE = 60.0
"""Seconds to wait for another grader that is writing."""

TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS gradings (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    graded_at TEXT NOT NULL DEFAULT (datetime('now')),
    status TEXT NOT NULL,
    score REAL NOT NULL,
    max_score REAL NOT NULL,
    seconds REAL NOT NULL,
    questions TEXT NOT NULL,
    reason TEXT NOT NULL,
    results TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS gradings_of_a_submission ON gradings (submission, id);
CREATE TABLE IF NOT EXISTS cases (
    grading INTEGER NOT NULL REFERENCES gradings (id),
    question TEXT NOT NULL,
    name TEXT NOT NULL,
    hidden INTEGER NOT NULL,
    state TEXT NOT NULL,
    points REAL NOT NULL,
    max_points REAL NOT NULL,
    message TEXT NOT NULL,
    staff_message TEXT NOT NULL,
    seconds REAL NOT NULL
);
"""

ADD_GRADING = """
INSERT INTO gradings (submission, fingerprint, status, score, max_score, seconds, questions, reason, results)
VALUES (:submission, :fingerprint, :status, :score, :max_score, :seconds, :questions, :reason, :results)
"""

ADD_CASE = """
INSERT INTO cases VALUES
(:grading, :question, :name, :hidden, :state, :points, :max_points, :message, :staff_message, :seconds)
"""

CURRENT = "SELECT * FROM gradings WHERE id IN (SELECT max(id) FROM gradings GROUP BY submission)"


class StoreError(Exception):
    """The file cannot be used: one sentence that says what to do."""


@dataclass(frozen=True)
class Row:
    """One line of `grades.csv`.

    Attributes:
        submission: the submission's name.
        status: graded, partial, attention or rejected.
        score: points earned.
        max_score: points possible.
        seconds: wall-clock seconds.
        questions: points by question.
        reason: for a rejected one, why.
    """

    submission: str
    status: str
    score: float
    max_score: float
    seconds: float
    questions: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


def fingerprint(parts: Iterable[bytes]) -> str:
    """What tells two gradings apart: a hash in which the parts cannot run into one another."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class Store:
    """The gradings of one assignment.

    Args:
        path: the file; made if it is not there.
        assignment: the assignment's name.

    Raises:
        StoreError: the file is no store, of another version or another assignment, or cannot be written.
    """

    def __init__(self, path: Path, assignment: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            # Transactions are begun by hand, as writing ones: one that reads first and then writes would fail at once
            # where another grader has written in between, instead of waiting.
            self._database = sqlite3.connect(
                path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            self._database.row_factory = sqlite3.Row
            self._set_journal()
            with self._transaction():
                for statement in TABLES.split(";"):
                    self._database.execute(statement)
                about = {"assignment": assignment, "version": str(VERSION)}
                self._database.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", about.items())
                found = {row["name"]: row["value"] for row in self._database.execute("SELECT * FROM about")}
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be used ({error}). Give another --out.") from error
        if found["assignment"] != assignment:
            raise StoreError(
                f"{path.parent} holds results of {found['assignment']}, not of {assignment}. Give another --out."
            )
        if found["version"] != str(VERSION):
            raise StoreError(f"{path} was written by another version of this grader. Give another --out.")

    def _set_journal(self) -> None:
        """Use a write-ahead log; SQLite does not wait by itself for another grader that does the same."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def close(self) -> None:
        """Give the file back; its journal is folded into it."""
        self._database.close()

    def add(self, row: Row, mark: str, results: Mapping[str, Any]) -> None:
        """Record one grading with its cases.

        Args:
            row: its line in `grades.csv`.
            mark: its `fingerprint`, "" for one that must not be taken for another.
            results: in Gradescope's form; the cases are in its `extra_data`.

        Raises:
            OSError: it cannot be written; nothing of it is there then.
        """
        values = {
            **asdict(row),
            "questions": json.dumps(dict(row.questions)),
            "fingerprint": mark,
            "results": json.dumps(results, ensure_ascii=False),
        }
        cases = results.get("extra_data", {}).get("cases", [])
        try:
            with self._transaction():
                cursor = self._database.execute(ADD_GRADING, values)
                self._database.executemany(
                    ADD_CASE, [{**case, "grading": cursor.lastrowid} for case in cases]
                )
        except sqlite3.Error as error:
            raise OSError(f"{self.path} cannot be written ({error})") from error

    def rows(self) -> list[Row]:
        """The last grading of every submission, by name."""
        with self._lock:
            return self._rows()

    def view(self, show: Callable[[list[Row]], None]) -> None:
        """Show the last grading of every submission while no other grader can add one or show its own view.

        Raises:
            OSError: another grader has not let go of the file.
        """
        try:
            with self._transaction():
                show(self._rows())
        except sqlite3.Error as error:
            raise OSError(f"{self.path} cannot be used ({error})") from error

    def _rows(self) -> list[Row]:
        found = self._database.execute(f"{CURRENT} ORDER BY submission").fetchall()
        return [_row(record) for record in found]

    def kept(self, submission: str, mark: str) -> tuple[Row, dict[str, Any]] | None:
        """The last grading of a submission and its results, if it has this fingerprint."""
        with self._lock:
            record = self._database.execute(f"{CURRENT} AND submission = ?", (submission,)).fetchone()
        if record is None or record["fingerprint"] != mark:
            return None
        return _row(record), json.loads(record["results"])

    def history(self, submission: str) -> list[Row]:
        """All gradings of a submission, the last one last."""
        query = "SELECT * FROM gradings WHERE submission = ? ORDER BY id"
        with self._lock:
            return [_row(record) for record in self._database.execute(query, (submission,))]


def _row(record: sqlite3.Row) -> Row:
    plain = {
        name: record[name] for name in ("submission", "status", "score", "max_score", "seconds", "reason")
    }
    return Row(**plain, questions=json.loads(record["questions"]))
