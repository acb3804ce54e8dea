"""What a sandboxed worker sees of this machine's disk, as options for bubblewrap.

It must never show the kit itself, wherever it is installed or checked out.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path

from .interpreters import OURS, Interpreter

INSIDE = Path(__file__).parents[1] / "inside"
"""The folder of all that a worker sees of the kit."""

KIT = Path(__file__).parents[2]
"""The folder of the `autograder` package."""

SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime")
"""What programs need of /etc; nothing else of it is there."""


def files_inside() -> dict[str, Path]:
    """All of the kit that a worker sees, by its path in there: modules, and not what Python has compiled, which tells
    where they lie."""
    return {file.relative_to(INSIDE).as_posix(): file for file in sorted(INSIDE.rglob("*.py"))}


def visible_files(secret: tuple[Path, ...], python: Interpreter = OURS) -> list[str]:
    """bubblewrap's options for what a worker sees.

    Args:
        secret: files and folders that it must not see, wherever they lie.
        python: what it runs under.
    """
    options: list[str] = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(name):
            options += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            options += ["--ro-bind", name, name]
    base = python.base
    # Made by name: the parents that bubblewrap makes by itself are closed to a worker that is not root.
    for folder in (
        *reversed(Path(base).parents),
        "/etc",
        "/env",
        "/worker",
        "/worker/inside",
        "/worker/inside/importing",
        "/data",
        "/attached",
    ):
        options += ["--dir", str(folder)]
    for name in SYSTEM_FILES:
        options += ["--ro-bind-try", name, name]
    if base != "/usr" and not base.startswith("/usr/"):
        options += ["--ro-bind", base, base]
    options += ["--ro-bind", python.packages, "/env/site-packages"]
    for name, file in files_inside().items():
        options += ["--ro-bind", str(file), f"/worker/inside/{name}"]
    views = {"/usr": "/usr", base: base, os.path.realpath(python.packages): "/env/site-packages"}
    for path in (*kit_files(python), *secret):
        options += _hide(path, views)
    return options


def _hide(path: Path, views: Mapping[str, str]) -> list[str]:
    """Options that cover a path in every view of a host folder that shows it."""
    real = os.path.realpath(path)
    covers: list[str] = []
    for host, inside in views.items():
        if real.startswith(host + "/") and os.path.lexists(real):
            place = inside + real[len(host) :]
            empty = ["--tmpfs", place, "--remount-ro", place]
            covers += empty if os.path.isdir(real) else ["--ro-bind", "/dev/null", place]
    return covers


@functools.cache
def kit_files(python: Interpreter = OURS) -> tuple[Path, ...]:
    """All places where this kit, installed or checked out, may lie on this machine, as an interpreter sees it."""
    folders = {KIT.parent, Path(OURS.packages), Path(python.packages)}
    folders.update(
        Path(base) / tail for base in ("/usr/lib", "/usr/local/lib") for tail in _package_folders(base)
    )
    for base in {OURS.base, python.base}:
        folders.update(Path(base) / "lib" / tail for tail in _package_folders(os.path.join(base, "lib")))
    own = ("autograder", "solutions", "assignments", "colab_setup")
    found: list[Path] = []
    if (KIT.parent / "pyproject.toml").exists():
        found.append(KIT.parent)
    for folder in folders:
        if folder.is_dir():
            found += [entry for entry in folder.iterdir() if entry.name in own or is_metadata(entry.name)]
    return tuple(found)


def _package_folders(base: str) -> list[str]:
    if not os.path.isdir(base):
        return []
    pythons = [name for name in os.listdir(base) if name.startswith("python")]
    return [f"{name}/{kind}" for name in pythons for kind in ("site-packages", "dist-packages")]


def is_metadata(name: str) -> bool:
    """Whether a name is that of what an installer writes beside the kit."""
    return (
        name.lower()
        .replace("-", "_")
        .lstrip("_")
        .startswith(("deep_learning_coursework", "editable___deep_learning_coursework"))
    )
