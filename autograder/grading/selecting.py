"""Which of the submissions that a run finds it grades."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..course import Roll, plain_of


@dataclass(frozen=True)
class Selection:
    """Which of the submissions that are found are graded, and what of them.

    Attributes:
        attempts: which of several submissions of a student counts.
        only: a pattern for the submissions to grade, or for names and numbers of their students.
        fresh: whether to grade again what was graded before and has not changed.
        regrade: the questions to grade again, the others staying as they are.
    """

    attempts: Literal["last", "best"] = "last"
    only: str = "*"
    fresh: bool = False
    regrade: Sequence[str] = ()

    def takes(self, submission: str, roll: Roll) -> bool:
        """Whether the pattern fits the submission, or a name or number of who handed it in, with diacritics or without."""
        people = roll.whose.get(submission, ())
        names = [submission, *(name for one in people for name in (one.name, one.id, one.email) if name)]
        return any(
            fnmatch.fnmatch(text(name), text(self.only))
            for name in names
            for text in (str.casefold, plain_of)
        )
