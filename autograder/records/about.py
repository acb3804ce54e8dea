"""What a store says of itself: whose gradings it keeps, and what they were made with."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class StoreError(Exception):
    """The file cannot be used: one sentence that says what to do."""


@dataclass(frozen=True)
class Asked:
    """What a run of the grader was asked for, so that one of its submissions can be found, and graded again alike.

    Attributes:
        path: where the submissions lie.
        data: the images; "" for none.
        seed: the number of the run.
        unconfined: whether student code might run without a sandbox.
    """

    path: str
    data: str = ""
    seed: int = 0
    unconfined: bool = False


def asked_in(path: Path) -> list[Asked]:
    """The runs that a file remembers, the last one last.

    Raises:
        StoreError: it is not there or no store.
    """
    return [Asked(**run) for run in json.loads(_about(path).get("runs", "[]"))]


def with_run(runs: Sequence[Asked], run: Asked) -> str:
    """Runs with one more, which stands for earlier ones on the same path, as the store keeps them."""
    kept = [*(one for one in runs if one.path != run.path), run]
    return json.dumps([vars(one) for one in kept], ensure_ascii=False)


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
