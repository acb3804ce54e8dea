"""Leaves a runtime in which Otter works: it needs ipywidgets 8.1.5, and Colab is reported to have loaded an older one.

What is not yet imported needs no more than `pip install`. Old modules that are loaded already are taken out of
`sys.modules`, so that the next import finds the new ones; only where that does not help is the kernel restarted.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import subprocess
import sys

from . import runtime
from .runtime import SetupError

REQUIREMENTS = ("otter-grader==7.0.*", "ipywidgets>=8.1.5")
INSTALL_SECONDS = 600

_OTTER = (7, 0)
_WIDGETS = (8, 1, 5)
_PURGED = ("ipywidgets", "ipylab", "otter")


class PackageError(SetupError):
    """Why Otter cannot be used in this runtime: one sentence for the student, with what to do next."""


class RestartError(PackageError):
    """The kernel restarts by itself, and the cell has to be run again."""


def prepare_otter(*, install: bool) -> str:
    """Make `import otter` work in this process, and say which Otter that is.

    `install` lets pip install or upgrade it. In a notebook whose kernel has to be restarted this restarts it,
    and raises RestartError. Raises PackageError too where Otter cannot be installed or imported.
    """
    if not _installed_well():
        if not install:
            raise PackageError(
                f"{_lack()}: run `pip install {' '.join(map(repr, REQUIREMENTS))}`, then this again."
            )
        _pip_install()
        importlib.invalidate_caches()
        if not _installed_well():
            raise PackageError(f"{_lack()} although pip installed it: choose Runtime > Restart session.")
    loaded_before = _loaded_old()
    if loaded_before:
        _purge()
    if runtime.kernel() is not None:
        _try_import(loaded_before)
    return f"otter-grader {_version('otter-grader')}, ipywidgets {_version('ipywidgets')}"


def _try_import(loaded_before: bool) -> None:
    try:
        importlib.import_module("otter")
    except Exception as error:
        if loaded_before:
            restart_kernel()
            raise RestartError(
                "The old ipywidgets was replaced and the kernel restarts by itself: run this cell again in a moment."
            ) from error
        raise PackageError(
            f"Otter is installed but cannot be imported ({type(error).__name__}: {error}): choose Runtime > "
            "Restart session, and check with `!python -m colab_setup check` meanwhile."
        ) from error


def restart_kernel() -> None:
    """Restart the kernel of this notebook when the cell has ended."""
    from IPython import Application

    Application.instance().kernel.do_shutdown(True)


def _installed_well() -> bool:
    otter, widgets = _version("otter-grader"), _version("ipywidgets")
    return bool(otter and widgets and _numbers(otter)[:2] == _OTTER and _numbers(widgets) >= _WIDGETS)


def _lack() -> str:
    otter, widgets = _version("otter-grader"), _version("ipywidgets")
    if otter is None:
        return "Otter, which grader.check needs, is not installed"
    if _numbers(otter)[:2] != _OTTER:
        return f"Otter {otter} is installed, and this assignment needs 7.0"
    return f"ipywidgets {widgets} is installed, and Otter needs 8.1.5 or newer"


def _loaded_old() -> bool:
    loaded = sys.modules.get("ipywidgets")
    return loaded is not None and _numbers(str(getattr(loaded, "__version__", "0"))) < _WIDGETS


def _purge() -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] in _PURGED:
            del sys.modules[name]


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _pip_install() -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *REQUIREMENTS,
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=INSTALL_SECONDS
        )
        said = done.stderr.strip().splitlines()
        reason = said[-1] if said else f"pip ended with {done.returncode}"
        failed = done.returncode != 0
    except (OSError, subprocess.TimeoutExpired) as error:
        failed, reason = True, f"pip did not end: {error}"
    if failed:
        raise PackageError(
            f"Otter could not be installed ({reason[:200]}): look at the connection and run this cell again; "
            "`!python -m colab_setup check` checks without it."
        )
