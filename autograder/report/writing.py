"""Opens a folder of results and writes its report: `report/index.html` for the staff, and a page for each student."""

from __future__ import annotations

import datetime
import statistics
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ..assignment import Assignment, load_misconceptions
from ..course import Book, saying
from ..grading import hidden_hints_shown
from ..records import ATTENTION, GRADED, PARTIAL, REJECTED
from ..text import order_of_person, reason_of
from . import charts, measures
from .attention import concerns
from .collecting import Submission, collect
from .opening import ReportError, opened
from .pages import Pages, texts_of, titled

SLOWEST = 10
"""How many of the slowest submissions are listed."""


@dataclass(frozen=True)
class WrittenPages:
    """Where the staff's page is, and how many students' pages there are."""

    index: Path
    students: int


def write(out: Path, language: str | None = None, course: Path | None = None) -> WrittenPages:
    """Write the pages of the results in a folder; they are written anew each time.

    Args:
        out: what `autograder grade --out` was given.
        language: one of `languages.LANGUAGES`; by default the course's.
        course: the course's file; by default the one of the last grading.

    Raises:
        ReportError: there are no results, or the pages cannot be written.
    """
    assignment, store = opened(out, course)
    pages, folder = Pages(language or assignment.language), out / "report"
    now = datetime.datetime.now(datetime.UTC)
    hidden_hints = hidden_hints_shown(assignment, now)
    try:
        (folder / "students").mkdir(parents=True, exist_ok=True)
        book = Book.read(store, assignment)
        submissions = []
        for submission in collect(store, assignment, book):
            page = student_page(pages, assignment, submission, hidden_hints=hidden_hints)
            _write(folder / "students" / submission.page, page)
            submissions.append(submission)
        # Of attempts that count no more, and of submissions that were given to somebody else.
        written = {one.page for one in submissions}
        for left in (folder / "students").glob("*.html"):
            if left.name not in written:
                left.unlink()
        (folder / "leaderboard.html").unlink(missing_ok=True)
        if assignment.leaderboard != "off":
            counting = [
                it for it in submissions if not book.roll.listed or (it.standing and it.standing.student.line)
            ]
            boards = measures.boards(counting, named=assignment.leaderboard == "named")
            page = pages.render("leaderboard.html", title=titled(pages, assignment), boards=boards)
            _write(folder / "leaderboard.html", page)
        similar = (out / "similarity.html").is_file()
        _write(folder / "index.html", _class_page(pages, assignment, book, submissions, now, similar))
    except OSError as error:
        raise ReportError(
            f"The report cannot be written to {folder} ({reason_of(error)}). Free the disk and run again."
        ) from error
    finally:
        store.close()
    return WrittenPages(folder / "index.html", len(submissions))


def student_page(pages: Pages, assignment: Assignment, it: Submission, *, hidden_hints: bool) -> str:
    """The page that a student may get."""
    shown = it.for_student(hidden_hints=hidden_hints)
    return pages.render(
        "student.html",
        title=titled(pages, assignment),
        said=texts_of(pages, assignment),
        it=shown,
        counted=assignment.written_counts,
        curves=charts.curves(shown.trainings),
    )


def _class_page(
    pages: Pages,
    assignment: Assignment,
    book: Book,
    submissions: list[Submission],
    now: datetime.datetime,
    similar: bool,
) -> str:
    whole = [it for it in submissions if it.row.status != REJECTED and it.questions and not it.row.undecided]
    shares = [it.row.score / it.row.max_score for it in whole if it.row.max_score]
    statuses = Counter(it.row.status for it in submissions)
    return pages.render(
        "class.html",
        title=titled(pages, assignment),
        said=texts_of(pages, assignment),
        now=now.astimezone(assignment.deadline.at.tzinfo) if assignment.deadline else now,
        submissions=sorted(submissions, key=lambda it: order_of_person(it.name, pages.language)),
        numbers=any(it.number for it in submissions),
        late=assignment.deadline is not None and assignment.deadline.matters,
        nothing=[one for one in book.standings if one.row is None],
        possible=book.possible,
        opened=len(whole),
        statuses={status: statuses[status] for status in (GRADED, PARTIAL, ATTENTION, REJECTED)},
        mean=statistics.fmean(shares) if shares else None,
        median=statistics.median(shares) if shares else None,
        full=sum(share >= 1 for share in shares),
        histogram=charts.histogram(shares) if shares else None,
        sections=measures.sections(book.standings),
        items=measures.items(whole),
        misconceptions=measures.misconceptions(whole, load_misconceptions(assignment.solutions)),
        trained=charts.trained(whole),
        slowest=sorted(whole, key=lambda it: -it.row.seconds)[:SLOWEST],
        concerns=concerns(book, submissions, saying.words(pages.language)),
        written=assignment.manual,
        similar=similar,
        script=pages.script("vendor/dataTables-3.1.5.min.js", "people.js", "class.js"),
    )


def _write(path: Path, page: str) -> None:
    path.write_text(page, encoding="utf-8", newline="\n")
