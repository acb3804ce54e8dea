"""Writes the final grades in the form that a course site reads.

It must never write a grade that nobody has decided: such a cell stays empty, and a sentence says why. Texts are made
harmless for spreadsheets. Where the columns come from is in autograder/INSIDE.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..assignment import Assignment
from ..cells import table
from ..files import write_atomically
from ..records import ATTENTION, Store
from ..text import counted
from . import saying, sites
from .book import Book
from .headings import CANVAS, MOODLE
from .roll import Roll
from .sites import ExportError, Grades, Table, points_of
from .sums import Standing

__all__ = ["FORMATS", "Export", "ExportError", "export"]

FORMATS = ("canvas", "moodle", "gradescope", "csv")

_NAMED = 5
"""Of more that are not graded yet than these, the number is told."""


@dataclass(frozen=True)
class Export:
    """What was written.

    Attributes:
        path: the file.
        students: how many it has.
        notes: what a person should know, a sentence each.
    """

    path: Path
    students: int
    notes: tuple[str, ...]


def export(folder: Path, store: Store, assignment: Assignment, form: str, column: str = "") -> Export:
    """Write `export-<form>.csv` into the folder of the results.

    Args:
        folder: the folder of the results.
        store: its store.
        assignment: its settings, for the late policy as it is now.
        form: one of `FORMATS`.
        column: what the course site calls the assignment; its title by default.

    Raises:
        ExportError: nothing has been graded.
        OSError: the file cannot be written.
    """
    book = Book.read(store, assignment)
    if not book.rows:
        raise ExportError(f"Nothing has been graded in {folder}: run `autograder grade` first.")
    roll, standings = book.roll, tuple(book.standings)
    has_strangers = roll.listed and bool(roll.unmatched)
    if has_strangers and form != "csv":
        standings = tuple(one for one in standings if one.student.line)
    grades = Grades(
        standings,
        (*next(iter(book.rows.values())).questions, *assignment.manual),
        book.possible,
        column or assignment.title,
        "" if has_strangers else 0.0,
        roll.sheet,
        bool(column),
        assignment.language,
    )
    path = folder / f"export-{form}.csv"
    made = _FORMS[form](grades)
    write_atomically(path, table(made.header, made.lines, made.separator))
    told = [*roll.notes, *_strangers(roll, form), *_waiting(standings, form)]
    told += [*_about_marks(standings), *_about_times(standings, assignment)]
    return Export(path, made.students, (*told, *made.notes))


def _strangers(roll: Roll, form: str) -> Iterator[str]:
    """Which submissions are nobody's."""
    if not (roll.listed and roll.unmatched):
        return
    names = ", ".join(one.submission for one in roll.unmatched)
    alone = len(roll.unmatched) == 1
    kept = (
        "in this file."
        if form == "csv"
        else f"not in this file; --format csv has {'it' if alone else 'them'}."
    )
    yield (
        f"{counted(len(roll.unmatched), 'submission')} {'matches' if alone else 'match'} no student on the list: {names}. "
        f"{'It is' if alone else 'They are'} {kept} Students without a submission get no 0 until that is settled."
    )


def _waiting(standings: Sequence[Standing], form: str) -> Iterator[str]:
    """Whose grades are not decided, and why."""
    _ = saying.words("en")
    empty = "The line is left out." if form == "canvas" else "The cell is empty."
    ungraded = sum(_is_ungraded(one) for one in standings)
    if ungraded > _NAMED:
        yield f"{ungraded} submissions are not graded yet: run `autograder grade` to its end. {empty}"
    for one in standings:
        if one.waits and (ungraded <= _NAMED or not _is_ungraded(one)):
            why = "; ".join(saying.wait(wait, _) for wait in one.waits)
            yield f"{one.name}{_handed_in(one)}: {why}. {empty}"


def _about_marks(standings: Sequence[Standing]) -> Iterator[str]:
    """What people have still to mark, and what they have marked as copied."""
    unmarked = sum(bool(one.unmarked) and one.override is None for one in standings)
    if unmarked:
        have = "submission has" if unmarked == 1 else "submissions have"
        yield f"{unmarked} {have} written answers without points, which count as 0: `autograder desk` gives them."
    if copied := [one.name for one in standings if one.copied]:
        yield f"Marked as copied, which changes no grade by itself: {', '.join(copied)}."


def _about_times(standings: Sequence[Standing], assignment: Assignment) -> Iterator[str]:
    """Of how many it is not known when they were handed in, where that counts."""
    untimed = sum(not _time_is_known(one) for one in standings)
    if untimed and assignment.deadline and assignment.deadline.matters:
        yield (
            f"When they were handed in is not known of {counted(untimed, 'submission')}, and nothing was taken off for being "
            "late; a column `submitted` in the roster tells it."
        )


def _canvas(grades: Grades) -> Table:
    """Canvas's gradebook."""
    if grades.sheet is not None and grades.sheet.headings.form == CANVAS:
        return sites.canvas_again(grades)
    lines: list[list[str | float]] = [["Points Possible", "", "", "", "", grades.possible]]
    unknown: list[str] = []
    for one in grades.standings:
        student, points = one.student, points_of(one, grades.nothing)
        if points == "":
            continue  # an empty cell would erase what was typed there
        if not (student.canvas or student.id or student.login):
            unknown.append(one.name)
            continue
        who: list[str | float] = [student.name, student.canvas, student.id, student.login, student.section]
        lines.append([*who, points])
    if len(lines) == 1 and grades.standings:
        raise ExportError(
            "Nothing in it could be imported: Canvas knows students by its own ID, SIS User ID or SIS Login ID. Grade once "
            "more with --roster and the gradebook that Canvas exports."
        )
    notes = sites.left_out(unknown, "Canvas's ID, SIS User ID or SIS Login ID")
    if not grades.named:
        notes = (
            *notes,
            f"Canvas makes a new assignment of the column {grades.column!r} unless it has one of that name: --column gives "
            "the name with its number, and a gradebook as --roster tells it.",
        )
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", grades.column]
    return Table(header, lines, len(lines) - 1, notes)


def _moodle(grades: Grades) -> Table:
    """The grading worksheet of an assignment in Moodle."""
    if grades.sheet is not None and grades.sheet.headings.form == MOODLE:
        return sites.moodle_again(grades)
    header = [
        "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
        "Last modified (submission)", "Last modified (grade)", "Feedback comments",
    ]  # fmt: skip
    lines: list[list[str | float]] = []
    unknown: list[str] = []
    for one in grades.standings:
        student = one.student
        if not student.participant:
            unknown.append(one.name)
            continue
        status = "Submitted for grading" if one.hand_in else "No submission"
        at = one.hand_in.at or student.submitted if one.hand_in else None
        moment = at.strftime("%A, %d %B %Y, %I:%M %p") if at else "-"
        who: list[str | float] = [f"Participant {student.participant}", student.name, student.email, status]
        feedback = sites.feedback_html(one, grades.language)
        lines.append([*who, points_of(one, ""), grades.possible, "Yes", moment, "-", feedback])
    if not lines and grades.standings:
        raise ExportError(
            "Nothing in it could be imported: Moodle knows students by the Identifier of its grading worksheet, which "
            "neither the list nor the names of the folders tell. Grade once more with --roster and that worksheet."
        )
    notes = (
        *sites.left_out(unknown, "Identifier"),
        "Its headings are English. For a Moodle in another language, give its own grading worksheet as --roster.",
    )
    return Table(header, lines, len(lines), notes)


def _gradescope(grades: Grades) -> Table:
    """The grades of an assignment as Gradescope gives them out."""
    header = [
        "First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status", "Submission ID",
        "Submission Time", "Lateness (H:M:S)", *(f"{i}: {name}" for i, name in enumerate(grades.questions, 1)),
    ]  # fmt: skip
    lines: list[list[str | float]] = []
    for one in grades.standings:
        student, hand_in = one.student, one.hand_in
        points = points_of(one, "")
        status = "Graded" if points != "" else "Missing" if hand_in is None else "Ungraded"
        number = str(hand_in.order) if hand_in and hand_in.source == "gradescope" else ""
        at = hand_in.at or student.submitted if hand_in else None
        moment = at.strftime("%Y-%m-%d %H:%M:%S %z") if at else ""
        who: list[str | float] = [*_first_and_last(student.name), student.id, student.email, student.section]
        what: list[str | float] = [points, grades.possible, status, number, moment, _lateness(one)]
        lines.append([*who, *what, *_questions(one, grades)])
    return Table(header, lines, len(lines))


def _csv(grades: Grades) -> Table:
    """Everything, for people."""
    header = [
        "id", "name", "email", "group", "submission", "status", "score", "given", "deducted", "grade", "max_grade",
        "submitted", "note", *grades.questions,
    ]  # fmt: skip
    lines: list[list[str | float]] = []
    for one in grades.standings:
        student, hand_in, row = one.student, one.hand_in, one.row
        at = hand_in.at or student.submitted if hand_in else None
        who: list[str | float] = [
            student.id or student.canvas or student.participant,
            student.name,
            student.email,
        ]
        status = row.status if row else "not graded" if hand_in else "nothing handed in"
        what: list[str | float] = [student.group, hand_in.submission if hand_in else "", status]
        score: list[str | float] = ["", "", ""]
        if row:
            score = [row.score, one.by_hand, one.deducted]
        points: list[str | float] = [points_of(one, grades.nothing), grades.possible]
        note = " ".join(filter(None, (saying.note(one, saying.words("en")), row.reason if row else "")))
        told: list[str | float] = [at.isoformat(sep=" ", timespec="seconds") if at else "", note]
        lines.append([*who, *what, *score, *points, *told, *_questions(one, grades)])
    return Table(header, lines, len(lines))


_FORMS: dict[str, Callable[[Grades], Table]] = {
    "canvas": _canvas,
    "moodle": _moodle,
    "gradescope": _gradescope,
    "csv": _csv,
}


def _questions(standing: Standing, grades: Grades) -> list[str | float]:
    row = standing.row
    if row is None or row.status == ATTENTION:
        return ["" for _ in grades.questions]
    by_hand = {
        name: one.points for name, one in standing.given.items() if one.counts and one.points is not None
    }
    return [{**row.questions, **by_hand}.get(name, 0.0) for name in grades.questions]


def _lateness(standing: Standing) -> str:
    seconds = int(standing.late.by.total_seconds()) if standing.late.by else 0
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _first_and_last(name: str) -> tuple[str, str]:
    """A full name in the two columns of Gradescope: at the comma of "Last, First", otherwise before the last word."""
    if "," in name:
        last, _, first = name.partition(",")
        return first.strip(), last.strip()
    first, _, last = name.rpartition(" ")
    return first, last


def _is_ungraded(standing: Standing) -> bool:
    return any(wait.reason == "not graded" for wait in standing.waits)


def _handed_in(standing: Standing) -> str:
    """The submission, where it is not called as its student is."""
    submission = standing.hand_in.submission if standing.hand_in else ""
    return f" (submission {submission})" if submission not in ("", standing.name) else ""


def _time_is_known(standing: Standing) -> bool:
    hand_in = standing.hand_in
    return (
        hand_in is None
        or hand_in.at is not None
        or standing.student.submitted is not None
        or (
            hand_in.source == "canvas"  # its marks say who is late
        )
    )
