"""Finds what was handed in, where the runs of the grader have read it, and what changed in it from attempt to attempt."""

from __future__ import annotations

import ast
import difflib
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..assignment import Assignment
from ..grading import STORE
from ..records import Asked, asked_in, fingerprint
from ..submissions import SubmissionError, collect, open_submission
from ..temporary import Folder
from ..text import is_writing

GONE = "What was handed in does not lie any more where it was graded."

KEPT = 64
"""Submissions whose code is kept in memory."""

MOST_LINES = 4_000
"""Lines of a module that are compared; comparing takes time that grows faster than they do."""


@dataclass(frozen=True)
class Code:
    """What was handed in, as far as it can be shown.

    Attributes:
        modules: the text of each module, by name.
        content: a hash of all that is graded, as gradings have it.
        reason: why there is nothing; "" where there is something.
    """

    modules: dict[str, str]
    content: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ModuleDifference:
    """What became of one module: its difference, line by line, with what each line is ("+", "-", "@" or " "); none
    where it is too long to be compared."""

    module: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FunctionText:
    """A function of a module: its lines, and the number of the first one."""

    module: str
    first: int
    text: str


class Sources:
    """The submissions of all runs that a store remembers.

    Args:
        assignment: what was graded.
        out: the folder of the results, which is no submission.
    """

    def __init__(self, assignment: Assignment, out: Path) -> None:
        self._assignment, self._out = assignment, out
        self._staging = Folder("desk")
        self._lock = threading.Lock()
        self._runs: list[Asked] = []
        self._places: dict[str, tuple[Asked, Path]] = {}
        self._opened = lru_cache(KEPT)(self._open)

    def close(self) -> None:
        """Remove what was unpacked."""
        self._staging.remove()

    def place_of(self, submission: str) -> tuple[Asked, Path] | None:
        """The last run that has read a submission, and where it lies; None where it is not there any more."""
        with self._lock:
            place = self._places.get(submission)
            # Another run may have graded it meanwhile, from another place.
            if (place is None or not place[1].exists()) and (
                runs := asked_in(self._out / STORE)
            ) != self._runs:
                self._runs, self._places = runs, dict(self._found(runs))
                place = self._places.get(submission)
        return place if place and place[1].exists() else None

    def _found(self, runs: Sequence[Asked]) -> Iterator[tuple[str, tuple[Asked, Path]]]:
        for run in runs:
            staged = Path(tempfile.mkdtemp(dir=self._staging.path))
            with suppress(
                SubmissionError, OSError
            ):  # it was moved away; whoever asks for one of them is told
                found = collect(Path(run.path), self._assignment.modules, staged, self._out)
                yield from ((name, (run, path)) for name, path in found.paths.items())

    def code(self, submission: str) -> Code:
        """The code of a submission, as it lies there now."""
        place = self.place_of(submission)
        if place is None:
            return Code({}, reason=GONE)
        return self._opened(submission, place, place[1].stat().st_mtime_ns)

    def _open(self, submission: str, place: tuple[Asked, Path], changed: int) -> Code:
        assignment = self._assignment
        try:
            found = open_submission(
                submission, place[1], assignment.modules, assignment.attachments, assignment.owners
            )
        except (SubmissionError, OSError) as error:
            return Code({}, reason=str(error))
        modules = {
            name: text.decode("utf-8-sig", "replace").replace("\r\n", "\n")
            for name, text in found.modules.items()
        }
        return Code(modules, fingerprint(found.content()))


def part_of(code: Code, module: str, function: str) -> FunctionText | None:
    """A function, or a class, of a module at its top level; None where it is not there or cannot be told."""
    text = code.modules.get(module, "")
    if not is_writing(text):
        return None
    try:
        found = [node for node in ast.parse(text).body if getattr(node, "name", "") == function]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not found:
        return None
    node = found[-1]
    first = min([node.lineno, *(line.lineno for line in getattr(node, "decorator_list", ()))])
    lines = text.split("\n")[first - 1 : node.end_lineno]
    return FunctionText(module, first, "\n".join(lines))


def changed(before: Code, after: Code) -> list[ModuleDifference]:
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
        found.append(ModuleDifference(module, tuple(lines)))
    return found
