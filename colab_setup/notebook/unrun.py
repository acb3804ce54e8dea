"""Says below a cell that ends in a NameError that a cell further up has not been run, as after a restart of the runtime."""

from __future__ import annotations

import ast
import contextlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..language import _

_watching: Callable[[Any], None] | None = None
"""What was registered before, whose place a second `start` takes."""


def start(folder: Path) -> None:
    """From now on look after each cell whether it lacked what another one of the folder's notebook makes."""
    global _watching
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return

    def after_cell(result: Any) -> None:
        error = result.error_in_exec
        if isinstance(error, NameError) and error.name and made_by_a_cell(folder, error.name):
            print(
                _(
                    "{name} is made by a cell further up, which was not run in this session: run all cells above this one, "
                    "from the first on.",
                    name=error.name,
                )
            )

    if _watching is not None:
        with contextlib.suppress(ValueError):  # that was another shell
            shell.events.unregister("post_run_cell", _watching)
    _watching = after_cell
    shell.events.register("post_run_cell", after_cell)


def made_by_a_cell(folder: Path, name: str) -> bool:
    """Whether a cell of a notebook in a folder gives a value to this name."""
    for path in folder.glob("*.ipynb"):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        if any(name in _given(source) for source in sources):
            return True
    return False


def _given(source: str) -> set[str]:
    """The names that a cell gives values to at its top."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set()
    given = set()
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            given.add(statement.name)
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                given.add(node.id)
            elif isinstance(node, ast.alias):
                given.add((node.asname or node.name).partition(".")[0])
    return given
