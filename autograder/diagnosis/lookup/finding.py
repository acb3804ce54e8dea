"""What there is to say where mutants fit: of one, or of what several have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...mutation import Change, Said
from .mutants import Candidate

ABOUT = Said("something else stood in place of {0}")
LEFT_OUT = "{0} were left out"
MAYBE_LEFT_OUT = Said("{0} were left out, or something else stood in its place")


@dataclass(frozen=True)
class Finding:
    """What explains a function's answers.

    Attributes:
        clauses: each ends "Your function answers as if ...".
        misconceptions: names of those of the catalogue that are made as well.
        source: the mutant that was told; empty where only something common to several was.
    """

    clauses: tuple[Said, ...]
    misconceptions: tuple[str, ...] = ()
    source: str = ""

    def record(self) -> dict[str, Any]:
        """It as JSON has it; for `from_record`."""
        return {
            "clauses": [clause.record() for clause in self.clauses],
            "misconceptions": self.misconceptions,
            "source": self.source,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Finding:
        """What `record` was called on."""
        clauses = tuple(map(Said.from_record, record["clauses"]))
        return cls(clauses, tuple(record["misconceptions"]), record["source"])


def in_common(groups: Sequence[Sequence[Candidate]]) -> Finding | None:
    """The one thing that all are about, each group of which answers alike."""
    if any(candidate.misconception for group in groups for candidate in group):
        return None
    places = [{change.place for candidate in group for change in candidate.changes} for group in groups]
    common = set.intersection(*places)
    named = [change.place for change in groups[0][0].changes if change.place in common]
    place = named[0] if named else None
    if place is None:
        return None
    changes = [change for group in groups for candidate in group for change in candidate.changes]
    about = [change for change in changes if change.place == place]
    left_out = [change for change in about if change.clause.template == LEFT_OUT]
    return Finding((vague((left_out or about)[0]),))


def may_be_anywhere(fitting: Sequence[Candidate]) -> bool:
    """Whether changes in several places lead to the same, and the plainest is not that something is left out."""
    changes = [change for candidate in fitting for change in candidate.changes]
    left_out = any(change.clause.template == LEFT_OUT for change in fitting[0].changes)
    return not left_out and len({change.place for change in changes}) > 1


def vague(change: Change) -> Said:
    """That something is wrong in a place, and not what."""
    if change.place is None:
        return change.clause
    template = MAYBE_LEFT_OUT if change.clause.template == LEFT_OUT else ABOUT
    return replace(template, parts=(change.place,))
