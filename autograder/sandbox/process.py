"""A worker as the grader holds it: a process, and one end of a socket.

Nothing that comes out of the socket is trusted; what is done here must end whatever the worker does.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import Any, Protocol

from . import protocol
from .errors import SandboxError

START_SECONDS = 60.0
"""How long a worker may take to come up, on a machine under load."""


class Process(Protocol):
    """What a worker's process must be able to do, as `subprocess.Popen` can."""

    @property
    def pid(self) -> int: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


@dataclass
class WorkerProcess:
    """A started worker and the grader's end of its socket."""

    process: Process
    sock: socket.socket
    scratch: tempfile.TemporaryDirectory[str] | None = None

    def wait_until_ready(self) -> None:
        """Raises SandboxError when the worker does not come up; no student code has run before that."""
        try:
            if protocol.receive(self.sock, time.monotonic() + START_SECONDS) == {"ready": True}:
                return
            reason = "it sent something else"
        except protocol.DeadlineExceeded:
            reason = f"it was not ready after {START_SECONDS:.0f} s"
        except (protocol.Disconnected, protocol.ProtocolError):
            reason = f"it ended with status {self.end()}"
        self.kill()
        raise SandboxError(
            f"A worker could not be started: {reason}. `bwrap --version` and the disk may tell why."
        )

    def end(self) -> int:
        """The exit status of a worker that has closed its socket, killed where it lingers."""
        try:
            return self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def kill(self) -> None:
        """End the worker and, through its process namespace, all that it may have started."""
        self.process.kill()
        self.process.wait()
        self.sock.close()
        if self.scratch is not None:
            self.scratch.cleanup()


def describe_status(status: int) -> tuple[str, bool]:
    """An exit status in words, and whether it looks like the memory ran out (a kill from outside)."""
    number: Any = -status if status < 0 else status - 128
    if status < 0 or status > 128:
        try:
            return f"it was ended by {signal.Signals(number).name}", number == signal.SIGKILL
        except ValueError:
            pass
    return f"it ended the process with status {status}", False
