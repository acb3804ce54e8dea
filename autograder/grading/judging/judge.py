"""The judge's end: opens a submission, scores it, and tells another process what came out.

A judge is a copy of the grader with bounds on its memory and time, since what a submission sends is decoded, compared,
multiplied and explained here. It has no store and writes no results; what it tells is numbers and texts.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ... import sandbox, temporary
from ...assignment import Assignment
from ...records import fingerprint
from ...sandbox import Disconnected, receive, send
from ...submissions import Answer, Submission, SubmissionError
from ...submissions.written import answers, predicted
from ...submissions.written.given import given_text
from ..case_results import CaseResult, Known, Together
from ..scoring import Scorer

Open = Callable[[str, Path], Submission]
"""Opens a submission by its name and path."""

Key = tuple[str, str]
"""A case: its question's name and its own."""

UNDER_WAY = struct.Struct("<I")
"""How the place of the case under way is written, from 1 on; 0 for none."""

FIRST_TO_GO = 500
"""Where the machine's memory runs out, the kernel ends a judge rather than who keeps the results."""


def keys_of(scorer: Scorer) -> list[Key]:
    """All cases, in the order of their places."""
    return [(file.name, case.name) for file in scorer.test_files for case in file.test_cases]


def work(sock: socket.socket, scorer: Scorer, opener: Open, page: memoryview) -> None:
    """Answer the requests `settle`, `warm`, `open` and `score` until the socket closes.

    Args:
        sock: leads to who asks.
        scorer: scores submissions.
        opener: opens them.
        page: memory that both processes share; a judge writes there which case is under way.
    """
    judge = _Judge(sock, scorer, opener, page)
    with suppress(Disconnected):
        while True:
            request = receive(sock)
            try:
                reply = getattr(judge, "do_" + request["op"])(request)
            except Disconnected:
                raise
            except Exception as error:
                failure = f"{type(error).__name__}: {error}"[:1000]
                details = "".join(traceback.format_exception(error))[-20_000:]
                reply = {"failed": failure, "details": details, "memory": isinstance(error, MemoryError)}
                del error
            send(sock, reply)


def written_in(submission: Submission, assignment: Assignment) -> dict[str, Answer]:
    """The answers to the questions beside the test cases."""
    given = given_text(assignment.rooms.solutions / "notebook.py")
    predictions = {name: asked.predictions for name, asked in assignment.manual.items() if asked.predictions}
    written = answers.read(
        submission.notebooks, assignment.marked_by_people, given, submission.unread, submission.pictures
    )
    return written | {name: predicted.read(submission.files, asked) for name, asked in predictions.items()}


class _Judge:
    def __init__(self, sock: socket.socket, scorer: Scorer, opener: Open, page: memoryview) -> None:
        self.sock, self.scorer, self.opener, self.page = sock, scorer, opener, page
        self.places = {key: place for place, key in enumerate(keys_of(scorer), 1)}
        self.place = 0
        self.submission: Submission | None = None
        self.ended = Together(self.tell)
        self.data = _data_bytes()

    def do_settle(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Take the bounds, and the cores that the judge and all that it starts may use."""
        self.place = request["place"]
        with suppress(OSError):
            os.sched_setaffinity(0, request["cores"])
        if (torch := sys.modules.get("torch")) is not None:
            torch.set_num_threads(1)  # those of the process that this is a copy of did not come along
        with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write(str(FIRST_TO_GO))
        # Of what this process has for itself; files that it maps are not counted. Workers lift it again.
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (self.data + (request["memory_mb"] << 20), hard))
        # The one before may have been ended with folders and workers of its own.
        temporary.look_again()
        sandbox.look_again()
        return {}

    def do_warm(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what makes the start of workers quick: no case shall wait for it."""
        self.scorer.confinement.prepare(self.scorer.limits)
        return {}

    def do_open(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Open a submission, which is scored next."""
        self.submission = None
        try:
            submission = self.opener(request["name"], Path(os.fsdecode(request["path"])))
        except SubmissionError as error:
            return {"refused": str(error)}
        written = written_in(submission, self.scorer.assignment)
        self.submission = submission
        told = {question: asdict(answer) for question, answer in written.items()}
        return {"content": fingerprint(submission.content()), "answers": json.dumps(told).encode()}

    def do_score(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Score the submission that was opened last."""
        assert self.submission is not None
        known: Known = {
            (case.question, case.name): case
            for case in map(CaseResult.from_record, json.loads(request["known"]))
        }
        self.ended = Together(self.tell)
        score = self.scorer.score(self.submission, known, self.ended.add, request["until"], self.begin)
        return {
            "cases": _records(score.cases),
            "seconds": score.seconds,
            "student_seconds": score.student_seconds,
            "output": score.output,
            "grown_mb": (_data_bytes() - self.data) >> 20,
        }

    def begin(self, question: str, name: str) -> None:
        """Write down which case is under way; no names where none is, and then all that have ended are told."""
        UNDER_WAY.pack_into(self.page, UNDER_WAY.size * self.place, self.places.get((question, name), 0))
        if not name:
            self.ended.rest()

    def tell(self, cases: list[CaseResult]) -> None:
        """Tell cases that have ended."""
        send(self.sock, {"ended": _records(cases)})
        receive(self.sock)


def _records(cases: Any) -> bytes:
    return json.dumps([case.record() for case in cases]).encode()


def _data_bytes() -> int:
    """Bytes that this process has for itself, whether it has written to them or not."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[5]) * resource.getpagesize()
