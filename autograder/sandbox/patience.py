"""How long the grader waits for a process: by what that has computed, whatever else the machine has to do."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from .confinement import Limits, WorkerProcess
from .inside import protocol
from .sleeping import EVERY, Sleep

WALL_CLOCK = 4.0
"""Wall-clock seconds that count as one of processor time: where nobody tells what it waits for, a process that gets a quarter
of a core has all of its time."""

LEAST_WAIT = 0.01

SLEEP_SHARE = 0.1
"""How much of its time a submission may sleep; see `LEAST_SLEEP`."""

LEAST_SLEEP = 0.5
"""Seconds that a call may sleep in any case: who has slept long in others is not waited for much longer."""


class Patience:
    """Counts the seconds of a process, from now on, and ends when they are used up.

    Those are seconds of processor time, all threads together, or of sleep, or a quarter of the wall-clock seconds without those
    for which it waited for a core, as far as the kernel tells them; whichever are most.

    Args:
        clock: the processor time that the process has used, in seconds.
        seconds: how many it may use.
        threads: on how many threads it may use them.
        until: when, by `time.monotonic`, it ends in any case.
        wall_clock: how many wall-clock seconds count as one.
        sleep: what tells how long the process has slept of its own accord.
        may_sleep: for how many seconds it may.

    Attributes:
        computed: seconds of processor time when it was last asked.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        seconds: float,
        threads: int = 1,
        until: float = math.inf,
        wall_clock: float = WALL_CLOCK,
        sleep: Sleep | None = None,
        may_sleep: float = math.inf,
    ) -> None:
        self.clock, self.seconds, self.threads, self.until = clock, seconds, threads, until
        self.wall_clock = wall_clock
        self.sleep, self.may_sleep = sleep, min(seconds, may_sleep)
        self.began = time.monotonic()
        self.before = clock()
        self.computed = 0.0

    def used(self) -> float:
        """The seconds that it has used."""
        self.computed = (self.clock() - self.before) / self.threads
        waited = time.monotonic() - self.began - self.queued()
        return max(self.computed, self.slept(), waited / self.wall_clock)

    def slept(self) -> float:
        """The seconds that it has slept."""
        return self.sleep.seconds if self.sleep else 0.0

    def queued(self) -> float:
        """The seconds for which it has waited for a core, as far as they are known."""
        return self.sleep.queued if self.sleep else 0.0

    def __call__(self) -> float:
        """Seconds that may be waited before it is asked again; see `protocol.receive`.

        Raises:
            DeadlineExceeded: there are none.
        """
        if self.sleep:
            self.sleep.look()
        left = self.seconds - self.used()
        if left <= 0 or self.slept() >= self.may_sleep or time.monotonic() >= self.until:
            raise protocol.DeadlineExceeded
        next_look = EVERY if self.sleep else math.inf
        return max(LEAST_WAIT, min(left, next_look, self.until - time.monotonic()))

    def told(self, what: str) -> str:
        """What has happened, as a sentence, when it has ended.

        Args:
            what: what was waited for.
        """
        if self.computed >= self.seconds:
            return f"{what} took longer than {self.seconds:.3g} s of processor time."
        waited = min(time.monotonic() - self.began, self.wall_clock * self.seconds + self.queued())
        return f"{what} did not finish within {waited:.3g} s, of which it computed for {self.computed:.2f} s."


def with_worker(
    worker: WorkerProcess, limits: Limits, seconds: float, until: float, slept: float
) -> Patience:
    """With a worker of a submission's.

    Args:
        worker: it.
        limits: the submission's.
        seconds: how many it may use.
        until: when, by `time.monotonic`, it ends in any case.
        slept: seconds that the submission has slept in earlier calls.
    """
    # Who waits for a GPU sleeps too, and others may use that.
    on_cpu = limits.device == "cpu"
    return Patience(
        worker.cpu_seconds,
        seconds,
        limits.cpu_threads,
        until,
        sleep=Sleep(worker.number, worker.cpu_seconds) if on_cpu else None,
        may_sleep=max(LEAST_SLEEP, SLEEP_SHARE * limits.submission_seconds - slept),
    )
