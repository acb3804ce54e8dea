"""Explains why a public test failed: what was expected, what came, for which shapes, and at which of the student's lines.

Read from the traceback and its frames, in the process that ran the test.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..language import N_, _
from .describing import argument, clipped, described, difference, error_text, like, type_name
from .limiting import TimeIsUp, time_limit

SECONDS = 1.0
"""What explaining may take, and after that each value that is still looked at."""


def explained(error: BaseException, folder: Path, limit: float, file: Path | None = None) -> dict[str, Any]:
    """What went wrong: its state, a message, the student's line, and the two values that were compared.

    Never raises, whatever the student's objects do when they are looked at.
    """
    if issubclass(type(error), TimeIsUp):  # isinstance would ask the error for its class
        plain = {"state": "timed out", "message": _("still running after {limit:g} seconds", limit=limit)}
    else:
        plain = {"state": "failed", "message": type_name(error)}
    try:
        with time_limit(SECONDS):
            return {**plain, **_found_out(error, folder, file)}
    except BaseException:
        return plain


def not_there(absent: Mapping[str, str], lacking: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """What modules import that is not there, as `importing.missing.Imports` keeps it; a sentence each."""
    for package, importer in absent.items():
        yield _(
            "{importer} imports {package}, which is not installed here: nothing that is graded may use it.",
            importer=importer,
            package=package,
        )
    for (file, name), importer in lacking.items():
        yield _(
            "{importer} imports {name} from {file}, which has none: whatever uses it fails.",
            importer=importer,
            name=name,
            file=file,
        )


def _found_out(error: BaseException, folder: Path, file: Path | None) -> dict[str, Any]:
    frames = list(walk(error))
    place = students_line(error, frames, folder)
    if isinstance(error, TimeIsUp):
        return {"place": place}
    text = syntax_text(error) if isinstance(error, SyntaxError) else error_text(error)
    inner = [frame for frame, _ in frames if is_students(frame.f_code.co_filename, folder)]
    if (
        isinstance(error, NotImplementedError) and inner
    ):  # torch raises it too, of tensors that hold no numbers
        function = inner[-1].f_code.co_name
        return {
            "state": "not written",
            "message": _not_written(text or f"{function}: not written yet"),
            "function": function,
        }
    compared = {} if place is not None else compared_values(frames, file)
    several, own_words = compared.pop("several", ""), compared.pop("own_words", True)
    if several:
        return {"message": several, **compared}
    if isinstance(error, AssertionError) and place is None:
        message = text or _("an assertion failed")
        if not own_words:
            # numpy's own lines, from which only the count is taken; its values are shown in full.
            count = re.search(r"Mismatched elements: (\d+) / (\d+)", message)
            message = compared["what"] or _("the values differ")
            if count and count[2] != "1":
                message += _(" ({wrong} of {total} elements are wrong)", wrong=count[1], total=count[2])
        return {"message": message, **compared}
    if isinstance(error, SystemExit):
        return {"message": _("the code calls exit()"), "place": place}
    kind = type_name(error)
    text += _remedy(error, place)
    return {"message": f"{kind}: {text}" if text else kind, "place": place}


IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "math": "import math",
}
"""Names that every module has from elsewhere, and the line that a student has deleted with something else."""


def _remedy(error: BaseException, place: Mapping[str, Any] | None) -> str:
    """What to do where a name is not defined because its import is gone, or where something is to be typed in."""
    if type(error) is EOFError:
        return _(": nothing can be typed in here; take input() out")
    line = IMPORTS.get(error.name or "") if type(error) is NameError else None
    if line is None or place is None:
        return ""
    return _(": write `{line}` at the top of {file}", line=line, file=place["file"])


def syntax_text(error: SyntaxError) -> str:
    """What Python says of a text, without the line, which its own text names in English; and what to do about it."""
    return _(clipped(error.msg)) + _advice(error) if type(error.msg) is str else error_text(error)


NO_MODULES = (
    N_("the file is a zip archive or an Office document"),
    N_("the file is a RAR archive"),
    N_("the file is a 7-Zip archive"),
    N_("the file is a PDF document"),
    N_("the file is a document of a word processor"),
    N_("the file is a picture"),
    N_("the file is a notebook: a module holds functions alone, as plain text"),
    N_("the file holds nothing but zeros: take an older copy of it"),
    N_("the file is not saved as UTF-8 text: save it as UTF-8 in the editor"),
)
"""What `importing.own_files` says of files; that it shares with the grader's sandbox, which has no languages."""


def _advice(error: SyntaxError) -> str:
    """What to do where Python's own words do not say it."""
    if issubclass(type(error), TabError):
        return _(": write spaces alone, four for each level")
    if "codec can't decode" in error.msg:
        return _(": the file is not saved as UTF-8; save it as UTF-8 in the editor")
    if re.search(r"'[\u2018-\u201f]'", error.msg):
        return _(": it was pasted from a text; type a plain ' or \" in its place")
    if re.search(r"U\+(00A0|20[0-2].|FEFF)$", error.msg):
        return _(": it was pasted from a text; delete it and type a space")
    if re.search(r"'[\uff01-\uff5e\u3001\u3002]'", error.msg):
        return _(": it was typed with an input method; type the plain one in its place")
    return ""


def _not_written(text: str) -> str:
    """What a stub says, in the student's language."""
    said = re.fullmatch(r"([\w.]+): not written yet", text)
    return _("{question}: not written yet", question=said[1]) if said else text


def walk(error: BaseException) -> Iterator[tuple[types.FrameType, int]]:
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def students_line(
    error: BaseException, frames: list[tuple[types.FrameType, int]], folder: Path
) -> dict[str, Any] | None:
    """The innermost line of the student's that the error came through; of a SyntaxError, its own."""
    if isinstance(error, SyntaxError) and isinstance(error.filename, str) and isinstance(error.lineno, int):
        if is_students(error.filename, folder):
            return line_of(error.filename, error.lineno)
        return None
    for frame, number in reversed(frames):
        if is_students(frame.f_code.co_filename, folder):
            return line_of(frame.f_code.co_filename, number)
    return None


def is_students(file: str, folder: Path) -> bool:
    path = Path(file)
    if folder not in path.parents:
        return False
    inside = path.relative_to(folder).parts
    return inside[0] not in ("tests", "colab_setup") and "site-packages" not in inside


def line_of(file: str, number: int) -> dict[str, Any]:
    try:
        text = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()[number - 1].strip()
    except (OSError, IndexError):
        text = ""
    return {"file": Path(file).name, "line": number, "text": text[:200]}


def definition(function: Callable[..., Any], folder: Path) -> dict[str, Any] | None:
    """The line where a function of the student's begins, below what decorates it."""
    try:
        code = inspect.unwrap(function).__code__
    except (ValueError, AttributeError):  # it stands for what is no function of Python's, or for itself
        code = function.__code__
    return line_of(code.co_filename, code.co_firstlineno) if is_students(code.co_filename, folder) else None


def compared_values(frames: list[tuple[types.FrameType, int]], file: Path | None) -> dict[str, Any]:
    """What came and what was expected, from the frame of the test's or numpy's comparison.

    The test's is the innermost function that takes both; others may have values of these names that went well.
    `own_words` says whether the message is the test's own sentence; otherwise it is numpy's, whose last line is kept.
    `several` is a sentence where more than the one value came back.
    """
    for frame, _line in reversed(frames):
        local, code = frame.f_locals, frame.f_code
        takes = code.co_varnames[: code.co_argcount]
        if file is not None and code.co_filename == str(file) and {"got", "expected"} <= set(takes):
            inner = frames[-1][0].f_code.co_filename == str(file)
            return pair(local["got"], local["expected"], local.get("what", ""), inner)
    for frame, _line in frames:
        local = frame.f_locals
        if "numpy" in Path(frame.f_code.co_filename).parts and {"actual", "desired"} <= set(local):
            return pair(local["actual"], local["desired"], local.get("err_msg", ""), False)
    return {}


def pair(came: Any, expected: Any, what: object, own_words: bool) -> dict[str, Any]:
    return {
        "what": clipped(str(what)),
        "came": described(came),
        "expected": described(like(came, expected)),
        "difference": difference(came, expected),
        "own_words": own_words,
        "several": _several(came, expected, what),
    }


def _several(came: Any, expected: Any, what: object) -> str:
    if type(came) is not tuple or type(expected) is tuple:
        return ""
    said = _(
        "a tuple of {count} came back: return the one value that is asked for, without a comma behind it",
        count=len(came),
    )
    return f"{clipped(str(what))}: {said}" if what else said


def call_text(name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The call with its arguments' shapes: `svm_loss(W: (3, 3) float64, ...)`."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs).arguments
    except Exception:
        bound = {**{_("argument {index}", index=index): value for index, value in enumerate(args)}, **kwargs}
    return f"{name}({', '.join(f'{key}{argument(value)}' for key, value in bound.items())})"
