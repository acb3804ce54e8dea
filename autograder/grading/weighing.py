"""The test files of an assignment with the points that they are worth in a course."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Iterable
from pathlib import Path

from otter.nbmeta_config import NBMetadataConfig
from otter.test_files import TestFile, create_test_file

from colab_setup.checking.recording import freeze

from ..assignment import Assignment, AssignmentError, place


def weighed_files(assignment: Assignment, paths: Iterable[Path] | None = None) -> list[TestFile]:
    """Otter's test files; the cases of a question that is worth something else here are scaled alike.

    They serve many submissions, and what a function does to its arguments shows in the caller's: arrays of a file's own
    are read-only, so that no submission changes what the next one is given.

    Args:
        assignment: whose questions.
        paths: where the files lie; by default in the suite.

    Raises:
        AssignmentError: a file cannot be read as a test, has no points to scale, or nobody could earn any.
    """
    files = []
    for path in assignment.tests if paths is None else paths:
        try:
            files.append(create_test_file(str(path), NBMetadataConfig()))
        except (Exception, SystemExit) as error:
            frames = traceback.extract_tb(error.__traceback__)
            # Otter runs a test file as a string.
            lines = [frame.lineno for frame in frames if frame.filename in (str(path), "<string>")]
            at = error.lineno if isinstance(error, SyntaxError) else next(reversed(lines), None)
            raise AssignmentError(
                f"{path}{f', line {at}' if at else ''}: it cannot be read as a test: {type(error).__name__}: {error}."
            ) from error
    for file in files:
        for case in file.test_cases:
            freeze(list(case.body.test_func.__globals__.values()))
        if file.name in assignment.worth:
            _scale([file], assignment.worth[file.name])
    course = (assignment.course or {}).get("file")
    counted = assignment.written_counts and assignment.manual
    if (
        course
        and paths is None
        and assignment.worth
        and not counted
        and not any(file.possible for file in files)
    ):
        raise AssignmentError(
            f"{place(Path(course), 'points')}: [points] leaves nothing that anyone could earn."
        )
    if assignment.possible is not None:
        _scale(files, assignment.possible)
    return files


def _scale(files: list[TestFile], points: float) -> None:
    total = sum(float(case.points) for file in files for case in file.test_cases)
    if not total and points:
        raise AssignmentError(
            f"{files[0].path} has no points that could become {points:g}: give its cases some."
        )
    for file in files:
        file.test_cases = [
            dataclasses.replace(case, points=round(case.points * points / (total or 1), 6))
            for case in file.test_cases
        ]
