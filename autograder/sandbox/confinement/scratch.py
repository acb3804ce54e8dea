"""The folder on disk of a worker that has no file system of its own: made, watched while it fills, and removed.

What lies in it is a stranger's work: nothing here may follow a link, recurse as deep as a stranger nests folders, or
end with an error because of what is found.
"""

from __future__ import annotations

import functools
import os
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...temporary import Folder, remove
from . import users
from .file_system import files_inside

SECONDS_BETWEEN_LOOKS = 0.2
MAX_FILES = 10_000
MAX_DEPTH = 50
SYSTEM = frozenset({"bin", "boot", "dev", "lib", "lib32", "lib64", "libx32", "proc", "sbin", "sys", "usr"})
"""Where nobody but root writes, or what is no disk; of `/dev` see `places`."""

MOST_FOLDERS = 5_000
"""Folders that are looked at for whether everybody may write there, those near the root first."""


@dataclass(frozen=True)
class Scratch:
    """A worker's folder.

    Attributes:
        folder: the grader's, in which a worker finds its files and links to its data.
        user: the worker's user, or None where it is the grader's own.
        elsewhere: further folders that the user may be able to write to.
    """

    folder: Folder
    user: int | None
    elsewhere: tuple[str, ...]

    @classmethod
    def make(cls, user: int | None, *, closed: bool) -> Scratch:
        """Make the folder, with copies of the kit's files for the worker.

        Args:
            user: the worker's, None for the grader's own.
            closed: whether the worker cannot write outside of it.
        """
        folder = Folder("worker")
        root = folder.path
        root.chmod(0o711)  # a worker may pass; the folder's name is not known to others
        for name in ("worker", "worker/inside", "worker/inside/importing", "data", "attached"):
            (root / name).mkdir(mode=0o755)
        for name, file in files_inside().items():
            copy = root / "worker/inside" / name
            shutil.copyfile(file, copy)
            copy.chmod(0o644)
        home = root / "home"
        home.mkdir(mode=0o700)
        if user is not None:
            os.chown(home, user, user)
        return cls(folder, user, () if closed else places())

    @property
    def root(self) -> Path:
        """Where the folder lies."""
        return self.folder.path

    @property
    def home(self) -> Path:
        """The one folder that the worker may write to."""
        return self.root / "home"

    def watch(self, process: subprocess.Popen[bytes], most: int, too_much: Callable[[], None]) -> None:
        """Look at how much the worker has written, until it ends; then, once, say that it is too much.

        Args:
            process: the worker.
            most: bytes.
            too_much: called from a thread of its own.
        """

        def look() -> None:
            while process.poll() is None:
                if self.used(process.pid) > most:
                    too_much()
                    return
                time.sleep(SECONDS_BETWEEN_LOOKS)

        threading.Thread(target=look, name=f"disk of {process.pid}", daemon=True).start()

    def used(self, pid: int) -> float:
        """Bytes on disk in the worker's files, those included that it has removed and still holds open.

        Infinity stands for what is not worth counting: too many files, or folders nested too deep.
        """
        total = files = 0
        with suppress(OSError):  # it may end meanwhile
            for entry in os.scandir(f"/proc/{pid}/fd"):
                with suppress(OSError):
                    status = entry.stat()
                    total += (
                        512 * status.st_blocks if stat.S_ISREG(status.st_mode) and not status.st_nlink else 0
                    )
        waiting = [(str(self.home), 0), *((place, 0) for place in self._others())]
        while waiting:
            folder, depth = waiting.pop()
            if depth > MAX_DEPTH or files > MAX_FILES:
                return float("inf")
            try:
                status = os.lstat(folder)
                total += 512 * status.st_blocks
                if not stat.S_ISDIR(status.st_mode):
                    continue
                with os.scandir(folder) as entries:
                    for entry in entries:
                        files += 1
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append((entry.path, depth + 1))
                        else:
                            total += 512 * entry.stat(follow_symlinks=False).st_blocks
            except FileNotFoundError:
                continue
            except OSError:
                return float("inf")
        return total

    def _others(self) -> list[str]:
        """What the worker's user owns where everybody may write."""
        found = []
        for place in self.elsewhere:
            with suppress(OSError), os.scandir(place) as entries:
                for entry in entries:
                    with suppress(OSError):
                        if self.user is not None and entry.stat(follow_symlinks=False).st_uid == self.user:
                            found.append(entry.path)
        return found

    def remove(self) -> None:
        """Remove the folder and what the user has left elsewhere; the worker must have ended."""
        remove(*self._others())
        self.folder.remove()


@functools.cache
def places() -> tuple[str, ...]:
    """Where everybody may write on this machine, and a worker too where no Landlock stops it: also below `/tmp` and others,
    in whatever somebody has opened to all."""
    starts = [f"/{name}" for name in os.listdir("/") if name not in SYSTEM]
    waiting = [*starts, tempfile.gettempdir(), "/dev/shm", "/dev/mqueue", "/tmp"]
    found: dict[str, None] = {}
    for _ in range(MOST_FOLDERS):
        if not waiting:
            break
        folder = waiting.pop()
        with suppress(OSError):
            status = os.lstat(folder)
            # A worker's own are removed as a whole.
            if not stat.S_ISDIR(status.st_mode) or users.is_workers(status.st_uid):
                continue
            if status.st_mode & 0o002:
                found[folder] = None
            if status.st_mode & 0o001:
                with os.scandir(folder) as entries:
                    waiting[:0] = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    return tuple(found)


@functools.cache
def remove_left() -> None:
    """Remove what the workers of graders that were killed have left where everybody may write; once is enough."""
    left: dict[int, list[str]] = {}
    for place in places():
        with suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                with suppress(OSError):
                    if users.is_workers(number := entry.stat(follow_symlinks=False).st_uid):
                        left.setdefault(number, []).append(entry.path)
    for number, paths in left.items():
        if user := users.claim(number):
            remove(*paths)
            user.end()


def look_again() -> None:
    """Have the next worker look for what others have left: a grader beside this process may have ended since."""
    remove_left.cache_clear()
    places.cache_clear()
