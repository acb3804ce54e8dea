"""Releases an assignment for tests that look at something else."""

import functools

import pytest

from autograder.authoring import release

_wheel = functools.cache(release.wheel)


def released(assignment, folder, language="en"):
    """The paths of the students' zip and of the grader's; the kit's wheel in it is built once in a process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "wheel", _wheel)
        return release.build(assignment, folder, language)
