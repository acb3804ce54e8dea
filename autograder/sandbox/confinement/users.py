"""Users of their own for workers, where the grader is root: no two workers at a time have the same.

A worker can then not signal, trace or read another, and nothing that it starts is left.
"""

from __future__ import annotations

import os
import pwd
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import SandboxError

FIRST, LAST = 60578, 61183
"""Numbers that Debian, Fedora and systemd leave unused, below 65,536 as in a container with mapped users."""


@dataclass(frozen=True)
class User:
    """A user that is taken for as long as `claim` is open."""

    number: int
    claim: socket.socket

    def end(self) -> None:
        """End all processes of the user, and give it back."""
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                with suppress(OSError):
                    if entry.stat().st_uid == self.number:
                        os.kill(int(entry.name), signal.SIGKILL)
        self.claim.close()


def is_workers(number: int) -> bool:
    """Whether a user's number is one of those that workers get."""
    return FIRST <= number <= LAST


def claim(number: int) -> User | None:
    """The user of a number; None where another grader has it, or a person, or it is none of a worker's."""
    if not is_workers(number):
        return None
    with suppress(KeyError):
        pwd.getpwuid(number)
        return None
    name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        name.bind(f"\0coursework-worker-{number}")
    except OSError:
        name.close()
        return None
    return User(number, name)


def take() -> User:
    """Take a user that no other grader on this machine has.

    The claim is a socket's name, which the kernel takes back however the grader ends.

    Raises:
        SandboxError: all are taken.
    """
    count = LAST - FIRST + 1
    for step in range(count):
        if user := claim(FIRST + (os.getpid() + step) % count):
            return user
    raise SandboxError(f"No user is left for a worker: all of {FIRST} to {LAST} are taken by other graders.")


def open_to_others(path: Path, held: tuple[Path, ...] = ()) -> bool:
    """Whether a user who owns nothing may come to a path: by the way from the root, or up from a folder held open.

    Args:
        path: a file or folder.
        held: folders that the user has open, wherever they lie.
    """

    def passable(folder: Path) -> bool:
        return bool(folder.stat().st_mode & 0o001)

    path = path.resolve()
    if not path.exists() or not path.stat().st_mode & 0o007:
        return False
    starts = {Path("/")}
    for start in held:
        for folder in (start, *start.parents):
            starts.add(folder)
            if not passable(folder):
                break
    for parent in path.parents:
        if not passable(parent):
            return False
        if parent in starts:
            return True
    return False
