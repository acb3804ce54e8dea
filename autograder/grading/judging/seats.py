"""The place of a judge: a judge is put there when one is needed, asked within bounds, and ended where it goes beyond them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from typing import Any

from ...sandbox import (
    DeadlineExceeded,
    Disconnected,
    Nursery,
    Patience,
    SandboxError,
    WorkerProcess,
    processor_clock,
    receive,
    send,
)
from .judge import UNDER_WAY

STEP_SECONDS = 60.0
"""Processor time of a judge for opening a submission, for one case, and for explaining those that failed."""

SUBMISSION_SECONDS = 300.0
"""The same for all of a submission."""

MOST_STARTS = 20

MEMORY_MB = 1024
"""MiB that a judge may take beside what was loaded before it was made."""


class JudgeEnded(Exception):
    """There is no answer, and the judge has ended; the message is a sentence for the student.

    Attributes:
        state: that of the case which it costs.
        sure: whether it was the submission's doing.
        from_outside: whether it was somebody else's; see `sandbox.FORGIVEN`.
    """

    def __init__(
        self, message: str, state: str = "crashed", *, sure: bool = False, from_outside: bool = False
    ) -> None:
        super().__init__(message)
        self.state, self.sure, self.from_outside = state, sure, from_outside


ENDED = "What came back ended the process that works with it."


class Seat:
    """The place of one judge, which may be empty.

    Args:
        nursery: makes judges.
        page: memory that it shares with them; see `judge.work`.
        place: its number, from 0 on.
        cores: those that its judges may use.

    Attributes:
        process: the judge, if there is one.
        ready: whether it is; see `make_ready`.
        spent: the processor time that judges have used for the present submission.
    """

    def __init__(self, nursery: Nursery, page: memoryview, place: int, cores: list[int]) -> None:
        self.nursery, self.page, self.place, self.cores = nursery, page, place, cores
        self.process: WorkerProcess | None = None
        self.ready = False
        self.spent = 0.0

    def under_way(self) -> int:
        """The place of the case that is under way, from 1 on; 0 for none."""
        (found,) = UNDER_WAY.unpack_from(self.page, UNDER_WAY.size * self.place)
        return int(found)

    def ask(self, request: Mapping[str, Any], until: float = math.inf) -> dict[str, Any]:
        """Put a request to the judge, or a new one; its reply.

        Args:
            request: see `judge`.
            until: when, by `time.monotonic`, it is ended.

        Raises:
            JudgeEnded: there is no reply.
            RuntimeError: the judge itself has failed.
            SandboxError: there is no judge.
        """
        if self.process is None:
            self._sit_down()
        process = self.process
        assert process is not None
        if request.get("op") == "open":
            process.begin_anew()
        clock = self._clock(process)
        patience, case = self._step(clock, until), self.under_way()
        began = clock()

        def waiting() -> float:
            nonlocal patience, case
            try:
                return patience()
            except DeadlineExceeded:
                # It has been so long at one thing, or at several.
                if self.under_way() == case or self.spent + clock() - began >= SUBMISSION_SECONDS:
                    raise
            patience, case = self._step(clock, until), self.under_way()
            return patience()

        try:
            send(process.sock, request, waiting)
            reply = receive(process.sock, waiting)
        except DeadlineExceeded:
            self.leave()
            told = f"What came back took longer than {patience.seconds:.3g} s to work with."
            raise JudgeEnded(told, "timed out", sure=True) from None
        except Disconnected:
            ending = process.end()
            self.leave()
            raise JudgeEnded(ENDED, from_outside=ending.from_outside) from None
        except Exception as error:  # no judge of ours says this
            self.leave()
            raise JudgeEnded(ENDED, sure=True) from error
        finally:
            self.spent += clock() - began
        if "failed" in reply:
            self.leave()
            if reply["memory"]:
                raise JudgeEnded(
                    "What came back took more memory to work with than there is for it.", "out of memory"
                )
            raise RuntimeError(f"{reply['failed']}\n{reply['details']}")
        return reply

    @contextlib.contextmanager
    def understanding(self) -> Iterator[None]:
        """While what a judge has told is read: who says what no judge of ours says is none any more."""
        try:
            yield
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            self.leave()
            raise JudgeEnded(ENDED, sure=True) from error

    def leave(self) -> None:
        """End the judge, and with it whatever it has started."""
        process, self.process, self.ready = self.process, None, False
        if process is not None:
            process.kill()

    def make_ready(self) -> None:
        """Have a judge whose workers start at once.

        Raises:
            SandboxError: there is none.
        """
        for _ in range(MOST_STARTS):
            with contextlib.suppress(
                JudgeEnded
            ):  # one that has seen nothing of a submission: that is nobody's fault
                if not self.ready:
                    self.ask({"op": "warm"})
                    self.ready = True
                return
        raise SandboxError("A judge could not be started: each was ended before it had begun.")

    def _sit_down(self) -> None:
        self.process = self.nursery.copy()
        UNDER_WAY.pack_into(self.page, UNDER_WAY.size * self.place, 0)
        self.ask({"op": "settle", "place": self.place, "cores": self.cores, "memory_mb": MEMORY_MB})

    def _step(self, clock: Any, until: float) -> Patience:
        seconds = min(STEP_SECONDS, SUBMISSION_SECONDS - self.spent)
        return Patience(clock, max(seconds, 0.0), until=until, wall_clock=math.inf)

    @staticmethod
    def _clock(process: WorkerProcess) -> Any:
        seconds = 0.0

        def clock() -> float:
            nonlocal seconds
            with contextlib.suppress(OSError):  # it has ended: what was read last stands
                seconds = processor_clock(process.process.pid)()
            return seconds

        return clock
