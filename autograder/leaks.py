"""Looks for what students must not get in what they are about to get.

Text is compared line by line, white space apart, so that a renamed file, a notebook cell or a comment is no
hiding place. A line gives something away by itself when it is long; short ones only two in a row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from .assignment import SUITES, Assignment
from .stubs import make_stub, public_tests
from .variants import load_variants

TELLING_LINE = 45
"""Characters from which a single line counts."""

TELLING_PAIR = 40
"""Characters from which two lines in a row count."""


@dataclass(frozen=True)
class Leak:
    """One place in a file for students.

    Attributes:
        file: the file's name in the zip.
        line: the line's number, from 1; in a notebook, of its sources one after another.
        what: what it gives away.
    """

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, holds {self.what}"


def find(assignment: Assignment, files: Mapping[str, bytes]) -> list[Leak]:
    """Everything in the students' files that is the staff's.

    Args:
        assignment: whose secrets are looked for.
        files: the content of every file by name.
    """
    secrets = dict(_secrets(assignment))
    seed = re.compile(rf"(?<![\w.]){assignment.seed}(?![\w.])")
    leaks = list(_unlike_generated(assignment, files))
    for name, content in sorted(files.items()):
        text = _text(name, content).splitlines()
        leaks += [
            Leak(name, number, "the seed of the hidden inputs")
            for number, line in enumerate(text, 1)
            if seed.search(line)
        ]
        filled = [(number, normal) for number, line in enumerate(text, 1) if (normal := _normal(line))]
        for i, (number, line) in enumerate(filled):
            found = secrets.get((line,)) or secrets.get(
                (line, filled[i + 1][1] if i + 1 < len(filled) else "")
            )
            if found is not None:
                leaks.append(Leak(name, number, found))
    return leaks


def _unlike_generated(assignment: Assignment, files: Mapping[str, bytes]) -> Iterator[Leak]:
    """Where stubs and public tests are not just what is generated: a solution may be one short line."""
    generated = {f"{module}.py": make_stub(_read(assignment, module)) for module in assignment.modules}
    generated |= {
        f"tests/{path.name}": public_tests(path.read_text(encoding="utf-8")) for path in assignment.tests
    }
    for name in sorted(generated.keys() & files.keys()):
        expected, found = generated[name].splitlines(), files[name].decode("utf-8", "replace").splitlines()
        for number, (ours, theirs) in enumerate(zip_longest(expected, found), 1):
            if ours != theirs:
                yield Leak(name, number, "something else than the generated file (run `make stubs`)")
                break


def _read(assignment: Assignment, module: str) -> str:
    return (assignment.solutions / f"{module}.py").read_text(encoding="utf-8")


def _secrets(assignment: Assignment) -> Iterator[tuple[tuple[str, ...], str]]:
    """Telling lines and pairs of lines of the staff's files, with what they are."""
    modules = {module: _read(assignment, module) for module in assignment.modules}
    # What a stub or a public case says may be said anywhere.
    known = {line for source in modules.values() for line in _lines(make_stub(source))}
    known |= {
        line for path in assignment.tests for line in _lines(public_tests(path.read_text(encoding="utf-8")))
    }
    for module, source in modules.items():
        yield from _telling(source, known, f"the reference of {module}.py")
    for path in assignment.tests:
        yield from _telling(path.read_text(encoding="utf-8"), known, f"a hidden case of {path.name}")
    settings = (SUITES / assignment.name / "assignment.toml").read_text(encoding="utf-8")
    for line in settings.splitlines():
        if line.startswith("tiers"):
            yield (_normal(line),), "an accuracy threshold"
    for kind in ("misconceptions", "styles"):
        for variant in load_variants(assignment.solutions / f"{kind}.py"):
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


def _lines(text: str) -> Iterable[str]:
    return (line for line in map(_normal, text.splitlines()) if line)


def _normal(line: str) -> str:
    return re.sub(r"\s+", "", line.strip().lstrip("#"))


def _text(name: str, content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    if Path(name).suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)
