"""Copies of this process, made one at a time when all that they need is loaded: they share its memory as long as nobody
writes to it.

Between this process, which may have threads, and its copies stands one that has none, the nursery: a copy of a process
with threads may find a lock taken for ever. It serves as the template of workers does; see `inside.fork_server`.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import math
import os
import signal
import socket
import subprocess
import time
import traceback
import warnings
from collections.abc import Callable

from .confinement import WorkerProcess
from .confinement.forked import ForkServer
from .inside import fork_server, restrict


class Nursery:
    """Makes copies of the process that made it.

    Args:
        work: what a copy does with its end of a socket; when it returns, the copy ends. None of them lives longer than
            the nursery, and the nursery no longer than the process that made it.

    Raises:
        SandboxError: it does not come up.
    """

    def __init__(self, work: Callable[[socket.socket], None]) -> None:
        self._server = ForkServer(lambda control: _Child(_forked(control, work)))
        # Before this process has threads. Where somebody ends the nursery from outside, it is made anew beside them: a
        # copy may find a lock taken then, and it is as if there were none.
        self._server.prepare()

    def copy(self) -> WorkerProcess:
        """A new copy.

        Raises:
            SandboxError: there is none.
        """
        return self._server.fork()

    def close(self) -> None:
        """End it and all of its copies; there are no more."""
        self._server.close()


class _Child:
    """A process that was forked here, with what a `subprocess.Popen` can do."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        end = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                return 0
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("nursery", timeout or 0.0)
            time.sleep(0.005)


def _forked(control: int, work: Callable[[socket.socket], None]) -> int:
    """The number of the nursery's process, which is forked here."""
    gc.collect()  # what is left open by garbage is closed here, and not in a copy, where its number is another file's
    with warnings.catch_warnings():
        # From 3.12 on Python warns of a fork beside threads; the nursery never takes a lock that one could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    try:
        # Ctrl-C is for the process that a person has started; this one ends with its socket.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # what all copies share stays shared
        os.closerange(3, control)
        os.closerange(control + 1, 1 << 20)
        work(socket.socket(fileno=fork_server.serve(control, _depend)))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _depend() -> None:
    """A copy ends when the nursery does; in a session of its own the kernel gives it a fair share of the machine."""
    nursery = os.getppid()
    os.setsid()
    ctypes.CDLL(None).prctl(restrict.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != nursery:
        os._exit(70)
