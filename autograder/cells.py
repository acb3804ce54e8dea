"""Writes tables for spreadsheets in which no text of a student's is ever a formula.

It must never change a number, nor a character that is harmless where it stands: names keep their hyphens.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the system's own encoding, and names with accents are spoilt."""

# A cell is a formula by its first character; quotes, spaces and characters without a width before it are skipped by
# one program or another, and the wide forms are taken for the narrow ones. Where a program splits a line at another
# separator than ours, what follows that separator is the start of a cell, too.
_FORMULA = re.compile(r"(^|[;,|])([\s\"“”\u200b\u2060\ufeff]*)(?=[=+\-@＝＋－＠].)")
_LINES = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def harmless(text: str, mark: str = "'") -> str:
    """A text as it may stand in a cell: one line, and `mark` before whatever could begin a formula."""
    return _FORMULA.sub(rf"\g<1>\g<2>{mark}", _LINES.sub(" ", text).strip())


def table(header: Sequence[str], rows: Iterable[Sequence[str | float]], separator: str = ",") -> bytes:
    """A CSV file in UTF-8 for spreadsheets and course sites; texts made harmless, numbers as they are.

    None of the header's cells is quoted unless it must be: Canvas does not read a file whose byte order mark is
    followed by a quote.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    for row in (header, *rows):
        writer.writerow([harmless(cell) if isinstance(cell, str) else number(cell) for cell in row])
    return BYTE_ORDER_MARK + text.getvalue().encode("utf-8", "replace")


def number(points: float) -> str:
    """Points without a rounding error of the machine's and without an exponent."""
    return f"{points:.5f}".rstrip("0").rstrip(".")
