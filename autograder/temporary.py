"""Temporary folders that do not outlive their run for long, however it ended.

A folder is locked for as long as its process, or one forked from it, lives: the kernel takes the lock back after
`kill -9` too. A process that makes its first folder removes those of dead ones before. What lies in them may be a
stranger's: nothing here follows a link or recurses as deep as a stranger nests folders.
"""

from __future__ import annotations

import fcntl
import functools
import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = "coursework-run-"
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW

ARGUMENTS = 200
"""Paths for one `rm`: of thousands with long names the kernel says that the list of arguments is too long."""


class Folder:
    """A folder of this process's, readable by its user alone; as a context it is removed at the end.

    Args:
        what: what it holds, for its name.

    Raises:
        OSError: there is no room for it.
    """

    def __init__(self, what: str) -> None:
        place = tempfile.gettempdir()
        _remove_dead(place)
        self._lock: int | None = None
        while self._lock is None:
            self.path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{what}-", dir=place))
            with suppress(FileNotFoundError):
                self._lock = os.open(self.path, FOLDER)
                # Some network file systems know no locks. There nothing is taken for dead.
                with suppress(OSError):
                    fcntl.flock(self._lock, fcntl.LOCK_EX)
            if self._lock is not None and not self.path.exists():
                # Another process, at its start, has taken it for a dead one's before it was locked.
                os.close(self._lock)
                self._lock = None

    def remove(self) -> None:
        """Remove it and what lies in it; a second time does nothing."""
        if self._lock is not None:
            remove(self.path)
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()


def remove(*paths: Path | str) -> None:
    """Remove files and folders, as far as it can be done: by `rm`, which folders nested a thousand deep do not stop."""
    for start in range(0, len(paths), ARGUMENTS):
        with suppress(OSError):
            subprocess.run(
                ["rm", "-rf", "--", *map(str, paths[start : start + ARGUMENTS])], capture_output=True
            )


def look_again() -> None:
    """Have the next folder look for those of dead processes: one may have ended since the last time."""
    _remove_dead.cache_clear()


@functools.cache
def _remove_dead(place: str) -> None:
    """Remove the folders of this user's dead processes."""
    for entry in os.scandir(place):
        if not entry.name.startswith(PREFIX):
            continue
        with suppress(OSError):  # it is no folder, or gone, or its process lives
            if entry.stat(follow_symlinks=False).st_uid != os.geteuid():
                continue
            lock = os.open(entry.path, FOLDER)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(entry.path)
            finally:
                os.close(lock)
