"""Looks for copies in a folder of submissions: which of them are compared, whose they are, and the page that shows what is alike."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from ..assignment import Assignment, AssignmentError
from ..assignment import settings as assignments
from ..cells import table
from ..course import Roll, load
from ..files import write_atomically
from ..grading import STORE, find_course
from ..records import Store, StoreError
from ..submissions import HandIn, SubmissionError, collect
from ..temporary import Folder
from .opening import ReportError
from .pages import Pages, titled
from .similarity import CONTAINED, LEAST, SHOWN, Report, compare


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
        return Copies(report, _write(report, asked, out))
    except (AssignmentError, SubmissionError, StoreError) as error:
        raise ReportError(str(error)) from error


def _roll(out: Path, assignment: str, hand_ins: tuple[HandIn, ...]) -> Roll:
    """Whose the submissions are: as the grading in the folder has it, or as the export tells it."""
    if not (out / STORE).is_file():
        return Roll(hand_ins, (), "last")
    with contextlib.closing(Store(out / STORE, assignment)) as store:
        return load(store).joined(hand_ins)


def _write(report: Report, assignment: Assignment, folder: Path) -> Path:
    """Write `similarity.html` and `similarity.csv`; returns the page.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[list[str | float]] = [
        [
            pair.one,
            pair.other,
            round(pair.likeness, 3),
            pair.shared,
            round(pair.contained, 3),
        ]
        for pair in report.pairs
    ]
    write_atomically(
        folder / "similarity.csv",
        table(["one", "other", "likeness", "shared", "contained"], lines),
    )
    lines = [[one.name, one.one, one.other, round(one.contained, 3), one.shared] for one in report.functions]
    header = ["function", "one", "other", "contained", "shared"]
    write_atomically(folder / "similarity-functions.csv", table(header, lines))
    page = folder / "similarity.html"
    pages = Pages(assignment.language)
    text = pages.render(
        "similarity.html",
        title=titled(pages, assignment),
        report=report,
        most=SHOWN,
        least=LEAST,
        contained=CONTAINED,
    )
    write_atomically(page, text.encode("utf-8", "replace"))
    return page
