"""How long a process has slept of its own accord, which no other work on the machine can be the reason of.

Its time is made of four parts: it computes, it waits for a core, it waits for a disk, it sleeps. The kernel counts the first
two and tells when it is at the third; what is left is sleep. Where the kernel does not tell, nothing is.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

EVERY = 0.25
"""Seconds from one look to the next, give or take a half, so that no process is awake at every look and asleep in between."""

BUSY = (b"R", b"D")
"""States of a thread that has a core or waits for one, and of one that waits for a disk."""


class Sleep:
    """Adds up the sleep of a process, from looks at it. Whoever looks is also who it may be waiting for: what this thread
    computes and waits for a core meanwhile is no sleep of the other's.

    Args:
        process: its number; it raises OSError when that has ended.
        clock: the processor time that it has used, in seconds.

    Attributes:
        seconds: so far.
        queued: seconds for which it has waited for a core.
    """

    def __init__(self, process: Callable[[], int], clock: Callable[[], float]) -> None:
        self.process, self.clock = process, clock
        self.seconds = self.queued = 0.0
        self._looked, self._until = time.monotonic(), EVERY
        self._counted: tuple[float, float] | None = None

    def look(self) -> None:
        """Count what it has slept since the last look, if that is a while ago."""
        now = time.monotonic()
        since = now - self._looked
        if since < self._until:
            return
        self._looked, self._until = now, random.uniform(0.5, 1.5) * EVERY  # noqa: S311  # no secret
        before, self._counted, asleep = self._counted, None, False
        try:
            waited, asleep = _threads(self.process())
            computed, late = _times("/proc/thread-self/schedstat")
            if computed:  # a kernel that does not count writes zeros
                self._counted = waited, self.clock() + computed + late
        except (OSError, ValueError, IndexError):
            return
        if before is None or self._counted is None:
            return
        # Both grow but where a thread has ended and taken its part with it.
        queued, busy = (max(0.0, now - then) for now, then in zip(self._counted, before, strict=True))
        self.queued += min(since, queued)
        if asleep:
            # Who was stopped together with it, as a laptop or a container can be, finds a long time and counts a short one.
            self.seconds += max(0.0, min(since, 2 * EVERY) - queued - busy)


def _threads(process: int) -> tuple[float, bool]:
    """For how long the threads of a process have waited for a core, and whether all of them sleep now."""
    waited, states = 0.0, set()
    for thread in os.listdir(f"/proc/{process}/task"):
        place = f"/proc/{process}/task/{thread}"
        with open(f"{place}/stat", "rb") as file:
            # Behind the name, which the process gives itself.
            states.add(file.read().rpartition(b") ")[2][:1])
        waited += _times(f"{place}/schedstat")[1]
    return waited, states.isdisjoint(BUSY)


def _times(path: str) -> tuple[float, float]:
    """The seconds that a thread has computed, and those that it has waited for a core."""
    with open(path, encoding="ascii") as file:
        computed, waited = file.read().split()[:2]
    return int(computed) / 1e9, int(waited) / 1e9
