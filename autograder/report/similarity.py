"""Finds submissions that are suspiciously alike, for a person to read side by side.

It must never run or import what was handed in, and never call anybody a cheat: it ranks pairs by what they share and
others do not have (`prints`), as wholes and function by function, since one copied function is lost among twenty of one's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..assignment import Assignment
from ..cells import table
from ..files import write_atomically
from ..submissions import SubmissionError, open_submission
from .pages import Pages
from .prints import FEWEST, Common, fingerprints, functions_of, in_common, plain

SHOWN = 100
"""Most pairs in the report."""

LEAST = 0.5
"""Likeness below which a pair is not shown: pairs of independent work lie below it (autograder/README.md)."""

CONTAINED = 0.6
"""Containment below which a pair is not shown, of wholes and of functions."""

MOST_TEXT = 300_000
"""Most bytes of a submission's code; the reference has 12,000."""


@dataclass(frozen=True)
class Code:
    """The code of a submission as it is compared: without docstrings and comments, in one layout.

    Attributes:
        submission: its name.
        text: the assignment's modules, one after another.
        print: copydetect's fingerprints of it.
        functions: fingerprints of each graded function by itself.
    """

    submission: str
    text: str
    print: Any
    functions: Mapping[str, set[int]]


@dataclass(frozen=True)
class Part:
    """A stretch of code; `alike` where the other submission has the same."""

    text: str
    alike: bool


@dataclass(frozen=True)
class Pair:
    """Two submissions.

    Attributes:
        one, other: whose they are.
        likeness: from 0 to 1, the weight of the fingerprints that they share in that of all that they have.
        contained: from 0 to 1, the part of the smaller one that stands in the other, and that few others have.
        shared: the number of fingerprints that they share.
        functions: the functions that are copied if anything is, with the containment of each.
        left, right: their code, in parts.
    """

    one: str
    other: str
    likeness: float
    contained: float
    shared: int
    functions: Mapping[str, float]
    left: tuple[Part, ...]
    right: tuple[Part, ...]

    @property
    def most(self) -> float:
        """What the pair is ranked by: the highest of its numbers."""
        return max(self.likeness, self.contained, *self.functions.values(), 0.0)


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


def compare(
    assignment: Assignment,
    submissions: Iterable[tuple[str, Path]],
    owners: Mapping[str, frozenset[str]] | None = None,
    names: Mapping[str, str] | None = None,
) -> Report:
    """Compare all submissions with one another.

    Args:
        assignment: what they are submissions of; its stubs are taken out first.
        submissions: (name, path) pairs.
        owners: whose each is: two of one student's are not compared.
        names: what to call them, where that is not the submission's name.
    """
    owners, names = owners or {}, names or {}
    stubs = assignment.rooms.handout
    given = "\n".join(plain(path.read_text(encoding="utf-8")) for path in sorted(stubs.rglob("*.py")))
    boilerplate = sorted(fingerprints(given, window=1).hashes)
    codes: list[Code] = []
    left_out: list[tuple[str, str]] = []
    for name, path in submissions:
        try:
            code = _code(assignment, name, path, boilerplate)
        except SubmissionError as error:
            left_out.append((names.get(name, name), str(error)))
        else:
            codes.append(code)
    prints = [code.print.hashes for code in codes]
    wholes = {(one.one, one.other): one for one in in_common(prints, len(codes), -1.0, -1.0)}
    found = {place for place, one in wholes.items() if one.likeness >= LEAST or one.contained >= CONTAINED}
    functions: dict[tuple[int, int], dict[str, float]] = {}
    for function in assignment.owners:
        theirs = [code.functions.get(function, set()) for code in codes]
        for common in in_common(theirs, len(codes), 2.0, CONTAINED):
            functions.setdefault((common.one, common.other), {})[function] = common.contained
    places = [
        (i, j)
        for i, j in found | functions.keys()
        if not owners.get(codes[i].submission, frozenset()) & owners.get(codes[j].submission, frozenset())
    ]
    pairs = []
    for i, j in places:
        whole = wholes.get((i, j), Common(i, j, 0.0, 0.0, 0))
        one, other = (names.get(code.submission, code.submission) for code in (codes[i], codes[j]))
        alike = dict(sorted(functions.get((i, j), {}).items(), key=lambda item: -item[1]))
        pairs.append(((i, j), Pair(one, other, whole.likeness, whole.contained, whole.shared, alike, (), ())))
    shown = []
    for (i, j), pair in sorted(pairs, key=lambda found: (-found[1].most, found[0]))[:SHOWN]:
        left, right = _side_by_side(codes[i], codes[j])
        shown.append(replace(pair, left=left, right=right))
    return Report(len(codes), tuple(shown), tuple(left_out))


def _code(assignment: Assignment, name: str, path: Path, boilerplate: list[int]) -> Code:
    """A submission's code.

    Raises:
        SubmissionError: it cannot be opened, or not be compared.
    """
    submission = open_submission(name, path, assignment.modules, functions=assignment.owners)
    modules = [submission.modules[one] for one in assignment.modules if one in submission.modules]
    sources = [*modules, *submission.other_modules.values()]
    # Before it is parsed, which takes a thousand times as much memory as some texts have characters.
    size = sum(map(len, sources))
    if size > MOST_TEXT:
        raise SubmissionError(f"It holds {size:,} bytes of code, too much to be compared.")
    texts = [source.decode("utf-8", "replace") for source in sources]
    text = "\n\n".join(map(plain, texts))
    whole = fingerprints(text, boilerplate=boilerplate)
    if len(whole.hashes) < FEWEST:
        raise SubmissionError("It holds next to nothing beside what was given out.")
    functions = {
        function: fingerprints(written, boilerplate=boilerplate).hashes
        for one in texts
        for function, written in functions_of(one, assignment.owners).items()
    }
    return Code(name, text, whole, functions)


def write(report: Report, assignment: Assignment, folder: Path) -> Path:
    """Write `similarity.html` and `similarity.csv`; returns the page.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[list[str | float]] = [
        [
            pair.one,
            pair.other,
            round(pair.likeness, 3),
            pair.shared,
            round(pair.contained, 3),
            " ".join(f"{name}:{part:.2f}" for name, part in pair.functions.items()),
        ]
        for pair in report.pairs
    ]
    write_atomically(
        folder / "similarity.csv",
        table(["one", "other", "likeness", "shared", "contained", "functions"], lines),
    )
    page = folder / "similarity.html"
    text = Pages("en").render(
        "similarity.html", title=assignment.title, report=report, most=SHOWN, least=LEAST, contained=CONTAINED
    )
    write_atomically(page, text.encode("utf-8", "replace"))
    return page


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
