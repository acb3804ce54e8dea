"""The process that runs public tests, as its parent sees it: what it tells, and how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from ..language import _


class Runner:
    """A running `case_runner.py`: it loads libraries, and then waits for what it is to do.

    libraries: what it loads, as `libraries.needed` names them.
    """

    def __init__(self, libraries: Sequence[str]) -> None:
        self._made_for = (tuple(libraries), dict(os.environ))
        self._token = secrets.token_hex()
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._errors: list[str] = []
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "colab_setup.checking.case_runner",
                json.dumps({"token": self._token, "libraries": libraries}),
            ],
            cwd=Path(__file__).resolve().parents[2],
            env={**os.environ, "PYTHONSAFEPATH": "", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        streams = ((self._read, self._process.stdout), (self._drain, self._process.stderr))
        self._threads = [threading.Thread(target=read, args=(each,), daemon=True) for read, each in streams]
        for thread in self._threads:
            thread.start()

    def fits(self, libraries: Sequence[str]) -> bool:
        """Whether it still waits, and one that is started now would be like it."""
        return self._made_for == (tuple(libraries), dict(os.environ)) and self._process.poll() is None

    def begin(self, job: Mapping[str, Any]) -> None:
        """Say what it is to do, once, as JSON can hold it."""
        stdin = self._process.stdin
        assert stdin is not None
        with contextlib.suppress(OSError), stdin:  # where it has ended, that is told by what comes
            stdin.write(f"{json.dumps(job)}\n")

    def message(self, seconds: float) -> dict[str, Any] | None:
        """The next thing that it tells; None where it has ended. Raises TimeoutError after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError from None
            if line is None:
                return None
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):  # written by the student's code
                continue
            if isinstance(message, dict) and message.get("token") == self._token:
                return message

    def errors(self) -> str:
        """The last that it has written to its standard error, where it has ended."""
        self._threads[1].join(timeout=1)  # no longer: a process that it has forked may go on
        return "".join(self._errors)

    def ended(self) -> str:
        """What ended it, in words; waits for it."""
        status = self._process.wait()
        if 0 <= status < 256:
            return _(
                "Python was ended with exit code {status}: does the code call os._exit, or close files that it "
                "has not opened?",
                status=status,
            )
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = _("exit code {status}", status=status)
        if name == "SIGKILL":
            return _("Python was ended from outside (SIGKILL), most likely for want of memory")
        return _("Python itself crashed ({name})", name=name)

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._lines.put(line)
        self._lines.put(None)

    def _drain(self, stream: IO[str]) -> None:
        with stream:
            while part := stream.read(10_000):
                self._errors.append(part)
                del self._errors[:-2]


class Waiting:
    """Keeps a process that has loaded what takes seconds, for the next check.

    It is used once, as any other, and no code of a student's has run in it. It ends with this process, whose end it
    reads from its standard input.
    """

    def __init__(self) -> None:
        self._runner: Runner | None = None

    def prepare(self, libraries: Sequence[str]) -> None:
        """Start one where there is none; it loads while something else is done."""
        if self._runner is None:
            self._runner = Runner(libraries)

    def take(self, libraries: Sequence[str]) -> Runner:
        """The one that waits, or a new one where there is none or it would not be like a new one."""
        runner, self._runner = self._runner, None
        if runner is not None and not runner.fits(libraries):
            runner.stop()
            runner = None
        return runner or Runner(libraries)

    def stop(self) -> None:
        """End the one that waits."""
        if self._runner is not None:
            self._runner.stop()
            self._runner = None


def unusable(errors: str) -> str:
    """Why nothing can be checked where a process ended before it had begun, by what it wrote to its standard error."""
    last = errors.strip().splitlines()[-1:] or [_("nothing was said")]
    return _(
        "The public tests could not be started ({last}): take the folder anew from the assignment's zip.",
        last=last[0][:200],
    )
