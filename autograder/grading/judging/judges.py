"""The end of who keeps the results: has judges open and score submissions, and outlives them.

Nothing of a submission's comes here but what a judge tells of it. A judge that is ended, or that needs more than a
judge may use, costs the case that was under way; the next judge goes on with the others.
"""

from __future__ import annotations

import contextlib
import json
import math
import mmap
import os
import queue
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ...sandbox import FORGIVEN, WALL_CLOCK, Nursery
from ...submissions import Answer, SubmissionError
from ..case_results import FAILED, NOTHING_KNOWN, CaseResult, Known, Record, Score, forget, told_of
from ..scoring import Scorer
from .bench import Bench, Here, Opened, opener_of
from .judge import UNDER_WAY, Key, Open, keys_of, work
from .seats import ENDED, MEMORY_MB, SUBMISSION_SECONDS, JudgeEnded, Seat

MOST_TOLD = 1 << 23
"""Most bytes of what a judge tells of cases: what is longer is cut off, and then no JSON."""

SEAT_SECONDS = 60.0
"""How long whoever closes the bench waits for a seat that is taken."""

MOST_LOST = 4
"""Judges that a submission may end, beside those that were killed from outside: that the kernel ends one for lack of memory
need not be its fault."""


def bench(scorer: Scorer, jobs: int, opener: Open | None = None) -> AbstractContextManager[Bench]:
    """Who works with the submissions that a scorer scores; see `Judges`."""
    if scorer.judged:
        return Judges(scorer, jobs, opener)
    return contextlib.nullcontext(Here(scorer, opener or opener_of(scorer)))


class Judges:
    """So many judges, each with a part of the machine's cores, which its workers share with it.

    Args:
        scorer: scores submissions; all that it has loaded is shared.
        jobs: how many.
        opener: opens submissions, in a judge; by default as the assignment asks for.

    Raises:
        SandboxError: there can be none.
    """

    def __init__(self, scorer: Scorer, jobs: int, opener: Open | None = None) -> None:
        self.scorer = scorer
        if scorer.limits.torch:
            import torch

            # The first optimizer imports eight hundred modules, for more than a second: once, and not in every judge.
            torch.optim.SGD([torch.zeros(1)], lr=0.1)
        opener = opener or opener_of(scorer)
        self.page = memoryview(mmap.mmap(-1, UNDER_WAY.size * jobs))
        self.keys = keys_of(scorer)
        self.nursery = Nursery(lambda sock: work(sock, scorer, opener, self.page))
        self.free: queue.SimpleQueue[Seat] = queue.SimpleQueue()
        cores = sorted(os.sched_getaffinity(0))
        self.seats = [
            Seat(self.nursery, self.page, place, cores[place::jobs] or [cores[place % len(cores)]])
            for place in range(jobs)
        ]
        for seat in self.seats:
            self.free.put(seat)

    def __enter__(self) -> Judges:
        return self

    def __exit__(self, *exception: object) -> None:
        # All judges end with the nursery, and there are no new ones. A thread that asks one, as in a batch that is given
        # up, learns that and leaves its seat, which two threads may not do at a time.
        self.nursery.close()
        with contextlib.suppress(queue.Empty):
            for _ in self.seats:
                self.free.get(timeout=SEAT_SECONDS)
        for seat in self.seats:
            seat.leave()
            self.free.put(seat)

    @contextmanager
    def opened(self, name: str, path: Path) -> Iterator[Opened]:
        """See `Bench`."""
        seat = self.free.get()
        try:
            yield _Judged(self, seat, name, path)
        finally:
            self.free.put(seat)


class _Judged:
    """A submission that a judge has opened; see `Opened`."""

    def __init__(self, judges: Judges, seat: Seat, name: str, path: Path) -> None:
        self.judges, self.seat = judges, seat
        # As bytes: a name that is no UTF-8, as other systems' zips leave them behind, is no text that can be sent.
        self.request = {"op": "open", "name": name, "path": os.fsencode(path)}
        seat.spent = 0.0
        self.kills = tries = 0
        while True:
            try:
                self.content, self.answers = self._open()
                return
            except JudgeEnded as lost:
                tries += not self._forgiven(lost)
                if tries > 1:
                    raise SubmissionError(
                        f"The submission could not be read ({str(lost).removesuffix('.')}): leave in it only what was "
                        "asked for, and submit it again."
                    ) from lost

    def _forgiven(self, lost: JudgeEnded) -> bool:
        """Whether a judge that was lost costs the submission nothing."""
        self.kills += lost.from_outside
        return lost.from_outside and self.kills <= FORGIVEN

    def _open(self) -> tuple[str, dict[str, Answer]]:
        reply = self.seat.ask(self.request)
        if "refused" in reply:
            raise SubmissionError(str(reply["refused"]))
        self.process = self.seat.process
        with self.seat.understanding():
            written = json.loads(reply["answers"][:MOST_TOLD])
            answers = {
                str(question): Answer(**{**answer, "pictures": tuple(map(str, answer["pictures"]))})
                for question, answer in written.items()
            }
            return str(reply["content"]), answers

    def score(self, known: Known = NOTHING_KNOWN, record: Record = forget, until: float = math.inf) -> Score:
        """See `Scorer.score`; raises RuntimeError where the grader itself fails."""
        started = time.perf_counter()
        limits = self.judges.scorer.limits
        last = time.monotonic() + WALL_CLOCK * (limits.submission_seconds + SUBMISSION_SECONDS)
        standing, met = dict(known), [0] * (len(self.judges.keys) + 1)
        told: dict[Key, CaseResult] = {}
        lost = JudgeEnded(ENDED)
        while sum(met) < MOST_LOST:
            try:
                return self._scored(standing, told, record, until, last)
            except JudgeEnded as error:
                lost = error
            forgiven = self._forgiven(lost)
            place = self.seat.under_way() % len(met)
            met[place] += not forgiven
            if time.monotonic() >= last or (place == 0 and lost.sure):
                break
            # Why a case has failed is told of the calls that it made, and these went with the judge: it is run again.
            standing |= {key: case for key, case in told.items() if case.state != FAILED}
            if place and not forgiven and (lost.sure or met[place] > 1):
                key = self.judges.keys[place - 1]
                standing[key] = self._charged(key, lost)
                record(standing[key])
        ended = {**told, **standing}
        cases = [ended.get(key) or self._charged(key, lost) for key in self.judges.keys]
        seconds = time.perf_counter() - started
        return self.judges.scorer.put_together(cases, seconds, self.seat.spent, str(lost))

    def _scored(
        self, standing: Known, told: dict[Key, CaseResult], record: Record, until: float, last: float
    ) -> Score:
        self.seat.make_ready()
        if self.seat.process is not self.process or self.process is None:
            content, _ = self._open()
            if content != self.content:
                raise RuntimeError("the submission has been changed while it was graded")
        known = json.dumps([case.record() for case in standing.values()]).encode()
        reply = self.seat.ask({"op": "score", "known": known, "until": until}, last)
        with self.seat.understanding():
            while "ended" in reply:
                for case in self._cases(reply["ended"]):
                    told[case.question, case.name] = case
                    record(case)
                reply = self.seat.ask({}, last)
            cases = self._cases(reply["cases"])
            seconds, student_seconds = float(reply["seconds"]), float(reply["student_seconds"])
            score = self.judges.scorer.put_together(cases, seconds, student_seconds, str(reply["output"]))
            if (
                reply["grown_mb"] > MEMORY_MB / 2
            ):  # the next submission shall not pay for what this one has left
                self.seat.leave()
        return score

    def _cases(self, told: bytes) -> list[CaseResult]:
        cases = [CaseResult.from_record(record) for record in json.loads(told[:MOST_TOLD])]
        return [case for case in cases if (case.question, case.name) in self.judges.keys]

    def _charged(self, key: Key, lost: JudgeEnded) -> CaseResult:
        """What becomes of the case that a judge was lost with."""
        (case,) = (
            case
            for file in self.judges.scorer.test_files
            for case in file.test_cases
            if (file.name, case.name) == key
        )
        return CaseResult(
            question=key[0],
            name=key[1],
            hidden=case.hidden,
            state=lost.state,
            points=0.0,
            max_points=float(case.points),
            message=told_of(lost.state, str(lost), case.hidden),
            seconds=0.0,
        )
