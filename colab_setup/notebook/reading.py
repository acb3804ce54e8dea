"""Reads the student's modules for the notebook, from their text, and says in one sentence why one cannot be read."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Collection
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from ..checking.explaining import syntax_text
from ..checking.importing.own_files import as_utf8
from ..language import _
from ..machine import SetupError


class CannotBeReadError(SetupError, ImportError):
    """Why a cell cannot import a module: one sentence for the student; what was raised is its cause."""


class Loader(SourceFileLoader):
    """Loads a module from its text, never from a compiled file that a save within the same second would leave valid.

    What the import raises is shown in the cell as one sentence in place of a traceback through Python's own import.

    Args:
        name: the module's name.
        path: its file.
        folder: that of the student's modules.
        read: takes the file and the text that was read, by the module's name.
    """

    def __init__(self, name: str, path: str, folder: Path, read: dict[str, tuple[str, bytes | None]]) -> None:
        super().__init__(name, path)
        self._folder, self._read = folder, read

    def get_code(self, fullname: str) -> CodeType:
        text = self.get_data(self.path)
        self._read[fullname] = self.path, text
        code: CodeType = self.source_to_code(as_utf8(text, self.path), self.path)
        return code

    def exec_module(self, module: ModuleType) -> None:
        try:
            super().exec_module(module)
        except (SyntaxError, SystemExit) as error:
            # IPython shows these in a way of its own, whatever they say of themselves.
            raise CannotBeReadError(self._told(error)) from error
        except Exception as error:
            if not hasattr(error, "_render_traceback_"):
                _show(error, self._told(error))
            raise

    def _told(self, error: BaseException) -> str:
        said, _blamed = fault(self.name, error, self._folder, [file for file, _ in self._read.values()])
        return f"{said} {_('Then run this cell again.')}"


def gone(module: str, folder: Path) -> str:
    """What to do where a module's file is not there."""
    return _("{blamed} is not in {folder} any more: put it back there.", blamed=f"{module}.py", folder=folder)


def not_there(module: str, folder: Path) -> ModuleNotFoundError:
    """What to raise where a cell imports such a module; the cell shows one sentence."""
    error = ModuleNotFoundError(f"No module named {module!r}", name=module)
    _show(error, f"{gone(module, folder)} {_('Then run this cell again.')}")
    return error


def _show(error: Exception, said: str) -> None:
    """Have IPython print a sentence in place of the traceback."""
    with contextlib.suppress(Exception):  # a class may not take it
        error._render_traceback_ = lambda: [said]  # type: ignore[attr-defined]


def fault(module: str, error: BaseException, folder: Path, files: Collection[str]) -> tuple[str, str]:
    """Why a module cannot be read, with the line of the student's that says so; and the file that is to blame.

    Args:
        module: its name.
        error: what importing it raised.
        folder: that of the student's modules.
        files: those of the modules that were read.
    """
    if isinstance(error, CannotBeReadError) and error.__cause__ is not None:
        error = error.__cause__
    reason = f"{type(error).__name__}: {error}".splitlines()[0].strip(": ")[:300]
    lines = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        reason = syntax_text(error)
        lines.append((error.filename or "", error.lineno))
    if isinstance(error, SystemExit):
        reason = _("the code calls exit()")
    own = {os.path.realpath(file) for file in files}
    blamed = f"{module}.py"
    for file, line in reversed(lines):
        if line and os.path.realpath(file) in own:
            blamed = os.path.relpath(os.path.realpath(file), folder)
            reason = _("line {line}: {reason}", line=line, reason=reason)
            if blamed != f"{module}.py":
                reason = f"{blamed}, {reason}"
            break
    said = _(
        "{module}.py cannot be read ({reason}): correct {blamed} and save it.",
        module=module,
        reason=reason,
        blamed=blamed,
    )
    return said, blamed
