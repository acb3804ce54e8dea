"""The assignment that an autograder.zip is about, with what a course has laid over it and brought along."""

from __future__ import annotations

import atexit
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...assignment import COURSE, Assignment, Course, read_course
from ...assignment import settings as assignments
from ...temporary import Folder


def shipped(options: Mapping[str, Any], source: Path) -> Assignment:
    """The assignment.

    Args:
        options: of the plugin, from `otter_config.json`.
        source: the folder that the zip was unpacked to. What the course has brought is unpacked elsewhere, to be
            there for as long as this process is.

    Raises:
        AssignmentError: there is no such assignment, or something is wrong with it.
    """
    name = options.get("assignment", "")
    if "course" not in options:
        return replace(assignments.load(name), python="")
    folder = Folder("course")
    atexit.register(folder.remove)
    with zipfile.ZipFile(source / options["course"]) as brought:
        brought.extractall(folder.path)
    course = read_course(folder.path / COURSE, folders=False)
    asked = assignments.load(name, Course(course.file, replace(course.settings, folders=(".",))))
    return replace(asked, python="")  # an image has one Python
