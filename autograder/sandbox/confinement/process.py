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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ..errors import SandboxError
from ..inside import protocol

START_SECONDS = 60.0
"""How long a worker may take to come up, on a machine under load."""

KILL_SECONDS = 60.0
"""How long the kernel may take to end a worker that was killed, before it is left behind."""


FORGIVEN = 20
"""How many kills from outside cost a submission nothing. A process can bring such a kill about by a trick, or by
growing until a service for lack of memory ends it, so there is a bound."""


class Process(Protocol):
    """What a worker's process must be able to do, as `subprocess.Popen` can."""

    @property
    def pid(self) -> int: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


@dataclass(frozen=True)
class Ending:
    """How a process has ended.

    Attributes:
        told: in words.
        killed: whether it was killed.
        from_outside: whether it was, and the kernel has meanwhile ended no process for lack of memory: most likely a
            person or another program has done it.
    """

    told: str
    killed: bool = False
    from_outside: bool = False


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
    _short: int | None = field(default_factory=lambda: killed_for_memory())
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
            reason = self.end().told
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

    def begin_anew(self) -> None:
        """Whom the kernel has ended so far says nothing of how this process ends."""
        self._short = killed_for_memory()

    def end(self) -> Ending:
        """How a worker has ended that has closed its socket, killed where it lingers; it never raises."""
        with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired):
            told, killed = _described(self.process.wait(timeout=2))
            before, now = self._short, killed_for_memory()
            return Ending(told, killed, killed and now is not None and now == before)
        self.kill()
        return Ending("it closed its socket and went on", killed=True)

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


def killed_for_memory() -> int | None:
    """How many processes of this machine the kernel has ended so far for lack of memory; None where it does not tell."""
    with contextlib.suppress(OSError, ValueError), open("/proc/vmstat", encoding="ascii") as file:
        for line in file:
            name, _, number = line.partition(" ")
            if name == "oom_kill":
                return int(number)
    return None


def _described(status: int) -> tuple[str, bool]:
    """An exit status in words, and whether it is that of a process which was killed."""
    number: Any = -status if status < 0 else status - 128
    if status < 0 or status > 128:
        try:
            return f"it was ended by {signal.Signals(number).name}", number == signal.SIGKILL
        except ValueError:
            pass
    return f"it ended the process with status {status}", False
