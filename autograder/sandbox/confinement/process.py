"""A worker as the grader holds it: a process, and one end of a socket.

Nothing that comes out of the socket is trusted; what is done here must end whatever the worker does.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..errors import SandboxError
from ..inside import protocol

START_SECONDS = 60.0
"""How long a worker may take to come up, on a machine under load."""

KILL_SECONDS = 60.0
"""How long the kernel may take to end a worker that was killed, before it is left behind."""


class Process(Protocol):
    """What a worker's process must be able to do, as `subprocess.Popen` can."""

    @property
    def pid(self) -> int: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


@dataclass
class WorkerProcess:
    """A started worker and the grader's end of its socket.

    Attributes:
        process: the worker, or the bubblewrap around it.
        sock: the grader's end.
        clean_up: what there is to do when it has ended.
        fault: why the grader has ended it, where it did so while a call was under way.
    """

    process: Process
    sock: socket.socket
    clean_up: Callable[[], None] | None = None
    fault: str = ""
    _number: int = 0
    _read: tuple[float, float] | None = None

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
            f"a worker could not be started: {reason}. The machine's disk and memory may tell why."
        )

    def cpu_seconds(self) -> float:
        """Processor time that the worker has used, all of its threads together, as the kernel counts it.

        Where the kernel does not tell it, wall-clock time goes on from what was read last: a worker that ends itself
        after its answer does not stop the clock that the answer is measured with.
        """
        now = time.perf_counter()
        try:
            seconds = processor_clock(self.number())()
        except OSError:
            before, at = self._read or (0.0, now)
            seconds = before + now - at
        self._read = seconds, now
        return seconds

    def number(self) -> int:
        """The number of the innermost process below the one that was started, which is the worker; the others only wait
        for it.

        Raises:
            OSError: the kernel does not tell it.
        """
        if not self._number:
            number = self.process.pid
            while children := _children(number):
                number = int(children[-1])
            self._number = number
        return self._number

    def end(self) -> int:
        """The exit status of a worker that has closed its socket, killed where it lingers; it never raises."""
        with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
            return self.process.wait(timeout=2)
        self.kill()
        return -signal.SIGKILL

    def kill(self) -> None:
        """End the worker and, through its process namespace, all that it may have started.

        A second time does nothing, and it never raises: the worker may be gone at any moment, and what it has left may
        be hard to remove. Both are in the hands of a submission, which must not make the grader fail.
        """
        clean_up, self.clean_up = self.clean_up, None
        steps = (self.process.kill, self.sock.close, lambda: self.process.wait(KILL_SECONDS), clean_up)
        for step in steps:
            with contextlib.suppress(Exception):
                if step is not None:
                    step()

    def end_for(self, fault: str) -> Callable[[], None]:
        """What ends the worker for a reason while someone else waits for its reply."""

        def end() -> None:
            self.fault = fault
            with contextlib.suppress(OSError):  # it has ended by itself
                self.process.kill()

        return end


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def processor_clock(pid: int) -> Callable[[], float]:
    """What tells the processor time that a process has used, in seconds; it raises OSError when that has ended."""
    number = (~pid << 3) | 2  # the clock of a process by its number, as clock_getcpuclockid(3) makes it
    return lambda: time.clock_gettime(number)


def describe_status(status: int) -> tuple[str, bool]:
    """An exit status in words, and whether it looks like the memory ran out (a kill from outside)."""
    number: Any = -status if status < 0 else status - 128
    if status < 0 or status > 128:
        try:
            return f"it was ended by {signal.Signals(number).name}", number == signal.SIGKILL
        except ValueError:
            pass
    return f"it ended the process with status {status}", False
