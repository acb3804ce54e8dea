"""Workers where bubblewrap cannot run, as in a container that may make no namespaces.

A worker is a process among the others of the machine, held by what needs no privilege: the system call filter, limits,
no_new_privs, Landlock, and, where the grader is root, a user of its own. Files are then not absent but closed: by
Landlock or, where the kernel has none, by their mode, and a worker is not started where they are open. What this stops
less well than bubblewrap stands in INSIDE.md.
"""

from __future__ import annotations

import functools
import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import SandboxError
from ..inside import landlock
from . import users
from .file_system import SYSTEM_FILES, is_metadata, kit_files
from .interpreters import OURS, Interpreter
from .limits import Limits
from .process import WorkerProcess
from .scratch import Scratch, remove_left
from .starting import MAX_THREADS, NOTHING, Layout, gpus, popen, readable, worker_command

SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32")
KERNEL = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
OTHER_THREADS = 256
"""How many threads the grader's own user may start beside a worker that has the same."""


@dataclass(frozen=True)
class Unprivileged:
    """Workers without privileges among the other processes of the machine.

    Attributes:
        data: `.npy` files by name that the worker may map, read-only.
        secret: files and folders that the worker must not read, wherever they lie: results, other submissions.
        python: what workers run under.
    """

    data: Mapping[str, Path] = field(default_factory=dict)
    secret: tuple[Path, ...] = ()
    python: Interpreter = OURS

    @property
    def name(self) -> str:
        """What confines: a user of its own, Landlock, or both."""
        parts = [
            *(["another user"] if os.getuid() == 0 else []),
            *(["Landlock"] if landlock.version() else []),
        ]
        return f"unprivileged ({' and '.join(parts)})"

    def check(self) -> None:
        """Look whether files are closed to a worker on this machine.

        Raises:
            SandboxError: they are not; the sentence says which, and what to do.
        """
        if landlock.version():
            return
        if os.getuid() != 0:
            raise SandboxError(
                "the kernel has no Landlock, so only root can give student code a user that may not read the grader's files"
            )
        environment = _environment(self.python)
        for path in (*kit_files(self.python), *self.secret):
            # What holds the environment must be open, and what else is in it is looked at by itself; installers
            # write what lies beside the kit, which tells its version and where it is.
            if _holds(path, environment) or is_metadata(path.name):
                continue
            if users.open_to_others(path, environment):
                raise SandboxError(
                    f"the kernel has no Landlock, and {path} is open to all users: close it (`chmod -R go-rwx {path}`)"
                )

    def prepare(self, limits: Limits) -> None:
        """Nothing: each worker is started by itself."""

    def start(self, limits: Limits, attachments: Mapping[str, Path] = NOTHING) -> WorkerProcess:
        self.check()
        readable(attachments)
        locked = bool(landlock.version())
        if os.getuid() == 0 and not locked:
            remove_left()  # before a user is taken whose disk it would count against
        user = users.take() if os.getuid() == 0 else None
        scratch = Scratch.make(user.number if user else None, closed=locked)
        files = {
            **{f"{scratch.root}/data/{name}.npy": str(path) for name, path in self.data.items()},
            **{f"{scratch.root}/attached/{name}": str(path.absolute()) for name, path in attachments.items()},
        }
        read, listed = _visible(self.secret, self.python)
        own = [str(scratch.root / name) for name in ("worker", "data", "attached")]
        among_others: dict[str, Any] = {
            "landlock": locked,
            "environment": [str(path) for path in _environment(self.python)],
            "files": files,
            "read": [*read, *own, *files.values()],
            "listed": listed,
            "write": [str(scratch.home)],
            "devices": [path for path in (*DEVICES, *gpus(limits)) if os.path.exists(path)],
            "home": str(scratch.home),
        }
        rules = scratch.root / "worker/rules.json"
        rules.write_text(json.dumps(among_others), encoding="utf-8")
        ours, theirs = socket.socketpair()
        layout = Layout(
            kit=str(scratch.root / "worker"),
            packages=os.path.realpath(self.python.packages),
            submission=str(scratch.home / "submission"),
            data=str(scratch.root / "data"),
            attached=str(scratch.root / "attached"),
        )
        command = worker_command(
            self.python.executable,
            layout,
            limits,
            sock=theirs.fileno(),
            user=user.number if user else None,
            threads=MAX_THREADS if user else _threads_of(os.getuid()) + OTHER_THREADS,
            among_others=str(rules),
        )

        def clean_up() -> None:
            try:
                if user:
                    user.end()
            finally:
                scratch.remove()

        with theirs:
            try:
                process = popen(
                    command, limits, (theirs.fileno(),), cwd=str(scratch.root), home=str(scratch.home)
                )
            except OSError as error:
                ours.close()
                clean_up()
                raise SandboxError(f"a worker could not be started ({error})") from error
        worker = WorkerProcess(process, ours, clean_up)
        scratch.watch(process, limits.disk_mb << 20, worker.end_for("it filled its disk"))
        return worker


def _environment(python: Interpreter) -> tuple[Path, ...]:
    """The folders of the interpreter and of its packages, which may lie below closed ones."""
    return Path(python.base), Path(os.path.realpath(python.packages))


def _holds(path: Path, environment: tuple[Path, ...]) -> bool:
    return any(place.is_relative_to(path.resolve()) for place in environment)


@functools.cache
def _visible(secret: tuple[Path, ...], python: Interpreter) -> tuple[list[str], list[str]]:
    """What a worker may read of the system, and the folders of which it may see the names.

    A folder with something hidden below is opened piece by piece, since Landlock can only add.
    """
    hidden = {os.path.realpath(path) for path in (*kit_files(python), *secret)}
    shown = [os.path.realpath(path) for path in (*SYSTEM, *SYSTEM_FILES)]
    waiting = [path for path in dict.fromkeys(shown) if os.path.exists(path)]
    waiting += [str(path) for path in _environment(python)]
    read, listed = [path for path in KERNEL if os.path.exists(path)], []
    while waiting:
        path = waiting.pop()
        if any(place.startswith(path + "/") for place in hidden) and os.path.isdir(path):
            listed.append(path)
            with os.scandir(path) as entries:
                waiting += [
                    each.path for each in entries if not each.is_symlink() and each.path not in hidden
                ]
        else:
            read.append(path)
    return read, listed


def _threads_of(user: int) -> int:
    """How many threads a user has at the moment, which the limit of one more worker must leave alone."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            count += len(os.listdir(folder / "task")) if folder.stat().st_uid == user else 0
        except OSError:
            continue
    return count
