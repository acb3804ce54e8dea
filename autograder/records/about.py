"""What a store says of itself: whose gradings it keeps, and what they were made with."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path


class StoreError(Exception):
    """The file cannot be used: one sentence that says what to do."""


def assignment_of(path: Path) -> str:
    """The assignment whose gradings a file keeps.

    Raises:
        StoreError: it is not there or no store.
    """
    try:
        return _about(path)["assignment"]
    except KeyError as error:
        raise StoreError(f"{path} is no store of grades: give another folder.") from error


def course_of(path: Path) -> Path | None:
    """The course's file with which the last grading in a file was made; None where it was made without.

    Raises:
        StoreError: it is not there or no store.
    """
    course = _about(path).get("course")
    return Path(course) if course else None


def _about(path: Path) -> dict[str, str]:
    if not path.is_file():
        raise StoreError(
            f"There are no results in {path.parent}: give the folder that `autograder grade --out` wrote."
        )
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return dict(database.execute("SELECT name, value FROM about"))
    except sqlite3.Error as error:
        raise StoreError(f"{path} is no store of grades ({error}): give another folder.") from error
