"""Looks mutants up in a process beside the grader: they are the staff's own code, and may take too much of everything.

A lookup that takes too long, or whose process ends, costs its hint. What the process is sent is the grader's: calls, whose
arguments are the suite's, and plain numbers that have left the sandbox. What comes back was made by the staff's code.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import dill

from ...assignment import Assignment
from .. import outcomes
from ..compared import Compared
from ..outcomes import Outcome
from ..programs import Programs
from .finding import Finding
from .fitting import Fitter
from .interrupting import TooLong, within

CALL_SECONDS = 0.5
"""Processor time for one call of a mutant."""

SUBMISSION_SECONDS = 60.0
"""Processor time for all lookups of a submission; of a function that is not through by then nothing is said."""

WAIT_SECONDS = 600.0
"""How long an answer is waited for, on a machine however busy."""

MEMORY = 3 << 30
"""Bytes of address space on top of what the process begins with."""

LENGTH = struct.Struct("<Q")


class LookupProcess:
    """The process that looks up an assignment's mutants; it begins with the first lookup and ends with this object.

    Args:
        assignment: whose.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_new = True

    def begin(self) -> None:
        """The next lookups are another submission's."""
        self._is_new = True

    def find(self, function: str, calls: Sequence[Compared]) -> Finding | None:
        """See `Fitter.find`; None, too, where the process does not answer in time."""
        try:
            asked = dill.dumps((function, list(calls), self._is_new))
        except Exception:  # a function among the arguments that cannot be sent
            return None
        self._is_new = False
        with self._lock:
            try:
                process = self._started()
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(LENGTH.pack(len(asked)) + asked)
                process.stdin.flush()
                (length,) = LENGTH.unpack(_read(process.stdout, LENGTH.size))
                found = json.loads(_read(process.stdout, length))
                return Finding.from_record(found) if found else None
            except (OSError, EOFError, TimeoutError):
                self._end()
                return None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __spec__.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            weakref.finalize(self, _ended, self._process)
            begin = dill.dumps(self.assignment)
            assert self._process.stdin is not None
            self._process.stdin.write(LENGTH.pack(len(begin)) + begin)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            _ended(self._process)
            self._process = None


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()


def _read(pipe: IO[bytes], length: int) -> bytes:
    found = bytearray()
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while len(found) < length:
            if not waiting.select(WAIT_SECONDS):
                raise TimeoutError
            part = os.read(pipe.fileno(), length - len(found))
            if not part:
                raise EOFError
            found += part
    return bytes(found)


class OutOfTime(Exception):
    """Nothing more is looked up for a submission."""


class CallBounds:
    """Bounds on the processor time of a call, and of all lookups of a submission."""

    def __init__(self) -> None:
        self.until = 0.0

    def begin(self) -> None:
        """Another submission's lookups begin."""
        self.until = time.process_time() + SUBMISSION_SECONDS

    def call(self, call: Callable[[], Outcome]) -> Outcome:
        """What a call leads to; `UNUSABLE` where it takes too much.

        Raises:
            OutOfTime: those lookups have taken all of their time. As outcomes of calls are kept, this must not become one.
        """
        if time.process_time() > self.until:
            raise OutOfTime
        try:
            with within(CALL_SECONDS):
                return call()
        except (TooLong, MemoryError, RecursionError):
            return outcomes.UNUSABLE


def _requests(pipe: IO[bytes]) -> Iterator[Any]:
    while header := pipe.read(LENGTH.size):
        yield dill.loads(pipe.read(*LENGTH.unpack(header)))  # noqa: S301  # the grader's


def main() -> None:
    """Answer lookups on the standard streams until they end."""
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests = _requests(sys.stdin.buffer)
    assignment = next(requests)
    bounds = CallBounds()
    fitter = Fitter(assignment, Programs.of(assignment), bounds.call)
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    for function, calls, is_new in requests:
        if is_new:
            bounds.begin()
        try:
            found = fitter.find(function, calls)
        except Exception:
            found = None
        reply = json.dumps(found and found.record()).encode()
        answers.write(LENGTH.pack(len(reply)) + reply)
        answers.flush()


if __name__ == "__main__":
    main()
