"""Puts the final grades into the very file that a course site gave out, as that site's importer reads it again.

Only the cells of the grade and of the comment change: headings, languages, dates and columns that nobody here knows stay as
they were. It must never write a file that imports nothing, or erases a grade, without a word.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..assignment.languages import Texts
from ..cells import number
from ..text import listed
from . import saying
from .headings import normal
from .sheets import Sheet
from .sums import Standing

_NAMES = 5
"""Shown in a sentence."""


class ExportError(Exception):
    """The grades cannot be exported: one sentence that says what to do."""


@dataclass(frozen=True)
class Table:
    """What a file will hold.

    Attributes:
        header: its first line.
        lines: the others.
        students: how many students they are of.
        notes: what a person should know, a sentence each.
        separator: between cells.
    """

    header: Sequence[str]
    lines: Sequence[Sequence[str | float]]
    students: int
    notes: tuple[str, ...] = ()
    separator: str = ","


@dataclass(frozen=True)
class Grades:
    """All that the forms are made of.

    Attributes:
        standings: the students of the file.
        questions: the names of the questions.
        possible: points possible.
        column: what the assignment is called there.
        nothing: the grade of those who handed nothing in; "" while that is not certain.
        sheet: the site's own file that the list was read from, where it was one.
        named: whether a person has said what the assignment is called.
        language: of what students read, where the list does not tell theirs.
    """

    standings: tuple[Standing, ...]
    questions: tuple[str, ...]
    possible: float
    column: str
    nothing: str | float
    sheet: Sheet | None = None
    named: bool = False
    language: str = "en"


def left_out(names: Sequence[str], what: str) -> tuple[str, ...]:
    """That some are not in the file, since the site could not tell who they are."""
    if not names:
        return ()
    return (f"{len(names)} are not in the file, since the list has no {what} of theirs: {listed(names)}.",)


def moodle_again(grades: Grades) -> Table:
    """Moodle's own worksheet with the grades and comments in it.

    Its importer wants the columns of the identifier, the grade and the grade's time under their names in the importing
    person's language, takes a comma or a point, passes over empty grades, and over those above the maximum.
    """
    sheet = _sheet(grades)
    grade, comment = sheet.place("grade"), sheet.place("comments")
    if lacking := [name for name in ("participant", "grade", "graded") if sheet.place(name) < 0]:
        raise ExportError(
            f"{sheet.name} lacks what Moodle's import needs ({', '.join(_COLUMNS[name] for name in lacking)}): download the "
            "grading worksheet once more, and grade with it as --roster."
        )
    standings = {one.student.line: one for one in grades.standings}
    most = max((_number(_cell(cells, sheet.place("maximum"))) for _, cells in sheet.rows), default=0.0)
    comma = any(
        re.search(r"\d,\d", _cell(cells, i))
        for _, cells in sheet.rows
        for i in (grade, sheet.place("maximum"))
        if i >= 0
    )
    lines, above, students = [], 0, 0
    for line, cells in sheet.rows:
        filled = [*cells, *[""] * (len(sheet.header) - len(cells))]
        if one := standings.get(line):
            students += 1
            points = points_of(one, "")
            if points != "":
                above += bool(most) and float(points) > most
                filled[grade] = number(float(points)).replace(".", "," if comma else ".")
            if comment >= 0 and (told := feedback_html(one, grades.language)):
                filled[comment] = told
        lines.append(filled)
    notes: tuple[str, ...] = ()
    if above:
        notes = (
            f"{above} grades are above the maximum in {sheet.name}, {most:g}, and Moodle passes over such: set the "
            f"assignment's maximum grade there to {grades.possible:g} first.",
        )
    return Table(sheet.header, lines, students, notes, sheet.separator)


_COLUMNS = {"participant": "the Identifier", "grade": "the Grade", "graded": "Last modified (grade)"}
_TOTALS = re.compile(r"(?:current|final|override) (?:score|points|grade|status)\b")


def canvas_again(grades: Grades) -> Table:
    """Canvas's own gradebook, with one column for the assignment and no others that its import would take for changes.

    An empty cell would erase a grade, so whoever has none here is left out; Canvas leaves alone who is not in a file.
    """
    sheet = _sheet(grades)
    column = _assignment_column(sheet, grades)
    kept = [i for i, known in enumerate(sheet.headings.columns) if known]
    standings = {one.student.line: one for one in grades.standings}
    lines: list[list[str | float]] = []
    kept_there: list[str] = []
    students, possible = 0, 0.0
    for line, cells in sheet.rows:
        who = [_cell(cells, i) for i in kept]
        if line in standings:
            points = points_of(standings[line], grades.nothing)
            one = standings[line]
            if one.hand_in is None and one.points is None and _cell(cells, column) not in ("", "-"):
                kept_there.append(one.name)
            elif points != "":
                lines.append([*who, points])
                students += 1
        elif cells[0].startswith("Points Possible"):
            possible = _number(_cell(cells, column))
            lines.append([*who, _cell(cells, column)])
    notes: tuple[str, ...] = ()
    if kept_there:
        notes = (
            f"{len(kept_there)} handed nothing in here and have a grade or EX in Canvas already, which stays: "
            f"{'; '.join(kept_there[:_NAMES])}{' and more' if kept_there[_NAMES:] else ''}.",
        )
    if possible and possible != grades.possible:
        notes = (
            *notes,
            f"Canvas has {possible:g} points possible for {sheet.header[column]!r}, and here there are {grades.possible:g}: "
            "change one of them, or the percentages differ.",
        )
    return Table(
        [*(sheet.header[i] for i in kept), sheet.header[column]], lines, students, notes, sheet.separator
    )


def _assignment_column(sheet: Sheet, grades: Grades) -> int:
    """Which column of a gradebook is the assignment's: as a person said, as its title is, or the only one."""
    able = [
        i
        for i, heading in enumerate(sheet.header)
        if heading
        and not sheet.headings.columns[i]
        and not _TOTALS.search(normal(heading))
        and not _is_read_only(sheet, i)
    ]
    wanted = normal(grades.column)
    found = [
        i
        for i in able
        if wanted in (normal(sheet.header[i]), normal(re.sub(r"\(\d+\)$", "", sheet.header[i])))
    ]
    if not found and not grades.named and len(able) == 1:
        found = able
    if len(found) != 1:
        names = ", ".join(repr(sheet.header[i]) for i in able) or "none"
        raise ExportError(
            f"Which column of {sheet.name} is the assignment's? Say so with --column and one of these: {names}."
        )
    return found[0]


def _is_read_only(sheet: Sheet, column: int) -> bool:
    rows = [cells for _, cells in sheet.rows if cells[0].startswith("Points Possible")]
    return any(_cell(cells, column).startswith("(") for cells in rows)


def _sheet(grades: Grades) -> Sheet:
    if grades.sheet is None:
        raise ValueError("there is no file of the site's own")
    return grades.sheet


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if 0 <= place < len(cells) else ""


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 0.0


def points_of(standing: Standing, nothing: str | float) -> str | float:
    """The final grade; `nothing` where nothing was handed in, "" where nothing is decided."""
    if standing.points is not None:
        return standing.points
    return nothing if standing.hand_in is None else ""


def feedback(standing: Standing, language: str = "en") -> str:
    """What the student may read; of hidden cases it says nothing."""
    row = standing.row
    if row is None or standing.points is None:
        return ""
    note = saying.note(standing, saying.words(language))
    comments = [
        f"{question}: {one.comment}" if question else one.comment
        for question, one in standing.given.items()
        if one.comment
    ]
    reason = _texts(language).filled(row.reason)
    return " ".join(part for part in (reason, note and f"{note}.", *comments) if part)


def feedback_html(standing: Standing, language: str = "en") -> str:
    """The same for a site that takes it for HTML, in the student's language, where the list tells it."""
    return html.escape(feedback(standing, standing.student.language or language), quote=False)


_texts = functools.cache(Texts)
