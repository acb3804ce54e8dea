"""How long the grader waits for a process: by what that has computed, whatever else the machine has to do."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from .inside import protocol

WALL_CLOCK = 4.0
"""Wall-clock seconds that count as one of processor time: a process that sleeps ends too, and one that gets a quarter of a
core has all of its time."""

LEAST_WAIT = 0.01


class Patience:
    """Counts the seconds of a process, from now on, and ends when they are used up.

    Those are seconds of processor time, all threads together, or a quarter of the wall-clock seconds where that is more.

    Args:
        clock: the processor time that the process has used, in seconds.
        seconds: how many it may use.
        threads: on how many threads it may use them.
        until: when, by `time.monotonic`, it ends in any case.
        wall_clock: how many wall-clock seconds count as one.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        seconds: float,
        threads: int = 1,
        until: float = math.inf,
        wall_clock: float = WALL_CLOCK,
    ) -> None:
        self.clock, self.seconds, self.threads, self.until = clock, seconds, threads, until
        self.wall_clock = wall_clock
        self.began = time.monotonic()
        self.before = clock()
        self.computed = 0.0

    def used(self) -> float:
        """The seconds that it has used."""
        self.computed = (self.clock() - self.before) / self.threads
        return max(self.computed, (time.monotonic() - self.began) / self.wall_clock)

    def __call__(self) -> float:
        """Seconds that may be waited before it is asked again; see `protocol.receive`.

        Raises:
            DeadlineExceeded: there are none.
        """
        left = self.seconds - self.used()
        if left <= 0 or time.monotonic() >= self.until:
            raise protocol.DeadlineExceeded
        return max(LEAST_WAIT, min(left, self.until - time.monotonic()))

    def told(self, what: str) -> str:
        """What has happened, as a sentence, when it has ended.

        Args:
            what: what was waited for.
        """
        if self.computed >= self.seconds:
            return f"{what} took longer than {self.seconds:.3g} s of processor time."
        waited = min(time.monotonic() - self.began, self.wall_clock * self.seconds)
        return f"{what} did not finish within {waited:.3g} s, of which it computed for {self.computed:.2f} s."
