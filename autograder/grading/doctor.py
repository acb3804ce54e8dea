"""Finds out what this machine has for grading and which ways to grade can work, and says what to do about what is missing.

What a submission takes is read from the suites' settings, where it stands as it was measured. Nothing must ever be changed
here: one worker is started, programs are asked for their versions, the rest is read.
"""

from __future__ import annotations

import contextlib
import importlib.util
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from colab_setup.data import DataError, load
from colab_setup.machine import find_gpus

from .. import sandbox
from ..assignment import Assignment, AssignmentError, Course
from ..assignment import settings as assignments
from ..records import versions

FREE_GB = 2
"""Disk space below which a batch may end early."""


GRADESCOPE_MB, GRADESCOPE_CORES = 768, 0.5
"""What Gradescope gives a container where nothing else was chosen."""

_ASK_SECONDS = 20
"""Longest that a program may take to say what it is."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: what it is.
        found: what there is.
        needed: whether nothing can be graded while it is missing.
        advice: what to do; "" where all is well.
        details: more of it, a line each.
    """

    what: str
    found: str
    needed: bool = False
    advice: str = ""
    details: tuple[str, ...] = ()

    @property
    def hinders(self) -> bool:
        """Whether nothing can be graded before something is done."""
        return self.needed and bool(self.advice)


def examine(data: Path | None, folder: Path, course: Course | None = None) -> Iterator[Finding]:
    """Look at everything that grading uses.

    Args:
        data: the images as the TA would name them to `autograder grade`, or None.
        folder: where results would be written; it need not be there.
        course: the course's file, whose own assignments are looked at too.
    """
    folder = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())
    yield Finding("Python", f"{platform.python_version()} ({sys.executable})")
    packages = [f"{name} {found}" for name, found in versions().items() if name != "python"]
    yield Finding("packages", ", ".join(packages))
    yield Finding("assignments", ", ".join(assignments.names(course)))
    if course is not None:
        yield _course(course)
        data = data or course.place(course.settings.data)
    confined = _sandbox(folder)
    yield confined
    yield _gpu()
    if course is None or any(one.training and one.training.images for one in _asked(course)):
        yield _data(data)
    free = shutil.disk_usage(folder).free / 1e9
    full = f"Free some of it, or give another --out than one in {folder}." if free < FREE_GB else ""
    yield Finding("disk", f"{free:.0f} GB free at {folder}", advice=full)
    yield from ways(confined.found if not confined.advice else "", course)


def ways(confined: str, course: Course | None = None) -> Iterator[Finding]:
    """The ways to grade: whether each can work, and what a submission takes.

    Args:
        confined: the name of this machine's sandbox; "" where it has none.
        course: see `examine`.
    """
    known = list(_assignments(course))
    bounds = tuple(_bounds(one) for one in known)
    here = f"works, sandbox {confined}" if confined else "cannot work: there is no sandbox"
    yield Finding("grading here", here, details=bounds)
    details = tuple(_on_gradescope(one) for one in known)
    made = "works with the autograder.zip that `autograder release` makes; this machine needs nothing for it"
    yield Finding("Gradescope", made, details=details)
    lacking = _lacking_for_docker()
    yield Finding(
        "otter grade",
        f"cannot work: {lacking[0]}"
        if lacking
        else "works with the autograder.zip that `autograder release` makes",
        advice=lacking[1] if lacking else "",
        details=tuple(_in_a_container(one) for one in known),
    )
    if importlib.util.find_spec("ray") is None:
        advice = "Only --engine ray needs it: pip install 'deep-learning-coursework[ray]'."
        yield Finding("Ray", "cannot work: ray is not installed", advice=advice)
    else:
        all_machines = (
            "works on this machine; on a cluster, every machine needs the kit, a sandbox and the data"
        )
        yield Finding("Ray", all_machines if confined else here, details=bounds)


def _assignments(course: Course | None = None) -> Iterator[Assignment]:
    """All assignments that can be used, as they stand without a course; what is wrong with others `_course` says."""
    for name in assignments.names(course):
        with contextlib.suppress(AssignmentError):
            yield assignments.load_from(assignments.find(name, course))


def _asked(course: Course) -> Iterator[Assignment]:
    """The course's assignment, where it can be used."""
    with contextlib.suppress(AssignmentError):
        yield assignments.load("", course)


def _course(course: Course) -> Finding:
    try:
        asked = assignments.load("", course)
    except AssignmentError as error:
        return Finding("course", f"{course.file} cannot be used", needed=True, advice=str(error))
    lacking = [
        f"{setting} = {path!r} is not there"
        for setting, path in (("roster", course.settings.roster), ("data", course.settings.data))
        if path and not Path(course.file.parent, Path(path).expanduser()).exists()
    ]
    details = tuple(
        f"{what}: {where}" for what, where in (("suite", asked.suite), ("solutions", asked.solutions))
    )
    advice = f"{', '.join(lacking)}: put it there, or correct {course.file}." if lacking else ""
    return Finding("course", f"{course.file} asks {asked.name}", needed=True, advice=advice, details=details)


def _bounds(assignment: Assignment) -> str:
    limits = assignment.limits
    return (
        f"{assignment.name}: a submission is stopped at {limits.memory_mb:,} MB and {limits.submission_seconds:g} s "
        "inside its code; what it usually takes: not measured"
    )


def _on_gradescope(assignment: Assignment) -> str:
    told = []
    for data, memory in assignment.container.memory_mb.items():
        more = f", more than the default of {GRADESCOPE_MB} MB: choose more" if memory > GRADESCOPE_MB else ""
        told.append(f"{_with(data)}needs {memory:,} MB{more}")
    for data, seconds in assignment.container.processor_seconds.items():
        takes = seconds / GRADESCOPE_CORES
        told.append(
            f"{_with(data)}takes {takes:.0f} s of {assignment.container.limit_seconds:.0f} s on the default half a core"
        )
    return f"{assignment.name}: {'; '.join(told) or 'memory and seconds not measured'}"


def _with(data: str) -> str:
    return "" if data == "none" else f"{data} "


def _in_a_container(assignment: Assignment) -> str:
    told = [f"{_with(data)}needs {memory:,} MB" for data, memory in assignment.container.memory_mb.items()]
    told += [
        f"{_with(data)}takes {seconds:.0f} s of a core"
        for data, seconds in assignment.container.processor_seconds.items()
    ]
    return f"{assignment.name}: {'; '.join(told) or 'memory and seconds not measured'}"


def _lacking_for_docker() -> tuple[str, str] | None:
    """The first thing that `otter grade` lacks here, and what to do about it."""
    if shutil.which("docker") is None:
        return "there is no docker command", "Install Docker Engine (on Debian: sudo apt install docker.io)."
    if not _answers("docker", "version", "--format", "{{.Server.Version}}"):
        return (
            "no Docker engine answers",
            "Start it (sudo systemctl start docker), or join the group `docker`.",
        )
    if not _answers("docker", "buildx", "version"):
        return "docker has no buildx, with which Otter builds its image", "Install docker-buildx."
    return None


def _answers(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=_ASK_SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _sandbox(folder: Path) -> Finding:
    try:
        chosen = sandbox.choose({}, (folder.resolve(),), allow_none=False)
    except sandbox.SandboxError as error:
        return Finding("sandbox", "none", needed=True, advice=str(error))
    return Finding("sandbox", chosen.name)


def _gpu() -> Finding:
    names = ", ".join(map(str, find_gpus())) or "none"
    if importlib.util.find_spec("torch") is None:
        needing = [one.name for one in _assignments() if one.limits.torch]
        return Finding("GPU", names, advice=f"torch is not installed: {', '.join(needing)} cannot be graded.")
    import torch

    if torch.cuda.is_available():
        return Finding("GPU", names)
    unused = "torch cannot use it: install a build of torch for CUDA." if names != "none" else ""
    return Finding("GPU", f"{names}; models are trained on the CPU", advice=unused)


def _data(data: Path | None) -> Finding:
    try:
        found = load(data)
    except DataError as error:
        return Finding("data", "unusable", needed=True, advice=str(error))
    return Finding("data", found.source)
