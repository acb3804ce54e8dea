"""Every text in a notebook, wherever it stands, and where a notebook has outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def texts_of(content: str) -> tuple[str, list[tuple[int, str]]]:
    """Every text in a notebook's JSON, sources first, and the line at which each cell with outputs begins.

    Raises ValueError or RecursionError for what is no notebook.
    """
    notebook = json.loads(content)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ValueError("no cells")
    lines: list[str] = []
    outputs = []
    for number, cell in enumerate(cells, 1):
        if cell.get("outputs") or cell.get("execution_count"):
            outputs.append((len(lines) + 1, f"the outputs of cell {number} (clear them)"))
        for part in (cell.get("source", ""), {key: cell[key] for key in cell if key != "source"}):
            lines += [line for text in _strings(part) for line in text.splitlines()]
    rest = {key: notebook[key] for key in notebook if key != "cells"}
    lines += [line for text in _strings(rest) for line in text.splitlines()]
    return "\n".join(lines), outputs


def _strings(value: Any) -> Iterator[str]:
    """The texts in a JSON value, keys and numbers too; a list of texts as the one that nbformat makes of it."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _strings(part)
    elif isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        yield "".join(value)
        if not all(part.endswith("\n") for part in value[:-1]):
            yield "\n".join(value)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif value is not None:
        yield str(value)
