"""What an engine leaves behind, by its end or when the run that had started it was killed.

Only what belongs to one engine's two folders is touched: processes that name them or run in its containers, and what is
mounted below them.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PATIENCE = 60
"""Seconds for a daemon to end with all that it has started."""

MAKING = "making"
"""The folder below the engine's in which things are made that nobody needs later."""

ENDS_WITH_US = ("setpriv", "--pdeathsig", "TERM")
"""Before a command: where this process is killed, the kernel asks the command to end."""


class LeftoverError(Exception):
    """Something cannot be removed; the message names it."""


def remove(folder: Path, short: Path) -> None:
    """End the daemon with its containers, and remove mounts and temporary folders.

    Args:
        folder: the engine's, whose images and layers stay.
        short: its folder for sockets and for what runs, which goes.

    Raises:
        LeftoverError: something stays mounted.
    """
    # A second SIGTERM makes the daemon leave without cleaning up; what is killed has been left by one that was killed.
    for number, hard in ((signal.SIGTERM, False), (signal.SIGKILL, True)):
        for process in _processes(folder, short, hard):
            with suppress(ProcessLookupError):
                os.kill(process, number)
        ends = time.monotonic() + PATIENCE
        while any(_processes(folder, short, hard)) and time.monotonic() < ends:
            time.sleep(0.2)
    for place in _mounted(folder, short):
        subprocess.run(["umount", place], capture_output=True)
    # Nothing is removed through a mount: it may be the machine's own /proc.
    if still := _mounted(folder, short):
        raise LeftoverError(f"Something is still mounted at {still[0]}: end what uses it, then unmount it.")
    for temporary in (short, folder / MAKING):
        if temporary.exists():
            shutil.rmtree(temporary)


def _mounted(*folders: Path) -> list[str]:
    """Places of mounts below the folders, the innermost first."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    return [
        place for place in reversed(places) if any(Path(place).is_relative_to(folder) for folder in folders)
    ]


def _processes(folder: Path, short: Path, hard: bool) -> Iterator[int]:
    """The daemon; with `hard` also its helpers, and what runs in its containers or makes its images."""
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
            name = os.path.basename(words[0])
            is_daemon = name == "dockerd" and str(folder / "data") in words
            is_helper = name.startswith("containerd") and any(word.startswith(f"{short}/") for word in words)
            if is_daemon or (hard and (is_helper or _lives_in(place, folder / "data"))):
                yield int(place.name)


def _lives_in(process: Path, data: Path) -> bool:
    """Whether what a process sees as / lies in a folder."""
    mounts = (process / "mountinfo").read_text().splitlines()
    return any(line.split()[4] == "/" and f"{data}/" in line for line in mounts)
