"""Finds out what this machine has for grading and which ways to grade can work, and says what to do about what is missing.

What a submission takes is read from the suites' settings, where it stands as it was measured. Nothing must ever be changed
here: one worker is started, programs are asked for their versions, the rest is read.
"""

from __future__ import annotations

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
from ..assignment import Assignment
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


def examine(data: Path | None, folder: Path) -> Iterator[Finding]:
    """Look at everything that grading uses.

    Args:
        data: the images as the TA would name them to `autograder grade`, or None.
        folder: where results would be written.
    """
    yield Finding("Python", f"{platform.python_version()} ({sys.executable})")
    packages = [f"{name} {found}" for name, found in versions().items() if name != "python"]
    yield Finding("packages", ", ".join(packages))
    yield Finding("assignments", ", ".join(assignments.names()))
    confined = _sandbox(folder)
    yield confined
    yield _gpu()
    yield _data(data)
    free = shutil.disk_usage(folder).free / 1e9
    full = f"Free some of it, or give another --out than one in {folder}." if free < FREE_GB else ""
    yield Finding("disk", f"{free:.0f} GB free at {folder}", advice=full)
    yield from ways(confined.found if not confined.advice else "")


def ways(confined: str) -> Iterator[Finding]:
    """The ways to grade: whether each can work, and what a submission takes.

    Args:
        confined: the name of this machine's sandbox; "" where it has none.
    """
    suites = [assignments.load(name) for name in assignments.names()]
    bounds = tuple(_bounds(suite) for suite in suites)
    here = f"works, sandbox {confined}" if confined else "cannot work: there is no sandbox"
    yield Finding("grading here", here, details=bounds)
    details = tuple(_on_gradescope(suite) for suite in suites)
    made = "works with the autograder.zip that `autograder release` makes; this machine needs nothing for it"
    yield Finding("Gradescope", made, details=details)
    lacking = _lacking_for_docker()
    yield Finding(
        "otter grade",
        f"cannot work: {lacking[0]}"
        if lacking
        else "works with the autograder.zip that `autograder release` makes",
        advice=lacking[1] if lacking else "",
        details=tuple(_in_a_container(suite) for suite in suites),
    )
    if importlib.util.find_spec("ray") is None:
        advice = "Only --engine ray needs it: pip install 'deep-learning-coursework[ray]'."
        yield Finding("Ray", "cannot work: ray is not installed", advice=advice)
    else:
        all_machines = (
            "works on this machine; on a cluster, every machine needs the kit, a sandbox and the data"
        )
        yield Finding("Ray", all_machines if confined else here, details=bounds)


def _bounds(suite: Assignment) -> str:
    limits = suite.limits
    return (
        f"{suite.name}: a submission is stopped at {limits.memory_mb:,} MB and {limits.submission_seconds:g} s "
        "inside its code; what it usually takes: not measured"
    )


def _on_gradescope(suite: Assignment) -> str:
    told = []
    for data, memory in suite.container.memory_mb.items():
        more = f", more than the default of {GRADESCOPE_MB} MB: choose more" if memory > GRADESCOPE_MB else ""
        told.append(f"{_with(data)}needs {memory:,} MB{more}")
    for data, seconds in suite.container.processor_seconds.items():
        takes = seconds / GRADESCOPE_CORES
        told.append(
            f"{_with(data)}takes {takes:.0f} s of {suite.container.limit_seconds:.0f} s on the default half a core"
        )
    return f"{suite.name}: {'; '.join(told) or 'memory and seconds not measured'}"


def _with(data: str) -> str:
    return "" if data == "none" else f"{data} "


def _in_a_container(suite: Assignment) -> str:
    told = [f"{_with(data)}needs {memory:,} MB" for data, memory in suite.container.memory_mb.items()]
    told += [
        f"{_with(data)}takes {seconds:.0f} s of a core"
        for data, seconds in suite.container.processor_seconds.items()
    ]
    return f"{suite.name}: {'; '.join(told) or 'memory and seconds not measured'}"


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
        needing = [name for name in assignments.names() if assignments.load(name).limits.torch]
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
