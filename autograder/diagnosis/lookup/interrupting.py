"""Ends the staff's own code after a time: a mutant may loop for ever."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Any


class TooLong(BaseException):
    """Code was interrupted; no mutant's `except Exception` keeps it."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what is inside have so many seconds of the process's time; only the main thread can.

    Raises:
        TooLong: it takes longer.
    """

    def interrupt(number: int, frame: Any) -> None:
        raise TooLong(f"it has not ended after {seconds:g} s")

    before = signal.signal(signal.SIGPROF, interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
