"""Finds out what this machine has for grading, and says what to do about what is missing.

It must never change anything: it starts one worker and reads.
"""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from colab_setup.data import DataError, load
from colab_setup.gpu import find_gpus

from .. import sandbox
from ..assignment import settings as assignments
from .scoring import versions

FREE_GB = 2
"""Disk space below which a batch may end early."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: what it is.
        found: what there is.
        needed: whether nothing can be graded while it is missing.
        advice: what to do; "" where all is well.
    """

    what: str
    found: str
    needed: bool = False
    advice: str = ""


def examine(data: Path | None, folder: Path) -> Iterator[Finding]:
    """Look at everything that grading uses.

    Args:
        data: CIFAR-10 as the TA would name it to `autograder grade`, or None.
        folder: where results would be written.
    """
    yield Finding("Python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("packages", ", ".join(f"{name} {found}" for name, found in versions().items()))
    yield Finding("assignments", ", ".join(assignments.names()))
    yield _sandbox(folder)
    yield _gpu()
    yield _data(data)
    free = shutil.disk_usage(folder).free / 1e9
    full = f"Free some of it, or give another --out than one in {folder}." if free < FREE_GB else ""
    yield Finding("disk", f"{free:.0f} GB free at {folder}", advice=full)
    ray = importlib.util.find_spec("ray") is not None
    yield Finding("Ray", "installed" if ray else "not installed; only --engine ray needs it")


def _sandbox(folder: Path) -> Finding:
    try:
        chosen = sandbox.choose({}, (folder.resolve(),), allow_none=False)
    except sandbox.SandboxError as error:
        return Finding("sandbox", "none", needed=True, advice=str(error))
    return Finding("sandbox", chosen.name)


def _gpu() -> Finding:
    names = ", ".join(map(str, find_gpus())) or "none"
    if importlib.util.find_spec("torch") is None:
        return Finding("GPU", names, advice="torch is not installed: `gpu_training` cannot be graded.")
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
