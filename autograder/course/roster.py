"""Reads the list of a course's students: a CSV file of the staff's, or one that a course site gives out.

Canvas's gradebook, Moodle's grading worksheet and Gradescope's roster can be read as they are, in the languages of
`headings.json`; what they call their students is kept for the way back. It must never leave out a line, or a column, in
silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, time, tzinfo
from pathlib import Path

from ..assignment import LANGUAGES, Extension
from ..text import counted, listed
from . import moments, sheets
from .headings import CANVAS, MOODLE, role
from .names import family_said_first, is_family
from .sheets import RosterError, Sheet
from .student import Student

__all__ = ["FORMATS", "Roster", "RosterError", "Student", "read"]

FORMATS = "days such as 2 or 1.5d, hours such as 36h, or a date such as 2026-12-05 or 2026-12-05T23:59"

_POSTING = re.compile(r"\s*(?:muted|manual posting.*)?\s*", re.IGNORECASE)
_TEST_STUDENTS = {"student, test", "test student"}
_KEPT_AS_TEXT = re.compile(r"""(?:="?|'(?=\d)|#(?=\w))(.*?)"?""")
"""How a number or a login is written so that a spreadsheet leaves it alone: by formulas, an apostrophe, Brightspace's #."""

_ROUNDED = re.compile(r"\d[.,]?\d*[eE]\+?\d+")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))

_FAULTS = 10
"""Lines that are wrong of which one is told at once."""


@dataclass(frozen=True)
class Roster:
    """The list of a course's students.

    Attributes:
        students: in the order of the file.
        sheet: the file as it was given.
        notes: what a person should know of how it was read, a sentence each.
    """

    students: tuple[Student, ...]
    sheet: Sheet
    notes: tuple[str, ...] = ()


def read(path: Path, zone: tzinfo | None) -> Roster:
    """Read a list of students.

    Args:
        path: a CSV file, in UTF-8, UTF-16 or an encoding of Windows; cells separated by commas, semicolons, tabs or bars.
            Its first line names the columns, in any order, case and language of `headings.json`.
        zone: the time zone of dates that do not name theirs, the deadline's; UTC without.

    Raises:
        RosterError: it cannot be read, or a line is wrong.
    """
    sheet = sheets.read(path)
    reader = _Reader(sheet, zone or UTC)
    students = tuple(reader.students())
    if not students:
        raise RosterError(f"{path.name} names no student below its first line.")
    return Roster(students, sheet, (*sheet.notes, *reader.notes()))


class _Reader:
    """Reads the lines of a sheet.

    Args:
        sheet: the file.
        zone: of dates that do not name theirs.
    """

    def __init__(self, sheet: Sheet, zone: tzinfo) -> None:
        self.sheet, self.zone = sheet, zone
        self.columns = self._columns()
        self.staff: list[str] = []
        self.odd_roles: set[str] = set()
        self.nobody, self.twice, self.untimed = list[int](), list[int](), list[int]()
        first, last, roles = (self.columns.get(column, []) for column in ("first", "last", "role"))
        self.vietnamese = not sheet.headings.last_name_first and family_said_first(
            (self._value(cells, first), self._value(cells, last))
            for _, cells in sheet.rows
            if role(self._value(cells, roles)) != "staff"
        )

    def _columns(self) -> dict[str, list[int]]:
        """Where each column is; where two headings name one, both, of which the first counts where it is filled."""
        columns: dict[str, list[int]] = {}
        for i, column in enumerate(self.sheet.headings.columns):
            if column:
                columns.setdefault(column, []).append(i)
        for column, places in columns.items():
            if len(places) == 1 or column not in _ONCE:
                continue
            for line, cells in self.sheet.rows:
                values = {cells[i].casefold() for i in places if i < len(cells) and cells[i]}
                if len(values) > 1 and not self._is_no_student(cells):
                    twice = " and ".join(self.sheet.header[i] for i in places)
                    raise RosterError(
                        f"{self.sheet.name}, line {line}: the columns {twice} are both the {column}, and differ: rename one."
                    )
        return columns

    def students(self) -> list[Student]:
        """Everyone who is a student.

        Raises:
            RosterError: lines are wrong; it tells of all of them.
        """
        found: list[Student] = []
        faults: list[str] = []
        seen: dict[tuple[str, str], int] = {}
        rows: set[tuple[str, ...]] = set()
        for line, cells in self.sheet.rows:
            if self._is_no_student(cells):
                continue
            try:
                found += self._students_of(line, cells, seen, rows)
            except RosterError as error:
                faults.append(str(error))
        if faults:
            more = (
                f" And {counted(len(faults) - _FAULTS, 'line')} more like it."
                if len(faults) > _FAULTS
                else ""
            )
            raise RosterError(" ".join(faults[:_FAULTS]) + more)
        return found

    def _students_of(
        self, line: int, cells: tuple[str, ...], seen: dict[tuple[str, str], int], rows: set[tuple[str, ...]]
    ) -> list[Student]:
        """The student of one line; none where it is another's.

        Args:
            line: where it stands.
            cells: of the line.
            seen: by column and value, the first line that has it; what this one has is added.
            rows: the lines so far; this one is added.
        """
        where, width = f"{self.sheet.name}, line {line}", len(self.sheet.header)
        if extra := [cell for cell in cells[width:] if cell]:
            raise RosterError(
                f"{where} has {len(cells)} cells, and the first line names {width} columns (what is "
                f"{extra[0][:40]!r}?): put quotes around cells that hold the separator."
            )
        values = {column: self._value(cells, places) for column, places in self.columns.items()}
        if cells in rows and any(values.get(column) for column in _UNIQUE):
            self.twice.append(line)
            return []
        rows.add(cells)
        student = self._student(values, line, where)
        if student is None or self._is_staff(values.get("role", ""), student):
            return []
        for column in _UNIQUE:
            key = str(getattr(student, column)).casefold()
            if key and (first := seen.setdefault((column, key), line)) != line:
                raise RosterError(f"{where}, column {column}: {key} stands in line {first} already.")
        return [student]

    def notes(self) -> Iterator[str]:
        """What a person should know."""
        sheet = self.sheet
        if (unknown := sheet.not_understood) and sheet.headings.form != CANVAS:
            one = len(unknown) == 1
            yield (
                f"{sheet.name}: the column{'' if one else 's'} {listed(map(repr, unknown))} {'was' if one else 'were'} not "
                "understood and nothing was taken from there."
            )
        if self.staff:
            yield f"{sheet.name}: {counted(len(self.staff), 'line')} of others than students left out: {listed(self.staff)}."
        if self.odd_roles:
            yield f"{sheet.name}: whoever is {listed(sorted(self.odd_roles))} there was taken for a student."
        if self.vietnamese:
            yield f"{sheet.name}: most last names are Vietnamese families', which were put before the first names."
        if self.nobody:
            yield f"{sheet.name}: nobody is named in line {listed(map(str, self.nobody))}, which was left out."
        if self.twice:
            yield f"{sheet.name}: line {listed(map(str, self.twice))} says what stood before, and was left out."
        if self.untimed:
            yield (
                f"{sheet.name}: the time in line {listed(map(str, self.untimed))} was not understood, and nothing is taken off "
                "there for being late; a column `submitted` with times such as 2026-12-01T23:59 tells it."
            )

    def _value(self, cells: Sequence[str], places: Sequence[int]) -> str:
        found = next((cells[i] for i in places if i < len(cells) and cells[i]), "").translate(_UNSEEN)
        kept = _KEPT_AS_TEXT.fullmatch(found)
        return kept[1] if kept else found

    def _is_no_student(self, cells: Sequence[str]) -> bool:
        """Whether it is a line that a course site puts below the header: points possible, dates, or how grades are posted."""
        if self.sheet.headings.form != CANVAS:  # Google Classroom does
            return cells[0].casefold() in ("date", "points") and not any("@" in cell for cell in cells)
        return cells[0].startswith("Points Possible") or all(_POSTING.fullmatch(cell) for cell in cells)

    def _is_staff(self, told: str, student: Student) -> bool:
        kind = role(told)
        test = self.sheet.headings.form == CANVAS and student.name.casefold() in _TEST_STUDENTS
        if kind == "staff" or test:
            self.staff.append(f"{student.name or student.email or student.id} ({told or 'test student'})")
        elif told and not kind:
            self.odd_roles.add(told)
        return kind == "staff" or test

    def _student(self, values: Mapping[str, str], line: int, where: str) -> Student | None:
        plain = {
            name: values.get(name, "") for name in ("id", "email", "group", "canvas", "login", "section")
        }
        headings = self.sheet.headings
        parts = [values.get(part, "") for part in ("first", "middle", "last")]
        if headings.last_name_first:
            parts = parts[::-1]
        elif self.vietnamese and is_family(parts[-1]):
            parts = [parts[-1], *parts[:-1]]
        name = values.get("name") or " ".join(filter(None, parts))
        participant = "".join(re.findall(r"\d+", values.get("participant", ""))[-1:])
        if not (plain["id"] or plain["email"] or plain["canvas"] or participant or name or plain["login"]):
            if values.get("extension") or values.get("submitted"):
                raise RosterError(f"{where} has neither id, name nor email.")
            self.nobody.append(line)
            return None
        if rounded := next((plain[name] for name in ("id", "canvas") if _ROUNDED.fullmatch(plain[name])), ""):
            raise RosterError(
                f"{where}: a spreadsheet has rounded the number {rounded!r}: give that column the format Text and export it anew."
            )
        plain["id"] = re.sub(r"(?<=\d)\.0$", "", plain["id"])
        extension = Extension()
        if given := values.get("extension"):
            try:
                extension = moments.extension(given, self.zone)
            except ValueError:
                raise RosterError(
                    f"{where}, column extension: {given[:40]!r} is none of {FORMATS}."
                ) from None
        submitted = None
        if (given := values.get("submitted", "-")) not in ("", "-"):
            submitted = moments.moment(given, self.zone, time(0), headings)
            if submitted is None and headings.form != MOODLE:
                raise RosterError(
                    f"{where}, column submitted: {given[:40]!r} is no time such as 2026-12-01T23:59."
                )
            if submitted is None:
                self.untimed.append(line)
        language = values.get("language", "").casefold()
        return Student(
            name=name, participant=participant, extension=extension, submitted=submitted, line=line,
            language=next((code for code in LANGUAGES if language.startswith((code, LANGUAGES[code].casefold()))), ""), **plain
        )  # fmt: skip


_UNIQUE = ("id", "email", "canvas", "participant")
_ONCE = ("id", "name", "email", "canvas", "participant", "group", "extension", "submitted")
"""Columns of which two that differ are a mistake."""
