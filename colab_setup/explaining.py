"""Explains why a public test failed: what was expected, what came, for which shapes, and at which of the student's lines.

Read from the traceback and its frames, in the process that ran the test; the standard library only, numpy where the
student's code has imported it.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MAX_TEXT = 2000
"""Characters of a value, a message or a print that are passed on."""

MAX_ELEMENTS = 40
"""Elements of an array up to which all are shown."""


class TimeIsUp(BaseException):
    """A student's call that took too long; no Exception, so that `except Exception` does not stop it."""


def explained(error: BaseException, folder: Path, limit: float, file: Path | None = None) -> dict[str, Any]:
    """What went wrong: its state, a message, the student's line, and the two values that were compared."""
    frames = list(walk(error))
    place = students_line(error, frames, folder)
    kind = type(error).__name__
    if isinstance(error, TimeIsUp):
        return {"state": "timed out", "message": f"still running after {limit:g} seconds", "place": place}
    if isinstance(error, NotImplementedError):
        inner = [frame for frame, _ in frames if is_students(frame.f_code.co_filename, folder)]
        function = inner[-1].f_code.co_name if inner else "a function"
        return {
            "state": "not written",
            "message": str(error) or f"{function}: not written yet",
            "function": function,
        }
    if isinstance(error, AssertionError) and place is None:
        compared = compared_values(frames, file)
        message = str(error).strip() or "an assertion failed"
        if compared and not compared.pop("own_words"):
            # numpy's own lines, from which only the count is taken; its values are shown in full.
            count = re.search(r"Mismatched elements: (\d+) / (\d+)", message)
            message = compared["what"] or "the values differ"
            if count and count[2] != "1":
                message += f" ({count[1]} of {count[2]} elements are wrong)"
        return {"state": "failed", "message": clipped(message), **compared}
    if isinstance(error, SystemExit):
        return {"state": "failed", "message": "the code calls exit()", "place": place}
    text = clipped(str(error).strip())
    return {"state": "failed", "message": f"{kind}: {text}" if text else kind, "place": place}


def walk(error: BaseException) -> Iterator[tuple[types.FrameType, int]]:
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def students_line(
    error: BaseException, frames: list[tuple[types.FrameType, int]], folder: Path
) -> dict[str, Any] | None:
    """The innermost line of the student's that the error came through; of a SyntaxError, its own."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
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
    code = inspect.unwrap(function).__code__
    return line_of(code.co_filename, code.co_firstlineno) if is_students(code.co_filename, folder) else None


def compared_values(frames: list[tuple[types.FrameType, int]], file: Path | None) -> dict[str, Any]:
    """What came and what was expected, from the frames of the test's or numpy's comparison.

    `own_words` says whether the message is the test's own sentence; otherwise it is numpy's, whose last line is kept.
    """
    for frame, _ in frames:
        local, code = frame.f_locals, frame.f_code
        if file is not None and code.co_filename == str(file) and {"got", "expected"} <= local.keys():
            inner = frames[-1][0].f_code.co_filename == str(file)
            return pair(local["got"], local["expected"], str(local.get("what", "")), inner)
        if "numpy" in Path(code.co_filename).parts and {"actual", "desired"} <= local.keys():
            return pair(local["actual"], local["desired"], str(local.get("err_msg", "")), False)
    return {}


def pair(came: Any, expected: Any, what: str, own_words: bool) -> dict[str, Any]:
    return {
        "what": clipped(what),
        "came": described(came),
        "expected": described(like(came, expected)),
        "difference": difference(came, expected),
        "own_words": own_words,
    }


def like(came: Any, expected: Any) -> Any:
    """The expected value as an array where one came, so that both are shown with their shapes."""
    if isinstance(expected, list | tuple | float) and hasattr(came, "shape"):
        try:
            import numpy as np

            return np.asarray(expected, dtype=came.dtype if came.dtype.kind == "f" else None)
        except ValueError:
            pass
    return expected


def difference(came: Any, expected: Any) -> str:
    """Where two arrays of one shape are furthest apart."""
    try:
        import numpy as np

        first, second = np.asarray(came, dtype=float), np.asarray(expected, dtype=float)
        if first.shape != second.shape or first.ndim == 0 or first.size == 0:
            return ""
        apart = np.abs(first - second)
        apart[np.isnan(apart)] = np.inf
        worst = np.unravel_index(int(np.argmax(apart)), apart.shape)
        index = ", ".join(str(int(part)) for part in worst)
        return f"furthest apart at [{index}]: {first[worst]:.6g} came, {second[worst]:.6g} was expected"
    except Exception:
        return ""


def described(value: Any) -> str:
    """A value with its shape and type, as far as it has one, in a line or a few."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    try:
        if isinstance(shape, tuple) and dtype is not None:
            text = short(value)
            return f"{text} (shape {tuple(shape)}, {dtype})" if shape else f"{text} ({dtype})"
        if isinstance(value, tuple | list) and any(hasattr(part, "shape") for part in value):
            return clipped(f"{type(value).__name__} of " + ", ".join(map(described, value)), 400)
        return clipped(repr(value), 200)
    except Exception:
        return f"a {type(value).__name__}"


def short(value: Any) -> str:
    try:
        import numpy as np

        return np.array2string(
            np.asarray(value), precision=6, threshold=MAX_ELEMENTS, edgeitems=3, separator=", "
        )
    except Exception:
        return clipped(repr(value), 200)


def call_text(name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """The call with its arguments' shapes: `svm_loss(W: (3, 3) float64, ...)`."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):
        bound = {**{f"argument {index}": value for index, value in enumerate(args)}, **kwargs}
    return f"{name}({', '.join(f'{key}{argument(value)}' for key, value in bound.items())})"


def argument(value: Any) -> str:
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if isinstance(shape, tuple) and dtype is not None:
        return f": {tuple(shape)} {dtype}"
    if callable(value) or type(value).__module__.startswith("numpy.random"):
        return ""
    try:
        return f"={clipped(repr(value), 60)}"
    except Exception:
        return f": {type(value).__name__}"


def clipped(text: str, size: int = MAX_TEXT) -> str:
    return text if len(text) <= size else text[: size - 4] + " ..."
