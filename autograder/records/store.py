"""Keeps every grading of an assignment in one SQLite file; `grades.csv` and `results/` are views of it.

A grading is a row with its cases, added in one transaction, so that a kill or a full disk leaves all of it or nothing.
Until then the cases that have ended wait in a table of their own, so that a grading that was cut off goes on from
there. Several graders may use one file. Earlier gradings of a submission stay.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..submissions import Answer
from . import acts, answers
from .about import Asked, StoreError, asked_in, with_run
from .gradings import Grading, Row, Setting
from .opening import prepare
from .tables import ADD_CASE, ADD_GRADING, ALL_ROWS, LAST_ROWS, LAST_SETTINGS, NOTES, VERSION

PATIENCE = 60.0
"""Seconds to wait for another grader that is writing."""


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
            # Whoever forgets to close it; of a database that is left open, Python warns from 3.13 on.
            weakref.finalize(self, self._database.close)
            self._database.row_factory = sqlite3.Row
            self._set_journal()
            with self._transaction():
                found = prepare(self._database, assignment)
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
    def _transaction(self, synchronous: str = "FULL") -> Iterator[None]:
        with self._lock:
            self._database.execute(f"PRAGMA synchronous = {synchronous}")
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def note_course(self, file: Path | None) -> None:
        """Remember the course's file with which gradings are made from now on."""
        with self._transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO about VALUES ('course', ?)", (str(file) if file else "",)
            )

    def note_run(self, run: Asked) -> None:
        """Remember what a run is asked for.

        Raises:
            OSError: it cannot be written.
        """
        with self._writing():
            runs = with_run(asked_in(self.path), run)
            self._database.execute("INSERT OR REPLACE INTO about VALUES ('runs', ?)", (runs,))

    def close(self) -> None:
        """Give the file back; its journal is folded into it."""
        self._database.close()

    def add(self, grading: Grading) -> None:
        """Record one grading with its cases.

        Raises:
            OSError: it cannot be written; nothing of it is there then.
        """
        row, mark = grading.row, grading.setting.fingerprint(grading.content)
        values = {
            **asdict(row),
            **grading.setting.columns(),
            "content": grading.content,
            "fingerprint": grading.fingerprint,
            "questions": json.dumps(dict(row.questions)),
            "results": grading.text,
        }
        with self._writing():
            cursor = self._database.execute(ADD_GRADING, values)
            self._database.executemany(
                ADD_CASE, [{**case, "grading": cursor.lastrowid} for case in grading.cases]
            )
            self._database.execute(
                "DELETE FROM ended_cases WHERE submission = ? AND fingerprint = ?", (row.submission, mark)
            )

    def note(self, submission: str, mark: str, cases: Iterable[Mapping[str, Any]]) -> None:
        """Record cases of a grading that is under way.

        Args:
            submission: its name.
            mark: the fingerprint that the grading will have.
            cases: records of the cases that have ended.

        Raises:
            OSError: they cannot be written.
        """
        values = [
            (submission, mark, case["question"], case["name"], json.dumps(case, ensure_ascii=False))
            for case in cases
        ]
        with self._writing(wait_for_disk=False):
            self._database.executemany("INSERT OR REPLACE INTO ended_cases VALUES (?, ?, ?, ?, ?)", values)

    def noted(self, submission: str, mark: str) -> list[dict[str, Any]]:
        """The records of the cases that had ended when a grading was cut off."""
        query = "SELECT result FROM ended_cases WHERE submission = ? AND fingerprint = ?"
        with self._lock:
            return [
                json.loads(record["result"]) for record in self._database.execute(query, (submission, mark))
            ]

    def add_answers(self, submission: str, found: Mapping[str, Answer]) -> None:
        """Record the written answers of a submission.

        Raises:
            OSError: they cannot be written.
        """
        if found:
            with self._writing():
                answers.add(self._database, submission, found)

    def answers(self, submission: str) -> dict[str, Answer]:
        """The last written answers of a submission, by question."""
        with self._lock:
            return answers.of_submission(self._database, submission)

    def answers_to(self, question: str) -> dict[str, Answer]:
        """The last answers to a question, by submission."""
        with self._lock:
            return answers.to_question(self._database, question)

    def digests(self) -> dict[str, dict[str, str]]:
        """What tells the last written answers from others, by submission and question."""
        with self._lock:
            return answers.digests(self._database)

    @property
    def acts(self) -> acts.Acts:
        """What people have decided."""
        return acts.Acts(self.changing, self.reading)

    @contextmanager
    def _writing(self, wait_for_disk: bool = True) -> Iterator[None]:
        """A transaction; a loss of power can take those back that did not wait for the disk, and no other."""
        try:
            with self._transaction("FULL" if wait_for_disk else "NORMAL"):
                yield
        except sqlite3.Error as error:
            raise OSError(f"{self.path} cannot be written ({error})") from error

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """The database in a transaction, for the tables of other modules.

        Raises:
            OSError: it cannot be written; nothing is changed then.
        """
        with self._writing():
            yield self._database

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, for what changes nothing."""
        with self._lock:
            yield self._database

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
        return [_row(record) for record in self._database.execute(LAST_ROWS)]

    def last(self, submission: str) -> Grading | None:
        """The last grading of a submission."""
        query = "SELECT * FROM gradings WHERE submission = ? ORDER BY id DESC LIMIT 1"
        with self._lock:
            record = self._database.execute(query, (submission,)).fetchone()
        if record is None:
            return None
        results, keep = json.loads(record["results"]), bool(record["fingerprint"])
        return Grading(_row(record), record["content"], _setting(record), results, keep)

    def contents(self) -> dict[str, str]:
        """A hash of what was handed in, by submission."""
        with self._lock:
            return dict(self._database.execute("SELECT submission, content FROM last_gradings").fetchall())

    def notes(self, after: int = 0) -> list[tuple[int, str, list[str]]]:
        """What was noted of each grading, with its number and its submission; only of those numbered higher than `after`."""
        with self._lock:
            found = self._database.execute(NOTES, (after,)).fetchall()
        return [(number, submission, json.loads(notes or "[]")) for number, submission, notes in found]

    def numbers(self) -> dict[str, int]:
        """The number of the last grading, by submission."""
        with self._lock:
            return dict(self._database.execute("SELECT submission, id FROM last_gradings").fetchall())

    def graded_otherwise(self, setting: Setting) -> list[tuple[str, Setting]]:
        """The submissions whose last grading was on other images, or with another seed, device, sandbox, Python or
        package than the kit's own."""
        with self._lock:
            settings = [
                (record["submission"], _setting(record)) for record in self._database.execute(LAST_SETTINGS)
            ]
        return [(name, other) for name, other in settings if other.differences(setting)]

    def history(self, submission: str) -> list[Row]:
        """All gradings of a submission, the last one last."""
        with self._lock:
            return [_row(record) for record in self._database.execute(ALL_ROWS, (submission,))]


def _row(record: sqlite3.Row) -> Row:
    names = ("submission", "status", "score", "max_score", "seconds", "reason", "undecided")
    plain = {name: record[name] for name in names}
    return Row(**plain, questions=json.loads(record["questions"]))


def _setting(record: sqlite3.Row) -> Setting:
    return Setting(
        suite=record["suite"],
        data=record["data"],
        images=record["images"],
        seed=int(record["seed"]),
        device=record["device"],
        sandbox=record["sandbox"],
        versions=json.loads(record["versions"]),
    )
