"""The process that runs public tests, as its parent sees it: what it tells, and how it ended."""

from __future__ import annotations

import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from ..language import _


class Runner:
    """A running `case_runner.py`.

    job: what it is to do, as JSON can hold it.
    """

    def __init__(self, job: Mapping[str, Any]) -> None:
        self._token = secrets.token_hex()
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._errors: list[str] = []
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "colab_setup.checking.case_runner",
                json.dumps({"token": self._token, **job}),
            ],
            cwd=Path(__file__).resolve().parents[2],
            env={**os.environ, "PYTHONSAFEPATH": "", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
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
