"""The Pythons that workers may run under: the grader's own, or another of this machine with packages of its own."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import SandboxError

NEEDED = ("numpy", "msgpack")
"""Packages without which no worker comes up."""

NEEDED_BY_TORCH = ("torch", "safetensors")
"""The same where functions work on tensors."""

OLDEST = (3, 11)
"""What runs in a worker is written for this version and later ones."""

_ASK = """
import importlib.metadata as m, json, os, platform, sys, sysconfig
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = m.version(name)
    except m.PackageNotFoundError:
        pass
json.dump([os.path.realpath(sys.executable), os.path.realpath(sys.base_prefix), sysconfig.get_path("purelib"),
           platform.python_version(), found], sys.stdout)
"""

_ASK_SECONDS = 60


@dataclass(frozen=True)
class Interpreter:
    """A Python and where it finds packages.

    Attributes:
        executable: the program, behind all links.
        base: the folder that it is installed in.
        packages: the folder of the packages that workers may import.
        versions: of Python and of packages by name, where they are others than the grader's.
    """

    executable: str
    base: str
    packages: str
    versions: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.executable, self.packages))


OURS = Interpreter(
    os.path.realpath(sys.executable), os.path.realpath(sys.base_prefix), sysconfig.get_path("purelib")
)
"""The grader's own."""


@functools.cache
def interpreter(name: str, *, torch: bool = False) -> Interpreter:
    """The Python of this name.

    Args:
        name: a path, or a command such as python3.12; "" for the grader's own.
        torch: whether workers need torch.

    Raises:
        SandboxError: there is none, it is too old, or it lacks packages.
    """
    if not name:
        return OURS
    told = f"python = {name!r}"
    path = shutil.which(os.path.expanduser(name))
    if path is None:
        raise SandboxError(f"{told}: there is no such interpreter on this machine: give its path.")
    needed = (*NEEDED, *(NEEDED_BY_TORCH if torch else ()))
    try:
        command = [path, "-I", "-c", _ASK, *NEEDED, *NEEDED_BY_TORCH]
        asked = subprocess.run(command, capture_output=True, timeout=_ASK_SECONDS, check=True)
        executable, base, packages, number, found = json.loads(asked.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SandboxError(f"{told}: this is no Python that answers ({path}).") from error
    if tuple(map(int, number.split(".")[:2])) < OLDEST:
        least = ".".join(map(str, OLDEST))
        raise SandboxError(f"{told}: this is Python {number}, and workers need {least} or newer.")
    if lacking := [package for package in needed if package not in found]:
        raise SandboxError(
            f"{told}: it has no {' and no '.join(lacking)}, which workers need: {path} -m pip install {' '.join(lacking)}"
        )
    versions = {
        "python": number,
        **{package: found[package] for package in ("numpy", "torch") if package in found},
    }
    return Interpreter(executable, base, packages, versions)
