"""Who opens submissions and scores them, as a batch sees it: judges, or this process itself."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from ...records import fingerprint
from ...submissions import Answer, open_submission
from ..case_results import NOTHING_KNOWN, Known, Record, Score, forget
from ..scoring import Scorer
from .judge import Open, written_in


class Opened(Protocol):
    """A submission that was opened.

    Attributes:
        content: a hash of all that is graded.
        answers: the written answers by question.
    """

    @property
    def content(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, Answer]: ...

    def score(self, known: Known = NOTHING_KNOWN, record: Record = forget, until: float = math.inf) -> Score:
        """Score it; see `Scorer.score`."""


class Bench(Protocol):
    """Who opens submissions and scores them, several at a time."""

    def opened(self, name: str, path: Path) -> AbstractContextManager[Opened]:
        """Open a submission, for as long as the context lasts.

        Raises:
            SubmissionError: it cannot be opened.
        """


class Here:
    """Works with submissions in this process: where tasks on other machines do, or nothing is a stranger's.

    Args:
        scorer: scores them.
        opener: opens them.
    """

    def __init__(self, scorer: Scorer, opener: Open) -> None:
        self.scorer, self.opener = scorer, opener

    @contextmanager
    def opened(self, name: str, path: Path) -> Iterator[Opened]:
        """See `Bench`."""
        submission = self.opener(name, path)
        written = written_in(submission, self.scorer.assignment)

        @dataclasses.dataclass(frozen=True)
        class OpenedHere:
            content = fingerprint(submission.content())
            answers = written

            @staticmethod
            def score(
                known: Known = NOTHING_KNOWN, record: Record = forget, until: float = math.inf
            ) -> Score:
                return self.scorer.score(submission, known, record, until)

        yield OpenedHere()


def opener_of(scorer: Scorer) -> Open:
    """What opens submissions as the scorer's assignment asks for."""
    assignment = scorer.assignment
    return lambda name, path: open_submission(
        name, path, assignment.modules, assignment.attachments, assignment.owners
    )
