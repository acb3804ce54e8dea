"""Finds submissions that are suspiciously alike, for a person to read side by side.

It must never run or import what was handed in, and never call anybody a cheat: it ranks pairs by what they share and
others do not have (`prints`), as wholes and function by function, since one copied function is lost among twenty of one's own.
"""

from __future__ import annotations

import heapq
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..assignment import Assignment
from ..submissions import SubmissionError, open_submission
from .prints import FEWEST, Common, fingerprints, functions_of, in_common, plain

SHOWN = 100
"""Most pairs in the report."""

LEAST = 0.5
"""Likeness below which a pair is not shown: pairs of independent work lie below it (autograder/README.md)."""

CONTAINED = 0.7
"""Containment below which a pair is not shown; two halves that are alike by 0.5 contain one another by 0.67."""

ENOUGH = 0.5
"""What a contained submission has in common with the other, in the fingerprints of a usual one: a few lines are soon contained."""

RARE = 0.6
"""Which part of a function two must have in common that few others have."""

MOST_TEXT = 300_000
"""Most bytes of a submission's code; the reference has 12,000."""

MOST_MODULES = 200
"""Most of its modules: each is read and written anew by itself, however short it is."""


@dataclass(frozen=True)
class Code:
    """The code of a submission as it is compared: without docstrings and comments, in one layout.

    Attributes:
        submission: its name.
        text: the assignment's modules, one after another.
        print: copydetect's fingerprints of it.
        functions: each graded function by itself, with its fingerprints.
    """

    submission: str
    text: str
    print: Any
    functions: Mapping[str, tuple[str, Any]]


@dataclass(frozen=True)
class Stretch:
    """A stretch of code; `alike` where the other submission has the same."""

    text: str
    alike: bool


Sides = tuple[tuple[Stretch, ...], tuple[Stretch, ...]]
"""Code of two, in parts."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Code of two submissions, side by side.

    Attributes:
        one, other: whose it is.
        contained: from 0 to 1, the part of the smaller one that stands in the other, and that few others have.
        shared: the number of fingerprints that they share.
        left, right: the code, in parts.
    """

    one: str
    other: str
    contained: float
    shared: int
    left: tuple[Stretch, ...]
    right: tuple[Stretch, ...]


@dataclass(frozen=True, kw_only=True)
class Whole(Pair):
    """Two submissions; `likeness` is, from 0 to 1, the weight of the fingerprints that they share in that of all they have."""

    likeness: float


@dataclass(frozen=True, kw_only=True)
class Function(Pair):
    """One function, of this name, that two submissions have in common."""

    name: str


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        compared: how many submissions were compared.
        pairs: those that are alike, the most alike first.
        functions: those that two have in common, the longest first.
        left_out: submissions that could not be compared, with the reason.
    """

    compared: int
    pairs: tuple[Whole, ...]
    functions: tuple[Function, ...]
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
    comparing = _Comparing(codes, _told_apart([code.submission for code in codes], names, owners), owners)
    return Report(len(codes), comparing.wholes(), comparing.functions(assignment.owners), tuple(left_out))


@dataclass(frozen=True)
class _Comparing:
    """Finds pairs in code; `told` is what to call whose it is."""

    codes: Sequence[Code]
    told: Sequence[str]
    owners: Mapping[str, frozenset[str]]

    def wholes(self) -> tuple[Whole, ...]:
        """Submissions that are alike, the most alike first."""
        codes = self.codes
        usual = statistics.median([len(code.print.hashes) for code in codes] or [0])
        found = (
            one
            for one in in_common([code.print.hashes for code in codes], LEAST)
            if self._are_apart(one)
            and (one.likeness >= LEAST or (one.contained >= CONTAINED and one.shared >= ENOUGH * usual))
        )
        return tuple(
            Whole(
                likeness=one.likeness,
                **self._pair(one, one.contained, _side_by_side(codes[one.one], codes[one.other])),
            )
            for one in heapq.nlargest(SHOWN, found, key=_alike)
        )

    def functions(self, names: Iterable[str]) -> tuple[Function, ...]:
        """Functions of these names that two have in common, the longest first."""
        codes, found = self.codes, []
        for name in names:
            prints = [code.functions[name][1].hashes if name in code.functions else set() for code in codes]
            found += [
                (name, one) for one in in_common(prints, RARE) if one.rare >= RARE and self._are_apart(one)
            ]
        longest = heapq.nlargest(SHOWN, found, key=lambda item: item[1].contained * item[1].shared)
        return tuple(
            Function(
                name=name,
                **self._pair(
                    one, one.rare, _marked(codes[one.one].functions[name], codes[one.other].functions[name])
                ),
            )
            for name, one in longest
        )

    def _are_apart(self, one: Common) -> bool:
        """Whether they are not one student's."""
        first, second = (self.owners.get(self.codes[i].submission, frozenset()) for i in (one.one, one.other))
        return not first & second

    def _pair(self, one: Common, contained: float, sides: Sides) -> dict[str, Any]:
        left, right = sides
        whose = {"one": self.told[one.one], "other": self.told[one.other]}
        return {**whose, "contained": contained, "shared": one.shared, "left": left, "right": right}


def _alike(one: Common) -> tuple[float, float]:
    """What ranks pairs: of those that are contained alike, the ones that are the same as wholes come first."""
    return round(max(one.likeness, one.contained), 3), one.likeness


def _told_apart(
    submissions: Sequence[str], names: Mapping[str, str], owners: Mapping[str, frozenset[str]]
) -> list[str]:
    """What to call submissions; with their own names beside those of students where two are called the same."""
    whose: dict[str, set[frozenset[str]]] = {}
    for one in submissions:
        whose.setdefault(names.get(one, one), set()).add(owners.get(one, frozenset((one,))))
    told = [(names.get(one, one), one) for one in submissions]
    return [name if len(whose[name]) == 1 else f"{name} ({one})" for name, one in told]


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
    if len(sources) > MOST_MODULES:
        raise SubmissionError(f"It holds {len(sources):,} modules, too many to be compared.")
    texts = [source.decode("utf-8", "replace") for source in sources]
    text = "\n\n".join(map(plain, texts))
    whole = fingerprints(text, boilerplate=boilerplate)
    if len(whole.hashes) < FEWEST:
        raise SubmissionError("It holds next to nothing beside what was given out.")
    functions = {
        function: (written, fingerprints(written, boilerplate=boilerplate))
        for one in texts
        for function, written in functions_of(one, assignment.owners).items()
    }
    return Code(name, text, whole, functions)


def _side_by_side(one: Code, other: Code) -> Sides:
    return _marked((one.text, one.print), (other.text, other.print))


def _marked(one: tuple[str, Any], other: tuple[str, Any]) -> Sides:
    from copydetect import compare_files

    _, _, slices = compare_files(one[1], other[1])
    return _parts(one[0], slices[0]), _parts(other[0], slices[1])


def _parts(text: str, slices: Any) -> tuple[Stretch, ...]:
    """The text, cut where what is alike begins and ends."""
    parts, at = [], 0
    for start, end in sorted((int(start), int(end)) for start, end in zip(*slices, strict=True)):
        parts.append(Stretch(text[at : max(at, start)], False))
        parts.append(Stretch(text[max(at, start) : end], True))
        at = max(at, end)
    parts.append(Stretch(text[at:], False))
    return tuple(part for part in parts if part.text)
