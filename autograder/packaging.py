"""Puts into a wheel, below `autograder`, what lies beside the package in a checkout. Only pyproject.toml names it."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

ROOMS = ("solutions", "assignments")
LITTER = shutil.ignore_patterns("__pycache__", "pictures")


class BuildWithRooms(build_py):  # type: ignore[misc]  # setuptools brings no types
    """The ordinary build, and the rooms of the assignments."""

    def run(self) -> None:
        """Build, in the root of a checkout."""
        super().run()
        if self.editable_mode:
            return
        for room in ROOMS:
            shutil.copytree(room, Path(self.build_lib, "autograder", room), ignore=LITTER, dirs_exist_ok=True)
        shutil.copy("constraints.txt", Path(self.build_lib, "autograder"))
