"""Runs a command on one core and measures what it used, everything that it started included. Linux only."""

import ctypes
import functools
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.02


@dataclass(frozen=True)
class Usage:
    """What one run of a command used.

    Attributes:
        seconds: wall clock.
        cpu_seconds: user and system time of the command and of all that it started, copies of a worker's template
            included. A worker that is started by itself, as one with attachments is, leaves no account.
        largest_mb: peak resident memory of the largest process, in MiB.
        together_mb: peak of the resident memory of all of them, in MiB; shared pages count in each, and a peak
            shorter than a sample may be missed.
        output: standard output and error.
    """

    seconds: float
    cpu_seconds: float
    largest_mb: float
    together_mb: float
    output: str


def measure(command: Iterable[str | Path | int], core: int, log: Path) -> Usage:
    """Run a command on one core; its output goes to `log` on the way.

    This process adopts what the command leaves behind, so that its time is on an account too.

    Raises:
        RuntimeError: the command failed; the message ends with its last words.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    words = [str(word) for word in command]
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=functools.partial(os.sched_setaffinity, 0, {core}),
        )
        sampler = _Sampler()
        sampler.start()
        seconds = cpu = largest = 0.0
        for pid, status, used in _reaped():
            cpu += used.ru_utime + used.ru_stime
            largest = max(largest, used.ru_maxrss / 1024)
            if pid == process.pid:
                seconds = time.perf_counter() - started
                process.returncode = os.waitstatus_to_exitcode(status)
        sampler.stop()
    text = log.read_text(errors="replace")
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {text[-1000:]}")
    return Usage(seconds, cpu, largest, sampler.peak / 2**20, text)


def _reaped() -> Iterator[tuple[int, int, resource.struct_rusage]]:
    """Every child of this process as it ends, adopted ones included."""
    while True:
        try:
            yield os.wait4(-1, 0)
        except ChildProcessError:
            return


class _Sampler(threading.Thread):
    """Looks at all descendants of this process again and again."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self.strangers: set[int] = set()
        self.ended = threading.Event()

    def run(self) -> None:
        self.look()
        while not self.ended.wait(SAMPLE_SECONDS):
            self.look()

    def look(self) -> None:
        """Add up the resident memory."""
        processes = [found for pid in self.candidates() if (found := _Process.read(pid))]
        ours = {os.getpid()}
        while more := {other.pid for other in processes if other.parent in ours} - ours:
            ours |= more
        ours.remove(os.getpid())
        family = [process for process in processes if process.pid in ours]
        self.strangers.update(process.pid for process in processes if process.pid not in ours)
        self.peak = max(self.peak, sum(process.resident for process in family))

    def candidates(self) -> set[int]:
        return {int(name) for name in os.listdir("/proc") if name.isdigit()} - self.strangers

    def stop(self) -> None:
        self.ended.set()
        self.join()


@dataclass(frozen=True)
class _Process:
    """A line or two of /proc/PID/status.

    Attributes:
        resident: bytes.
    """

    pid: int
    parent: int
    resident: int

    @classmethod
    def read(cls, pid: int) -> Self | None:
        lines = (line.partition(":") for line in _read(f"/proc/{pid}/status").splitlines())
        status = {name: value.split() for name, _, value in lines}
        if "PPid" not in status:
            return None
        resident = 1024 * int(status.get("VmRSS", ["0"])[0])
        return cls(pid, int(status["PPid"][0]), resident)


def _read(path: str) -> str:
    """A file of /proc, empty where its process has just ended."""
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""
