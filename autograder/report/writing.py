"""Opens a folder of results and writes its report: `report/index.html` for the staff, and a page for each student."""

from __future__ import annotations

import datetime
import statistics
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ..assignment import Assignment, AssignmentError
from ..assignment.languages import Texts
from ..grading import ATTENTION, GRADED, PARTIAL, REJECTED, STORE, assignment_in, hidden_hints_shown
from ..records import Store, StoreError
from . import charts, measures
from .collecting import Submission, collect
from .pages import Pages, page_name

SLOWEST = 10
"""How many of the slowest submissions are listed."""


class ReportError(Exception):
    """No report can be written; the message says why and what to do."""


@dataclass(frozen=True)
class Written:
    """Where the staff's page is, and how many students' pages there are."""

    index: Path
    students: int


def write(out: Path, language: str | None = None, course: Path | None = None) -> Written:
    """Write the pages of the results in a folder; they are written anew each time.

    Args:
        out: what `autograder grade --out` was given.
        language: one of `languages.LANGUAGES`; by default the course's.
        course: the course's file; by default the one of the last grading.

    Raises:
        ReportError: there are no results, or the pages cannot be written.
    """
    settings, store = _opened(out, course)
    pages, folder = Pages(language or settings.language), out / "report"
    now = datetime.datetime.now(datetime.UTC)
    hidden_hints = hidden_hints_shown(settings, now)
    said = Texts(pages.language, settings.suite.parent)
    try:
        (folder / "students").mkdir(parents=True, exist_ok=True)
        submissions = []
        for submission in collect(store, settings):
            shown = submission.for_student(hidden_hints=hidden_hints)
            page = pages.render(
                "student.html",
                title=said(settings.title),
                said=said,
                it=shown,
                curves=charts.curves(shown.trainings),
            )
            _write(folder / "students" / page_name(submission.row.submission), page)
            submissions.append(submission)
        _write(folder / "index.html", _class_page(pages, settings, submissions, now))
    except OSError as error:
        raise ReportError(
            f"The report cannot be written to {folder} ({error.strerror or error}). Free the disk and run again."
        ) from error
    finally:
        store.close()
    return Written(folder / "index.html", len(submissions))


def _opened(out: Path, course: Path | None) -> tuple[Assignment, Store]:
    try:
        settings = assignment_in(out, course)
        return settings, Store(out / STORE, settings.name)
    except (StoreError, AssignmentError) as error:
        raise ReportError(str(error)) from error


def _class_page(
    pages: Pages, settings: Assignment, submissions: list[Submission], now: datetime.datetime
) -> str:
    opened = [it for it in submissions if it.row.status != REJECTED and it.questions and not it.row.undecided]
    shares = [it.row.score / it.row.max_score for it in opened if it.row.max_score]
    return pages.render(
        "class.html",
        title=settings.title,
        now=now,
        submissions=submissions,
        opened=len(opened),
        statuses={
            status: Counter(it.row.status for it in submissions)[status]
            for status in (GRADED, PARTIAL, ATTENTION, REJECTED)
        },
        mean=statistics.fmean(shares) if shares else None,
        median=statistics.median(shares) if shares else None,
        full=sum(share >= 1 for share in shares),
        histogram=charts.histogram(shares) if shares else None,
        items=measures.items(opened),
        misconceptions=measures.misconceptions(opened),
        trained=charts.trained(opened),
        slowest=sorted(opened, key=lambda it: -it.row.seconds)[:SLOWEST],
        troubled=[it for it in submissions if it.row.status in (REJECTED, ATTENTION)],
        written=settings.manual,
        script=pages.script("vendor/dataTables-3.1.5.min.js", "class.js"),
    )


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8", newline="\n")
