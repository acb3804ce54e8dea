"""Reads the list of a course's students: a CSV file of the staff's, or one that a course site gives out.

Canvas's gradebook, Moodle's grading worksheet and Gradescope's roster can be read as they are; what they call their
students is kept for the way back. It must never leave out a line in silence.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from ..assignment import Extension

HEADERS = {
    "id": ("id", "student id", "sid", "id number", "sis user id"),
    "name": ("name", "full name", "student", "student name"),
    "first": ("first name", "first", "given name"),
    "last": ("last name", "last", "surname", "family name"),
    "email": ("email", "email address", "e-mail"),
    "extension": ("extension",),
    "group": ("group",),
    "submitted": ("submitted", "last modified (submission)"),
    "canvas": ("canvas id",),
    "login": ("login", "sis login id", "username"),
    "participant": ("identifier", "participant"),
    "section": ("section", "sections"),
}
"""What the columns are called, in lower case."""

FORMATS = "days such as 2 or 1.5d, hours such as 36h, or a date such as 2026-12-05 or 2026-12-05T23:59"

_AMOUNT = re.compile(r"(\d{1,4}(?:[.,]\d+)?)\s*(d|days?|h|hours?)?", re.IGNORECASE)
_WORKSHEET_TIME = "%A, %d %B %Y, %I:%M %p"
"""How Moodle writes a time in English."""


class RosterError(Exception):
    """The list cannot be used: one sentence with the line and the column."""


@dataclass(frozen=True)
class Student:
    """One student.

    Attributes:
        id: the student number.
        name: the full name.
        email: the address.
        extension: more time.
        group: the name of the group that hands in together; "" for none.
        submitted: when the work was handed in, where the list knows.
        canvas: the number in Canvas.
        login: the login name in Canvas.
        participant: the number in this assignment in Moodle.
        section: the sections of the course.
        line: where in the file; 0 for one who is not on the list.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    extension: Extension = field(default_factory=Extension)
    group: str = ""
    submitted: datetime | None = None
    canvas: str = ""
    login: str = ""
    participant: str = ""
    section: str = ""
    line: int = 0

    def record(self) -> dict[str, Any]:
        """As the store keeps it."""
        moments = {"until": self.extension.until, "submitted": self.submitted}
        written = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
        return {**asdict(self), "extension": self.extension.time.total_seconds(), **written}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Student:
        """What `record` made."""
        values = dict(record)
        until, submitted = (
            datetime.fromisoformat(values[name]) if values[name] else None for name in ("until", "submitted")
        )
        del values["until"]
        extension = Extension(timedelta(seconds=values["extension"]), until)
        return cls(**{**values, "extension": extension, "submitted": submitted})


def read(path: Path, zone: tzinfo | None) -> tuple[Student, ...]:
    """Read a list of students.

    Args:
        path: a CSV file in UTF-8, with or without byte order mark, or in UTF-16 as Excel's "Unicode text" is; cells
            separated by commas, semicolons or tabs. Its first line names the columns, in any order and case.
        zone: the time zone of dates that do not name theirs, the deadline's; UTC without.

    Raises:
        RosterError: it cannot be read, or a line is wrong.
    """
    lines = _lines(path)
    columns = _columns(next(lines, (0, []))[1], path)
    students: list[Student] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in lines:
        if not any(cells) or _is_no_student(cells):
            continue
        where = f"{path.name}, line {number}"
        if extra := [cell for cell in cells[len(columns) :] if cell]:
            raise RosterError(
                f"{where} has {len(cells)} cells, and the first line names {len(columns)} columns (what is "
                f"{extra[0][:40]!r}?): put quotes around cells that hold the separator."
            )
        values = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        student = _student(values, number, where, zone or UTC)
        for column in ("id", "email", "canvas", "participant"):
            key = str(getattr(student, column)).casefold()
            if key and (first := seen.setdefault((column, key), number)) != number:
                raise RosterError(f"{where}, column {column}: {key} stands in line {first} already.")
        students.append(student)
    if not students:
        raise RosterError(f"{path.name} names no student below its first line.")
    return tuple(students)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines with their numbers, cells trimmed and in the one form that compares equal."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except OSError as error:
        raise RosterError(f"The roster {path} cannot be read ({error.strerror}): check the path.") from error
    except UnicodeError as error:
        raise RosterError(f"{path.name} is not in UTF-8: save it as 'CSV UTF-8' and try again.") from error
    text = unicodedata.normalize("NFC", text)
    skipped = 0
    if named := re.match(r"sep=(.)\r?\n", text, re.IGNORECASE):  # a line that Excel reads
        text, skipped = text[named.end() :], 1
    head = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in rows:
            yield rows.line_num + skipped, [cell.strip() for cell in row]
    except csv.Error as error:
        raise RosterError(
            f"{path.name}, line {rows.line_num + skipped} is no line of a CSV file ({error})."
        ) from error


def _columns(header: list[str], path: Path) -> list[str]:
    """What each column holds; "" for those that nobody needs."""
    names = [" ".join(cell.casefold().split()) for cell in header]
    known = {name: column for column, all_names in HEADERS.items() for name in all_names}
    if "sis user id" in names or "sis login id" in names:
        known["id"] = "canvas"  # in Canvas's gradebook "ID" is Canvas's own number
    columns = [known.get(name, "") for name in names]
    if not {"id", "name", "email", "canvas", "participant"} & set(columns) and "first" not in columns:
        raise RosterError(
            f"{path.name}, line 1 names none of the columns id, name and email (it holds {', '.join(header)[:80]!r})."
        )
    for column in filter(None, columns):
        if columns.count(column) > 1:
            twice = [header[i] for i, other in enumerate(columns) if other == column]
            raise RosterError(
                f"{path.name}, line 1: the columns {' and '.join(twice)} are both the {column}."
            )
    return columns


def _is_no_student(cells: list[str]) -> bool:
    """Whether it is a line that Canvas puts below the header: points possible, or how grades are posted."""
    return cells[0].startswith("Points Possible") or (not any(cells[:5]) and "Manual Posting" in cells)


def _student(values: Mapping[str, str], line: int, where: str, zone: tzinfo) -> Student:
    plain = {name: values.get(name, "") for name in ("id", "email", "group", "canvas", "login", "section")}
    name = values.get("name") or f"{values.get('first', '')} {values.get('last', '')}".strip()
    participant = "".join(re.findall(r"\d+", values.get("participant", ""))[-1:])
    if not (plain["id"] or plain["email"] or plain["canvas"] or participant or name):
        raise RosterError(f"{where} has neither id, name nor email.")
    extension = Extension()
    if given := values.get("extension"):
        try:
            extension = _extension(given, zone)
        except ValueError:
            raise RosterError(f"{where}, column extension: {given[:40]!r} is none of {FORMATS}.") from None
    submitted = None
    if (given := values.get("submitted", "-")) not in ("", "-"):
        try:
            submitted = _moment(given, zone, time(0))
        except ValueError:
            raise RosterError(
                f"{where}, column submitted: {given[:40]!r} is no time such as 2026-12-01T23:59."
            ) from None
    return Student(
        name=name, participant=participant, extension=extension, submitted=submitted, line=line, **plain
    )


def _extension(text: str, zone: tzinfo) -> Extension:
    if amount := _AMOUNT.fullmatch(text):
        number, unit = float(amount[1].replace(",", ".")), (amount[2] or "d")[0].lower()
        return Extension(timedelta(hours=number) if unit == "h" else timedelta(days=number))
    return Extension(until=_moment(text, zone, time(23, 59, 59)))


def _moment(text: str, zone: tzinfo, daytime: time) -> datetime:
    """A time as ISO 8601 or Moodle writes it; a mere date is taken at `daytime`."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.combine(datetime.fromisoformat(text), daytime, zone)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.strptime(text, _WORKSHEET_TIME)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
