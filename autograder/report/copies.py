"""Looks for copies in a folder of submissions: which of them are compared, and whose they are."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from ..assignment import AssignmentError
from ..assignment import settings as assignments
from ..course import Roll, load
from ..grading import STORE, find_course
from ..records import Store, StoreError
from ..submissions import HandIn, SubmissionError, collect
from ..temporary import Folder
from .opening import ReportError
from .similarity import Report, compare, write


@dataclass(frozen=True)
class Copies:
    """What is alike, and the page that shows it."""

    report: Report
    page: Path


def look_for_copies(path: Path, out: Path, assignment: str = "", course_file: Path | None = None) -> Copies:
    """Compare the submissions at a path that may count for their students, and write the page.

    Args:
        path: a folder of submissions, or a course site's export.
        out: where the page is written; whose a submission is, is known as a grading there has it.
        assignment: the assignment's name; by default the course's.
        course_file: the course's file; by default the one that lies beside `path`.

    Raises:
        ReportError: something cannot be used as it was given.
        OSError: the page cannot be written.
    """
    try:
        asked = assignments.load(assignment, find_course(course_file, path))
        with Folder("staged") as staging:
            found = collect(path, asked.modules, staging, out)
            roll = _roll(out, asked.name, found.hand_ins)
            chosen = sorted((name, place) for name, place in found.paths.items() if name in roll.to_grade)
            owners = {name: frozenset(map(str, roll.owners[name])) for name, _ in chosen}
            report = compare(asked, chosen, owners, {name: roll.name_of(name) for name, _ in chosen})
        return Copies(report, write(report, asked, out))
    except (AssignmentError, SubmissionError, StoreError) as error:
        raise ReportError(str(error)) from error


def _roll(out: Path, assignment: str, hand_ins: tuple[HandIn, ...]) -> Roll:
    """Whose the submissions are: as the grading in the folder has it, or as the export tells it."""
    if not (out / STORE).is_file():
        return Roll(hand_ins, (), "last")
    with contextlib.closing(Store(out / STORE, assignment)) as store:
        return load(store).joined(hand_ins)
