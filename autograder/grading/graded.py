"""The assignment of results that lie in a folder, as the course asks it now."""

from __future__ import annotations

from pathlib import Path

from ..assignment import Assignment, AssignmentError, read_course
from ..assignment import settings as assignments
from ..records import assignment_of, course_of
from .results import STORE


def assignment_in(out: Path, course: Path | None = None) -> Assignment:
    """The assignment that was graded, with what its course's file says by now.

    Args:
        out: the folder of the results.
        course: the course's file; by default the one that the last grading used.

    Raises:
        StoreError: there are no results.
        AssignmentError: the course's file is gone, or something is wrong with it or the assignment.
    """
    name = assignment_of(out / STORE)
    used = course or course_of(out / STORE)
    if used is None:
        return assignments.load(name)
    if not used.is_file():
        raise AssignmentError(
            f"{used}, with which this was graded, is not there: give the course's file by --course."
        )
    return assignments.load(name, read_course(used))
