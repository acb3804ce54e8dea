"""Whose fault an exception is with which a test case ends. It is decided here and nowhere else.

Forgiven is what happens before anything of a submission's has been read. From then on whatever can be brought about by
what it has sent is its own fault: otherwise the way to points would be to make the grader fail.
"""

from __future__ import annotations

from ..sandbox import NotStarted, StudentError, Unusable


def charged(error: Exception, heard: bool) -> Exception | None:
    """The exception that a submission is charged with; None where the grader has failed, and nothing is decided.

    Args:
        error: what the case, or a part of it, has raised.
        heard: whether something of the submission's had come to it before: an answer, an error, a file of its own.

    Returns:
        A `StudentError` or an `AssertionError`, where there is one.
    """
    if isinstance(error, StudentError | AssertionError):
        return error
    if isinstance(error, NotStarted) or not heard:
        return None
    return Unusable("What came back could not be used:", f"{type(error).__name__}: {error}")
