"""What changed between two attempts of a student: in the code, and in the points."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from ..records import Row
from .sources import Code

MOST_LINES = 4_000
"""Lines of a module that are compared; comparing takes time that grows faster than they do."""


@dataclass(frozen=True)
class Change:
    """What became of one module: its difference, line by line, with what each line is ("+", "-", "@" or " "); none
    where it is too long to be compared."""

    module: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Moved:
    """A question whose points are others than before."""

    question: str
    before: float
    after: float


def changed(before: Code, after: Code) -> list[Change]:
    """The modules that two attempts have otherwise."""
    found = []
    for module in dict.fromkeys((*before.modules, *after.modules)):
        old, new = (code.modules.get(module, "").splitlines() for code in (before, after))
        if old == new:
            continue
        lines: list[tuple[str, str]] = []
        if max(len(old), len(new)) <= MOST_LINES:
            told = list(difflib.unified_diff(old, new, lineterm="", n=3))[2:]
            lines = [(line[:1], line if line[:1] == "@" else line[1:]) for line in told]
        found.append(Change(module, tuple(lines)))
    return found


def moved(before: Row | None, after: Row | None) -> list[Moved]:
    """The questions whose points differ between two gradings."""
    if before is None or after is None:
        return []
    names = dict.fromkeys((*before.questions, *after.questions))
    pairs = [Moved(name, before.questions.get(name, 0.0), after.questions.get(name, 0.0)) for name in names]
    return [one for one in pairs if one.before != one.after]
