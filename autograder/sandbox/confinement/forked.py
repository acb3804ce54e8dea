"""The grader's end of a `fork_server`: starts it once, and has it fork a worker for every submission.

Only the template writes to the control socket, and it runs nothing of a student's.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable

from ..errors import SandboxError
from .process import START_SECONDS, Process, WorkerProcess


class ForkedProcess:
    """A worker that a template has forked.

    Args:
        pidfd: stands for the process.
        status_fd: brings its exit status when it has ended.
    """

    def __init__(self, pidfd: int, status_fd: int) -> None:
        self.pidfd, self.status_fd = pidfd, status_fd
        os.set_blocking(status_fd, False)
        # Several threads may end one process. When one has seen its end, the numbers are soon those of other files.
        self._lock = threading.Lock()
        self.status: int | None = None

    @property
    def pid(self) -> int:
        """Its number in the grader's process namespace.

        Raises:
            ProcessLookupError: it has ended.
        """
        with self._lock:
            if self.status is None:
                with open(f"/proc/self/fdinfo/{self.pidfd}", encoding="ascii") as file:
                    number = next((int(line.split()[1]) for line in file if line.startswith("Pid:")), -1)
                if number > 0:
                    return number
        raise ProcessLookupError

    def kill(self) -> None:
        """End it and all that it may have started."""
        # It may have ended by itself, after its last reply: the template has reaped it then.
        with contextlib.suppress(ProcessLookupError), self._lock:
            if self.status is None:
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status.

        Raises:
            subprocess.TimeoutExpired: it has not ended in so many seconds.
        """
        if self.status is None:
            waiting = select.poll()  # select() knows no file numbers above 1,023
            waiting.register(self.status_fd, select.POLLIN)
            if not waiting.poll(None if timeout is None else 1000 * timeout):
                raise subprocess.TimeoutExpired("worker", timeout or 0.0)
            with self._lock:
                if self.status is None:
                    try:
                        told = os.read(self.status_fd, 16)
                    except BlockingIOError:  # another thread's end was seen: nobody waits without an end
                        raise subprocess.TimeoutExpired("worker", timeout or 0.0) from None
                    # Where the template is gone, so are its copies.
                    self.status = int(told or -signal.SIGKILL)
                    os.close(self.pidfd)
                    os.close(self.status_fd)
        return self.status


class ForkServer:
    """A template, which is started when a copy of it is wanted, and again where it has been ended from outside.

    Args:
        start: starts it, given the file descriptor of its control socket.

    Attributes:
        process: the template, if there is one.
    """

    def __init__(self, start: Callable[[int], Process]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._closed = False
        self.process: Process | None = None

    def prepare(self) -> None:
        """Start it, if it is not yet.

        Raises:
            SandboxError: it does not come up.
        """
        with self._lock:
            if self.process is None:
                self._begin()

    def fork(self) -> WorkerProcess:
        """A new worker.

        Raises:
            SandboxError: the template gives none.
        """
        # Request and answer belong together: two threads would get each other's worker.
        with self._lock:
            if self.process is not None:
                # The system may have ended it, perhaps for lack of memory.
                with contextlib.suppress(SandboxError):
                    return self._copy()
            self._begin()
            return self._copy()

    def close(self) -> None:
        """End the template and all of its copies; there are no more."""
        with self._lock:
            self._closed = True
            self._end()

    def _begin(self) -> None:
        if self._closed:
            raise SandboxError("There are no workers any more: their template is closed.")
        self._control, theirs = socket.socketpair()
        with theirs:
            self.process = self._start(theirs.fileno())
        self._control.settimeout(START_SECONDS)
        self._expect(b"ready")

    def _copy(self) -> WorkerProcess:
        ours, theirs = socket.socketpair()
        status_fd, their_status_fd = os.pipe()
        try:
            socket.send_fds(self._control, [b"fork"], [theirs.fileno(), their_status_fd])
            (pidfd,) = self._expect(b"forked")
        except (OSError, ValueError, SandboxError) as error:
            ours.close()
            os.close(status_fd)
            self._end()
            raise SandboxError(f"A worker could not be forked ({error}).") from error
        finally:
            # The template has its own by now; with ours open too, the end of the worker would never show.
            theirs.close()
            os.close(their_status_fd)
        return WorkerProcess(ForkedProcess(pidfd, status_fd), ours)

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        self._control.close()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _expect(self, message: bytes) -> list[int]:
        started = time.monotonic()
        try:
            answer, fds, _, _ = socket.recv_fds(self._control, 16, 1)
        except OSError as error:
            answer, fds = b"", []
            reason = f"{error} after {time.monotonic() - started:.0f} s"
        else:
            reason = "it has ended"
        if answer != message:
            self._end()
            raise SandboxError(f"The template of the workers does not answer: {reason}.")
        return fds
