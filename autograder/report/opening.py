"""The results that pages are made of, opened; and why there are no pages."""

from __future__ import annotations

from pathlib import Path

from .. import grading
from ..assignment import Assignment, AssignmentError
from ..records import Store, StoreError


class ReportError(Exception):
    """There are no pages; the message says why and what to do."""


def opened(out: Path, course: Path | None) -> tuple[Assignment, Store]:
    """The assignment and the store of the results in a folder; see `grading.opened`.

    Raises:
        ReportError: there are none, or they cannot be used.
    """
    try:
        return grading.opened(out, course)
    except (StoreError, AssignmentError) as error:
        raise ReportError(str(error)) from error
