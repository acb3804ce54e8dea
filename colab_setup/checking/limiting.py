"""Bounds the time of a block of code, from within its process."""

from __future__ import annotations

import contextlib
import signal
import types
from collections.abc import Iterator


class TimeIsUp(BaseException):
    """A student's call that took too long; no Exception, so that `except Exception` does not stop it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp in the block after so many seconds, and again every second, in case it was caught.

    Where there are no alarm signals (Windows) or no Python code runs, the parent ends the process instead.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: types.FrameType | None) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
