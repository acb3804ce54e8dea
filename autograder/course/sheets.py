"""Reads a table that a spreadsheet or a course site wrote, and keeps it as it was for the way back.

It finds out the encoding, the separator and the line of the headings by what can be understood then, and says what it took.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..text import reason_of
from .headings import CANVAS, EXAMPLES, Headings, understand

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHERS = {
    "cp1258": "Windows-1258 (Vietnamese)", "cp1252": "Windows-1252 (Western European)", "cp1251": "Windows-1251 (Cyrillic)",
    "gb18030": "GB 18030 (Chinese)", "shift_jis": "Shift JIS (Japanese)", "cp949": "CP949 (Korean)",
}  # fmt: skip
_SEPARATORS = ",;\t|"
_LINES_ABOVE = 20
"""Of a title and the like, which people put above the headings."""

_VIETNAMESE = frozenset("àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


class RosterError(Exception):
    """The list cannot be used: one sentence with the line and the column."""


@dataclass(frozen=True)
class Sheet:
    """A table as it was given.

    Attributes:
        name: of the file.
        header: the headings as they were written.
        headings: what they say.
        rows: the other lines as (line in the file, cells).
        separator: between cells.
        notes: how it was read, where that was not plain; a sentence each.
    """

    name: str
    header: tuple[str, ...]
    headings: Headings
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    separator: str = ","
    notes: tuple[str, ...] = ()

    @property
    def not_understood(self) -> list[str]:
        """The headings that say nothing here."""
        columns = zip(self.header, self.headings.columns, strict=True)
        return [heading for heading, column in columns if heading and not column]

    def place(self, column: str) -> int:
        """Where a column is; -1 for nowhere."""
        columns = self.headings.columns
        return columns.index(column) if column in columns else -1

    def record(self) -> dict[str, Any]:
        """As the store keeps it."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Sheet:
        """What `record` made."""
        told = record["headings"]
        return cls(
            record["name"],
            tuple(record["header"]),
            Headings(tuple(told["columns"]), told["language"], told["form"]),
            tuple((line, tuple(cells)) for line, cells in record["rows"]),
            record["separator"],
            tuple(record["notes"]),
        )


def read(path: Path) -> Sheet:
    """The table in a file, cells trimmed and in the one form that compares equal.

    Raises:
        RosterError: it cannot be read, or its headings are not understood.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RosterError(
            f"The roster {path} cannot be read ({reason_of(error)}): check the path."
        ) from error
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise RosterError(
            f"{path.name} is a workbook, not a CSV file: save it in the spreadsheet as 'CSV UTF-8' and give that (Excel: File, "
            "Save As, CSV UTF-8; LibreOffice: Save As, Text CSV, character set UTF-8; Google Sheets: File, Download, .csv)."
        )
    best: Sheet | None = None
    failure: RosterError | None = None
    for text, notes in _texts(data, path):
        for separator in _SEPARATORS:
            try:
                sheet = _sheet(path, text, separator, notes)
            except RosterError as error:
                failure = failure or error
                continue
            if best is None or _worth(sheet) > _worth(best):
                best = sheet
        if best is not None and best.headings.names_students:
            break
    if best is None:
        raise failure or RosterError(f"{path.name} is empty.")
    if not best.headings.names_students:
        if failure is not None:
            raise failure
        raise RosterError(
            f"{path.name} has no line of headings that tells who is who (its first holds "
            f"{', '.join(best.header)[:80]!r}): name the columns so, {EXAMPLES}."
        )
    return best


def _worth(sheet: Sheet) -> tuple[int, int]:
    return sheet.headings.understood if sheet.headings.names_students else 0, len(sheet.header)


def _texts(data: bytes, path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The content by each encoding that may be meant, with what is to be said of it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                yield _composed(data.decode(encoding)), ()
            except UnicodeError as error:
                raise RosterError(f"{path.name} is damaged: save it as 'CSV UTF-8' and try again.") from error
            return
    if b"\0" in data[:200]:
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                yield _composed(data.decode(encoding)), ()
            except UnicodeError:
                continue
        return
    try:
        yield _composed(data.decode("utf-8")), ()
        return
    except UnicodeError:
        pass
    found = False
    for encoding, name in _OTHERS.items():
        try:
            text = _composed(data.decode(encoding))
        except UnicodeError:
            continue
        if (
            encoding == "cp1258"
            and not {letter for letter in text.lower() if ord(letter) > 127} <= _VIETNAMESE
        ):
            continue
        found = True
        yield (
            text,
            (
                f"{path.name} is not in UTF-8 and was read as {name}: look whether the names are right, or save it as 'CSV UTF-8'.",
            ),
        )
    if not found:
        raise RosterError(f"{path.name} is not in UTF-8: save it as 'CSV UTF-8' and try again.")


def _composed(text: str) -> str:
    """In the one form that compares equal, also where lines end as on an old Macintosh."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def _sheet(path: Path, text: str, separator: str, notes: tuple[str, ...]) -> Sheet:
    skipped = 0
    if named := re.match(r"sep=(.)\r?\n", text, re.IGNORECASE):  # a line that Excel reads
        text, skipped, separator = text[named.end() :], 1, named[1]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                rows.append((reader.line_num + skipped, cells))
    except csv.Error as error:
        raise RosterError(
            f"{path.name}, line {reader.line_num + skipped} is no line of a CSV file ({error})."
        ) from error
    if not rows:
        raise RosterError(f"{path.name} is empty.")
    at = _line_of_headings([cells for _, cells in rows[:_LINES_ABOVE]])
    if at:
        notes = (*notes, f"{path.name}: what stands above the headings in line {rows[at][0]} was left out.")
    header = rows[at][1]
    while (
        header
        and not header[-1]
        and all(len(cells) < len(header) or not cells[-1] for _, cells in rows[at + 1 :])
    ):
        header = header[:-1]
    return Sheet(path.name, header, understand(header), tuple(rows[at + 1 :]), separator, notes)


def _line_of_headings(rows: Sequence[tuple[str, ...]]) -> int:
    """The first line, unless one below it is understood far better."""
    told = [understand(cells) for cells in rows]
    if told[0].names_students or told[0].form == CANVAS:
        return 0
    able = [i for i, headings in enumerate(told) if headings.names_students and headings.understood >= 2]
    return able[0] if able else 0
