"""Workers without a sandbox, for code that the staff trusts and says so."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...temporary import Folder
from .file_system import INSIDE
from .interpreters import OURS, Interpreter
from .limits import Limits
from .process import WorkerProcess
from .starting import NOTHING, Layout, popen, readable, worker_command


@dataclass(frozen=True)
class Unconfined:
    """Workers as ordinary processes of this user: only the time, memory and protocol limits hold."""

    data: Mapping[str, Path] = field(default_factory=dict)
    name: str = "none"
    python: Interpreter = OURS

    def prepare(self, limits: Limits) -> None:
        """Nothing: each worker is started by itself."""

    def start(self, limits: Limits, attachments: Mapping[str, Path] = NOTHING) -> WorkerProcess:
        readable(attachments)
        scratch = Folder("worker")
        for name, path in self.data.items():
            os.symlink(path, scratch.path / f"{name}.npy")
        attached = scratch.path / "attached"
        attached.mkdir()
        for name, path in attachments.items():
            os.symlink(path.absolute(), attached / name)
        ours, theirs = socket.socketpair()
        layout = Layout(
            kit=str(INSIDE.parent),
            packages=self.python.packages,
            submission=f"{scratch.path}/submission",
            data=str(scratch.path),
            attached=str(attached),
        )
        command = worker_command(self.python.executable, layout, limits, sock=theirs.fileno())
        with theirs:
            return WorkerProcess(
                popen(command, limits, (theirs.fileno(),), cwd=str(scratch.path)), ours, scratch.remove
            )
