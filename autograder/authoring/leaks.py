"""Looks for what students must not get in what they are about to get.

Text is compared line by line, white space apart, so that a renamed file, a string anywhere in a notebook or a comment
is no hiding place. A line gives something away by itself when it is long; short ones only two in a row. A short line of
the reference counts where a person has written: in a README, a notebook, a module that is given. Of a
misconception's hint, every long sentence counts, also inside another one.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from pathlib import Path

from colab_setup.checking.hinting.hints import BLOCK, ENTRY, KEY, NUMBER, SEAL
from colab_setup.checking.hinting.hints import FILE as SEALED_HINTS

from ..assignment import (
    Assignment,
    Variant,
    load_misconceptions,
    load_styles,
    make_stub,
    public_tests,
    read_text,
)
from .examining import notebook_texts
from .handout import generated

TELLING_LINE = 45
"""Characters from which a single line counts."""

TELLING_PAIR = 40
"""Characters from which two lines in a row count."""

THRESHOLD = "a threshold of what is trained"
KIT = "colab_setup/"
"""The kit's own code, in whose numbers nobody has put an assignment's."""

SOLVED_LINE, SOLVED_VALUE = 22, 15
"""Characters from which a line of the reference counts in what a person has written, and from which what it returns does.

No page of the kit's own holds any: the longest line that does stand in one has 21."""

_OF_THRESHOLDS = re.compile("tier|threshold|ngưỡng", re.IGNORECASE)
_ENCODED = re.compile(r"\S{200,}")
"""An image in a notebook, say: chance puts any short word and number into it."""


@dataclass(frozen=True)
class Leak:
    """One place in a file for students.

    Attributes:
        file: the file's name in the zip.
        line: the line's number, from 1; in a notebook, of its texts one after another.
        what: what it gives away.
    """

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, holds {self.what}"


class Search:
    """Looks for what is an assignment's staff's in files for students, as often as one likes.

    Args:
        assignment: whose secrets are looked for; its files are read once.
        language: of the notebook.
    """

    def __init__(self, assignment: Assignment, language: str = "en") -> None:
        known = _known(assignment)
        variants = [*load_misconceptions(assignment.solutions), *load_styles(assignment.solutions)]
        self._secrets = dict(_secrets(assignment, variants, known))
        self._hints = list(_hints(variants, known))
        self._solved = list(_solved(assignment, set(known)))
        self._stubs = [f"{module}.py" for module in assignment.modules]
        self._told = (
            (_tells_seed(assignment), "the seed of the hidden inputs"),
            (_tells_tier(assignment), THRESHOLD),
        )
        self._generated = generated(assignment, language)

    def find(self, files: Mapping[str, bytes]) -> list[Leak]:
        """Everything in the students' files that is the staff's.

        Args:
            files: the content of every file by name.
        """
        leaks = [*_unlike(self._generated, files), *_unsealed(files)]
        for name, content in sorted(files.items()):
            text = content.decode("utf-8", "replace")
            if Path(name).suffix == ".ipynb":
                try:
                    text, outputs = notebook_texts.texts_of(text)
                except (ValueError, RecursionError):
                    outputs = [(1, "what is no notebook")]
                leaks += [Leak(name, number, what) for number, what in outputs]
            lines = text.splitlines()
            leaks += [
                Leak(name, number, what)
                for number, line in enumerate(lines, 1)
                for tells, what in self._told
                if tells(line) and not (what is THRESHOLD and name.startswith(KIT))
            ]
            filled = [(number, normal) for number, line in enumerate(lines, 1) if (normal := _normal(line))]
            for i, (number, line) in enumerate(filled):
                found = self._secrets.get((line,)) or self._secrets.get(
                    (line, filled[i + 1][1] if i + 1 < len(filled) else "")
                )
                if found is not None:
                    leaks.append(Leak(name, number, found))
            if name not in self._stubs and not name.startswith((KIT, "tests/")):
                whole = "\n".join(line for _, line in filled)
                leaks += [
                    Leak(name, number, what)
                    for part, what in self._solved
                    if part in whole
                    for number, line in filled
                    if part in line and not any((leak.file, leak.line) == (name, number) for leak in leaks)
                ]
            leaks += [leak for leak in _told_hints(name, filled, self._hints) if leak not in leaks]
        return leaks


def _unlike(texts: Mapping[str, str], files: Mapping[str, bytes]) -> Iterator[Leak]:
    """Where files are not just what is generated: a solution may be one short line."""
    for name in sorted(texts.keys() & files.keys()):
        if texts[name].encode() == files[name]:
            continue
        expected = texts[name].splitlines(keepends=True)
        found = files[name].decode("utf-8", "replace").splitlines(keepends=True)
        differing = (n for n, (ours, theirs) in enumerate(zip_longest(expected, found), 1) if ours != theirs)
        yield Leak(
            name, next(differing, 1), "something else than the generated file (run `autograder stubs`)"
        )


def _unsealed(files: Mapping[str, bytes]) -> Iterator[Leak]:
    """Where hints that leave sealed are anything else: texts of misconceptions, their names, their number of edits."""
    if SEALED_HINTS not in files:
        return
    try:
        told = json.loads(files[SEALED_HINTS])
        questions = told["questions"].values()
        entries = [ENTRY.fullmatch(entry) for question in questions for entry in question["entries"]]
        kept = all(entry is not None and _length(entry[3]) == NUMBER + KEY for entry in entries)
        kept &= all(_length(text) % BLOCK == 0 for question in questions for text in question["texts"])
        kept &= told.keys() == {"salt", "questions"}
        kept &= all(question.keys() == {"of", "texts", "entries"} for question in questions)
        digests = [told["salt"], *(question["of"] for question in questions)]
        kept &= all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)
    except (ValueError, TypeError, KeyError, AttributeError):
        kept = False
    if not kept:
        yield Leak(SEALED_HINTS, 1, "something else than sealed hints")


def _length(sealed: str) -> int:
    """Bytes of what is sealed."""
    return len(base64.b64decode(sealed, validate=True)) - SEAL


def _read(assignment: Assignment, module: str) -> str:
    return read_text(assignment.solutions / f"{module}.py")


def _known(assignment: Assignment) -> list[str]:
    """The lines of stubs and public cases, in their order: what they say may be said anywhere."""
    texts = [make_stub(_read(assignment, module)) for module in assignment.modules]
    texts += [public_tests(path.read_text(encoding="utf-8")) for path in assignment.tests]
    return [line for text in texts for line in _lines(text)]


def _secrets(
    assignment: Assignment, variants: Iterable[Variant], public: Iterable[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Telling lines and pairs of lines of the staff's files, with what they are."""
    known = set(public)
    for module in assignment.modules:
        yield from _telling(_read(assignment, module), known, f"the reference of {module}.py")
    for path in assignment.tests:
        yield from _telling(path.read_text(encoding="utf-8"), known, f"a hidden case of {path.name}")
    settings = assignment.settings_file.read_text(encoding="utf-8")
    for line in settings.splitlines():
        if line.startswith("tiers"):
            yield (_normal(line),), THRESHOLD
    for question in assignment.manual.values():
        for name, prediction in question.predictions.items():
            for why in prediction.why.values():
                yield from _telling(why, known, f"what is right for the prediction {name}")
    for variant in variants:
        yield from _telling(f"{variant.hint}\n{variant.source}", known, f"the variant {variant.name}")


def _telling(secret: str, known: set[str], what: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The lines and pairs of `secret` that are not `known` and are long enough to mean something."""
    lines = list(_lines(secret))
    for first, second in zip(lines, [*lines[1:], ""], strict=True):
        if first in known:
            continue
        if len(first) >= TELLING_LINE:
            yield (first,), what
        if second and second not in known and len(first) + len(second) >= TELLING_PAIR:
            yield (first, second), what


def _solved(assignment: Assignment, known: set[str]) -> Iterator[tuple[str, str]]:
    """The lines of the reference that are short and yet mean something by themselves, and what they are."""
    for module in assignment.modules:
        code = re.sub(r"[ \t]+#.*", "", _read(assignment, module))
        for line in dict.fromkeys(_lines(code)):
            value = line.removeprefix("return")
            least = SOLVED_LINE if value == line else SOLVED_VALUE
            if line not in known and least <= len(value) and not value.endswith(("(", ",", ":")):
                yield value, f"the reference of {module}.py"


def _hints(variants: Iterable[Variant], public: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The long sentences of the hints, without their ends, and what they are."""
    known = "".join(public).casefold()
    for variant in variants:
        for sentence in re.split(r"[.!?]\s", variant.hint):
            told = _normal(sentence).casefold().rstrip(".!?:;")
            if len(told) >= TELLING_LINE and told not in known:
                yield told, f"the variant {variant.name}"


def _told_hints(name: str, lines: list[tuple[int, str]], hints: Iterable[tuple[str, str]]) -> Iterator[Leak]:
    """Hints anywhere in a file's normalised lines, across their ends too."""
    folded = [line.casefold() for _, line in lines]
    starts = list(accumulate(map(len, folded), initial=0))
    text = "".join(folded)
    for told, what in hints:
        at = text.find(told)
        if at >= 0:
            yield Leak(name, lines[bisect_right(starts, at) - 1][0], what)


def _tells_seed(assignment: Assignment) -> Callable[[str], bool]:
    """Whether a line holds the seed: its digits, or those of its hexadecimal form, also with underscores."""
    digits, hexadecimal = str(assignment.seed), f"{assignment.seed:x}"
    # Without its 0x a short one is a word or another number.
    prefix = "(?:0x_?)?" if len(hexadecimal) >= 8 else "0x_?"
    pattern = re.compile(
        rf"(?<![\w.])(?:{'_?'.join(digits)}|{prefix}[0_]*{'_?'.join(hexadecimal)})(?![\w.])", re.IGNORECASE
    )
    return lambda line: pattern.search(line) is not None


def _tells_tier(assignment: Assignment) -> Callable[[str], bool]:
    """Whether a line speaks of tiers or thresholds and holds one: 34.5 also as 34,5 or 0.345."""
    tiers = {
        tier
        for recipes in assignment.recipes.values()
        for recipe in recipes.values()
        for tier in recipe.tiers.values()
    }
    numbers = {f"{number:.10g}" for tier in tiers for number in (tier, tier / 100)}
    forms = "|".join(
        (f"0?{number[1:]}" if number.startswith("0.") else number).replace(".", "[.,]")
        + ("0*" if "." in number else "(?:[.,]0+)?")
        for number in sorted(numbers)
    )
    pattern = re.compile(rf"(?<!\d)(?<!\d[.,])(?:{forms})(?!\d|[.,]\d)")

    def tells(line: str) -> bool:
        line = _ENCODED.sub(" ", unicodedata.normalize("NFC", line))
        return bool(tiers) and _OF_THRESHOLDS.search(line) is not None and pattern.search(line) is not None

    return tells


def _lines(text: str) -> Iterable[str]:
    return (line for line in map(_normal, text.splitlines()) if line)


def _normal(line: str) -> str:
    return re.sub(r"\s+", "", line.strip().lstrip("#"))
