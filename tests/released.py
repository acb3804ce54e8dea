"""Releases an assignment for tests that look at something else."""

import fcntl
import os
import pickle
import shutil

import pytest

from autograder.authoring import release, wheels


def released(assignment, folder, language="en"):
    """The paths of the students' zip and of the grader's, below a folder of `tmp_path_factory`.

    Each is built once in a run, whatever process asks first, and copied; so is the kit's wheel in them.
    """
    base = folder.parents[1] if "PYTEST_XDIST_WORKER" in os.environ else folder.parent
    shared = base / "released"
    shared.mkdir(exist_ok=True)
    built = shared / language
    with (shared / "lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (built / f"{assignment.name}-autograder.zip").exists():
            patch.setattr(release, "wheel", lambda: _wheel(shared / "wheel"))
            release.build(assignment, built, language)
    folder.mkdir(exist_ok=True)
    return tuple(
        folder / shutil.copy(built / f"{assignment.name}{end}.zip", folder) for end in ("", "-autograder")
    )


def _wheel(kept):
    if not kept.exists():
        kept.write_bytes(pickle.dumps(wheels.wheel()))
    return pickle.loads(kept.read_bytes())
