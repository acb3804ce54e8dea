"""Imports the Python files that a suite holds beside its tests: its fixtures, and its measure of trained models.

They are the staff's own code and run in a judge's process; no worker ever sees them.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType

from .asked import Assignment
from .schema import AssignmentError

_SUITES = f"{__package__.partition('.')[0]}.suites"


def suite_module(assignment: Assignment, name: str) -> ModuleType | None:
    """A module of the suite's folder; None where there is no such file.

    Its neighbours are to it as the modules of a package, wherever the suite lies.

    Raises:
        AssignmentError: it cannot be imported.
    """
    folder = assignment.suite
    if not (folder / f"{name}.py").exists():
        return None
    package = f"{_SUITES}.{assignment.name}"
    known = sys.modules.get(package)
    if known is None or list(known.__path__) != [str(folder)]:
        for loaded in [key for key in sys.modules if f"{key}.".startswith(f"{package}.")]:
            del sys.modules[loaded]
        sys.modules[package] = module = ModuleType(package)
        module.__path__ = [str(folder)]
    try:
        return importlib.import_module(f"{package}.{name}")
    except (Exception, SystemExit) as error:
        raise AssignmentError(f"{place_of(error, folder)}: {type(error).__name__}: {error}") from error


def place_of(error: BaseException, folder: Path) -> str:
    """The file of a folder and the line in it at which an exception arose: the innermost of them."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    within = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    return f"{within[-1].filename}, line {within[-1].lineno}" if within else str(folder)
