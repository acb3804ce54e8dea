"""Lets nothing happen where a submission, while it is imported, uses folders and programs of another machine.

A Drive that is not mounted, or an installation that cannot be started, was left in from a notebook and ends no import.

It must never import more than the standard library.
"""

from __future__ import annotations

import copy
import io
import locale
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any

from .inert import Inert


def install(belongs: Callable[[object], bool]) -> None:
    """From now on.

    Args:
        belongs: whether a path is that of a file of the submission's.
    """
    for name in ("chdir", "listdir", "makedirs", "mkdir", "symlink"):
        setattr(os, name, _harmless(getattr(os, name), [] if name == "listdir" else None))
    for name in ("copy", "copy2", "copyfile", "copytree", "move", "rmtree"):
        setattr(shutil, name, _harmless(getattr(shutil, name), None))
    locale.setlocale = _harmless(locale.setlocale, "C", locale.Error)
    for name, result in _NO_PROGRAM.items():
        setattr(subprocess, name, _starting(getattr(subprocess, name), result, belongs))


def nothing(*args: object, **kwargs: object) -> None:
    """Does nothing."""


def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
    """`open`; while a module is imported, what is written where nothing can be written goes nowhere."""
    try:
        found: IO[Any] = open(file, mode, *args, **kwargs)  # noqa: SIM115  (whoever asked closes it)
    except OSError:
        if not (Inert.depth and set("wax") & set(mode)):
            raise
        return io.BytesIO() if "b" in mode else io.StringIO()
    return found


def _harmless(
    function: Callable[..., Any], result: list[str] | str | None, failure: type[Exception] = OSError
) -> Callable[..., Any]:
    """A function on a folder, or a language, that may be missing here."""

    def tried(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except failure:
            if not Inert.depth:
                raise
            return copy.copy(result)

    return tried


def _starting(
    function: Callable[..., Any],
    result: Callable[[Any, Mapping[str, Any]], Any],
    belongs: Callable[[object], bool],
) -> Callable[..., Any]:
    """A function that starts a program: that none can be started ends no import."""

    def tried(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except OSError:
            if not (Inert.depth and belongs(sys._getframe(1).f_code.co_filename)):
                raise
            return result(args[:1], kwargs)

    return tried


def _nothing_printed(options: Mapping[str, Any]) -> str | bytes:
    return "" if options.keys() & {"text", "encoding", "universal_newlines"} else b""


_NO_PROGRAM: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "run": lambda command, options: subprocess.CompletedProcess(command, 0, _nothing_printed(options), ""),
    "call": lambda command, options: 0,
    "check_call": lambda command, options: 0,
    "check_output": lambda command, options: _nothing_printed(options),
}
"""What `pip install` at the top of a module leads to where no program can be started, by the function that starts it."""
