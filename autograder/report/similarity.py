"""Finds submissions that are suspiciously alike, for a person to read side by side.

It must never run or import what was handed in, and never call anybody a cheat: it ranks pairs by what they share and
others do not have.

Code is compared by its fingerprints (Schleimer, Wilkerson and Aiken, "Winnowing", SIGMOD 2003), with copydetect, which
forgets names, strings, comments and layout. A function of one line has few ways to be written, so a fingerprint that
many submissions share counts for little: each weighs log(n / number of submissions that have it).
"""

from __future__ import annotations

import ast
import heapq
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from ..assignment import Assignment
from ..cells import table
from ..files import write_atomically
from ..submissions import SubmissionError, open_submission
from .pages import Pages

SHOWN = 100
"""Most pairs in the report."""

LEAST = 0.5
"""Likeness below which a pair is not shown: pairs of independent work lie below it (autograder/README.md)."""

FEWEST = 5
"""Fewest fingerprints that a pair must share: fewer are some lines of code."""

NOISE, GUARANTEED = 25, 30
"""In characters of code without names: shorter matches are noise, longer ones are always found."""

MOST_TEXT = 300_000
"""Most bytes of a submission's code; the reference has 12,000."""

BLOCK = 500
"""Submissions that are compared with all others at a time."""


@dataclass(frozen=True)
class Code:
    """The code of a submission as it is compared: without docstrings and comments, in one layout.

    Attributes:
        submission: its name.
        text: the assignment's modules, one after another.
        print: copydetect's fingerprints of it.
    """

    submission: str
    text: str
    print: Any


@dataclass(frozen=True)
class Part:
    """A stretch of code; `alike` where the other submission has the same."""

    text: str
    alike: bool


@dataclass(frozen=True)
class Pair:
    """Two submissions.

    Attributes:
        one, other: their names.
        likeness: from 0 to 1, the weight of the fingerprints that they share in that of all that they have.
        shared: the number of those fingerprints.
        left, right: their code, in parts.
    """

    one: str
    other: str
    likeness: float
    shared: int
    left: tuple[Part, ...]
    right: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        compared: how many submissions were compared.
        pairs: those that are alike, the most alike first.
        left_out: submissions that could not be compared, with the reason.
    """

    compared: int
    pairs: tuple[Pair, ...]
    left_out: tuple[tuple[str, str], ...]


def compare(assignment: Assignment, submissions: Iterable[tuple[str, Path]]) -> Report:
    """Compare all submissions with one another.

    Args:
        assignment: what they are submissions of; its stubs are taken out first.
        submissions: (name, path) pairs.
    """
    stubs = assignment.rooms.handout
    given = "\n".join(_plain(path.read_text(encoding="utf-8")) for path in sorted(stubs.rglob("*.py")))
    boilerplate = sorted(_fingerprints(given, window=1).hashes)
    codes: list[Code] = []
    left_out: list[tuple[str, str]] = []
    for name, path in submissions:
        try:
            submission = open_submission(name, path, assignment.modules, functions=assignment.owners)
        except SubmissionError as error:
            left_out.append((name, str(error)))
            continue
        sources = [
            submission.modules[module] for module in assignment.modules if module in submission.modules
        ]
        sources += submission.other_modules.values()
        # Before it is parsed, which takes a thousand times as much memory as some texts have characters.
        size = sum(map(len, sources))
        if size > MOST_TEXT:
            left_out.append((name, f"It holds {size:,} bytes of code, too much to be compared."))
            continue
        text = "\n\n".join(_plain(source.decode("utf-8", "replace")) for source in sources)
        print_ = _fingerprints(text, GUARANTEED - NOISE + 1, boilerplate)
        if len(print_.hashes) < FEWEST:
            left_out.append((name, "It holds next to nothing beside what was given out."))
            continue
        codes.append(Code(name, text, print_))
    pairs = [
        Pair(codes[i].submission, codes[j].submission, likeness, shared, *_side_by_side(codes[i], codes[j]))
        for likeness, shared, i, j in _most_alike([code.print.hashes for code in codes])
    ]
    return Report(len(codes), tuple(pairs), tuple(left_out))


def write(report: Report, assignment: Assignment, folder: Path) -> Path:
    """Write `similarity.html` and `similarity.csv`; returns the page.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[list[str | float]] = [
        [pair.one, pair.other, round(pair.likeness, 3), pair.shared] for pair in report.pairs
    ]
    write_atomically(folder / "similarity.csv", table(["one", "other", "likeness", "shared"], lines))
    page = folder / "similarity.html"
    text = Pages("en").render(
        "similarity.html", title=assignment.title, report=report, most=SHOWN, least=LEAST
    )
    write_atomically(page, text.encode("utf-8", "replace"))
    return page


def _plain(source: str) -> str:
    """The code in Python's own layout and order, without comments and docstrings; as it is where it cannot be parsed.

    Functions are sorted by name, which the assignment gives, and the rest by its text: short as they are, another order
    would hide a copy.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            node.body = [line for line in node.body if not _is_text(line)] or [ast.Pass()]
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [node for node in tree.body if not isinstance(node, ast.FunctionDef)]
    try:
        others.sort(key=ast.unparse)
        tree.body = [*others, *sorted(functions, key=lambda function: function.name)]
        return ast.unparse(tree)
    except (ValueError, RecursionError, MemoryError):
        return source


def _is_text(node: ast.stmt) -> bool:
    """Whether it is a docstring, or another text that stands there for nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _fingerprints(text: str, window: int, boilerplate: Iterable[int] = ()) -> Any:
    # It imports matplotlib's windows: only where it is needed.
    from copydetect import CodeFingerprint

    return CodeFingerprint("code.py", NOISE, window, boilerplate=list(boilerplate), fp=io.StringIO(text))


def _most_alike(prints: list[set[int]]) -> list[tuple[float, int, int, int]]:
    """The pairs above `LEAST` as (likeness, shared, i, j), the most alike first, at most `SHOWN`."""
    if len(prints) < 2:
        return []
    numbers = {found: column for column, found in enumerate(sorted(set().union(*prints)))}
    frequency = Counter(found for hashes in prints for found in hashes)
    rows = [row for row, hashes in enumerate(prints) for _ in hashes]
    columns = [numbers[found] for hashes in prints for found in hashes]
    has = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(prints), len(numbers)))
    # One more than there are: two that are alone in the world share what nobody else has.
    weight = np.zeros(len(numbers))
    for found, column in numbers.items():
        weight[column] = np.log((len(prints) + 1) / frequency[found])
    weighted = has.multiply(weight).tocsr()
    own = np.asarray(weighted.sum(axis=1)).ravel()
    best: list[tuple[float, int, int, int]] = []
    for pair in _pairs(has, weighted, own):
        heapq.heappush(best, pair)
        if len(best) > SHOWN:
            heapq.heappop(best)
    return sorted(best, reverse=True)


def _pairs(has: Any, weighted: Any, own: np.ndarray[Any, Any]) -> Iterator[tuple[float, int, int, int]]:
    for start in range(0, has.shape[0], BLOCK):
        common = (weighted[start : start + BLOCK] @ has.T).toarray()
        number = (has[start : start + BLOCK] @ has.T).toarray()
        together = own[start : start + BLOCK, None] + own[None, :] - common
        likeness = np.divide(common, together, out=np.zeros_like(common), where=together > 0)
        later = np.arange(has.shape[0])[None, :] > np.arange(start, start + len(common))[:, None]
        for i, j in np.argwhere(later & (likeness >= LEAST) & (number >= FEWEST)):
            yield float(likeness[i, j]), int(number[i, j]), start + int(i), int(j)


def _side_by_side(one: Code, other: Code) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    from copydetect import compare_files

    _, _, slices = compare_files(one.print, other.print)
    return _parts(one.text, slices[0]), _parts(other.text, slices[1])


def _parts(text: str, slices: Any) -> tuple[Part, ...]:
    """The text, cut where what is alike begins and ends."""
    parts, at = [], 0
    for start, end in sorted((int(start), int(end)) for start, end in zip(*slices, strict=True)):
        parts.append(Part(text[at : max(at, start)], False))
        parts.append(Part(text[max(at, start) : end], True))
        at = max(at, end)
    parts.append(Part(text[at:], False))
    return tuple(part for part in parts if part.text)
