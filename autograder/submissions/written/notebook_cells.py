"""Reads the cells of a notebook: their texts, their ids, and which question one answers, whatever tool has saved it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MARK = re.compile(r"<!--\s*answer:\s*(\w+)\s*-->")
"""Names the question in the text of its answer's cell."""

_PRINTS = re.compile(r"(?:display\s*\(\s*)?(?:print|Markdown|HTML)\s*\(\s*[rRfF]?[\"']")
"""How a code cell begins that prints a text."""


def cells_of(notebook: bytes) -> list[dict[str, Any]]:
    """The cells; ValueError where the JSON is no notebook."""
    content = json.loads(notebook)
    cells = content.get("cells") if isinstance(content, dict) else None
    if cells is None and isinstance(content, dict):  # before version 4 of the format
        sheets = content.get("worksheets")
        cells = [
            cell
            for sheet in (sheets if isinstance(sheets, list) else ())
            for cell in (sheet.get("cells") if isinstance(sheet, dict) else None) or ()
        ] or None
    if not isinstance(cells, list):
        raise ValueError("no cells")
    return [cell for cell in cells if isinstance(cell, dict)]


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell."""
    source = cell.get("source", cell.get("input"))
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def ids_of(cell: dict[str, Any]) -> list[str]:
    """A cell's id, which Colab moves into its metadata."""
    metadata = cell.get("metadata")
    found = (cell.get("id"), metadata.get("id") if isinstance(metadata, dict) else None)
    return [name for name in found if isinstance(name, str)]


def names_of(cell: dict[str, Any]) -> Iterator[str]:
    """The questions that a cell answers."""
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    tags = metadata.get("tags")
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, str) and tag.startswith("answer:"):
            yield tag.removeprefix("answer:")
    for name in ids_of(cell):
        if name.startswith("answer-"):
            yield name.removeprefix("answer-").replace("-", "_")
    yield from MARK.findall(source_of(cell))


def is_prose(source: str) -> bool:
    """Whether a code cell holds nothing but comments, one text in quotes, or what prints a text."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    quoted = source.strip()
    if _PRINTS.match(quoted) and quoted.endswith(")"):
        return True
    return all(line.startswith("#") for line in lines) or (
        quoted[:3] in ('"""', "'''") and quoted.endswith(quoted[:3]) and quoted.count(quoted[:3]) == 2
    )
