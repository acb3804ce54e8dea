"""Tells how much of a module's work a file holds, and which of two files goes on from the other.

It reads text line by line and parses nothing: a source that was made to break a parser breaks nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .archive import UNREADABLE, Entry, SubmissionError

MAX_MODULE_BYTES = 1_000_000

_DEF = re.compile(r"^([ \t]{0,12})(?:async[ \t]+)?(def|class)[ \t]+(\w+)", re.MULTILINE)
_SIGNATURE_ENDS = re.compile(r":[ \t]*(?:#.*)?$", re.MULTILINE)
_ONE_LINE = re.compile(r".*\)[^:]*:[ \t]*([^\s#].*)")
_LONGEST_SIGNATURE = 300
_DOCSTRING = re.compile(r'\s*[rRuUbB]?(?:"""(?s:.*?)"""|\'\'\'(?s:.*?)\'\'\')')
_PROMPT = re.compile(r"\braise[ \t]+NotImplementedError\b")
_NOTHING = ("", "pass", "...", "return", "return None")


@dataclass(frozen=True)
class Work:
    """What one file holds.

    Attributes:
        written: the bodies of the functions that do something, by name, without comments and blank lines; those of a
            class under `Class.method`.
        stubs: the names of those that do nothing yet.
    """

    written: dict[str, str]
    stubs: frozenset[str]

    def done(self, functions: Collection[str]) -> frozenset[str]:
        """Which of these functions and classes, or of all where none are given, do something."""
        return _among(self.written, functions)

    def named(self, functions: Collection[str]) -> frozenset[str]:
        """Which of these functions and classes it has at all."""
        return _among((*self.written, *self.stubs), functions)

    def goes_on_from(self, other: Work, functions: Collection[str]) -> bool:
        """Whether this is the other one with more of it done: then there is no doubt which of the two counts."""
        if not other.done(functions):
            return bool(self.done(functions))
        same = all(self.written.get(name) == body for name, body in other.written.items())
        return same and len(self.done(functions)) > len(other.done(functions))


class Works:
    """What the files of one submission hold; each file is read once.

    Args:
        modules: the modules of the assignment.
        functions: the module of every function that a module has to define.

    Attributes:
        functions: the same by module.
    """

    def __init__(self, modules: Sequence[str], functions: Mapping[str, str]) -> None:
        self.functions = {
            module: [name for name, owner in functions.items() if owner == module] for module in modules
        }
        # By what reads a file: an entry is made anew where its place changes.
        self._known: dict[int, tuple[Entry, Work | None]] = {}

    def of(self, entry: Entry) -> Work | None:
        """What a file holds; None where it is not read."""
        if entry.fault or entry.size > MAX_MODULE_BYTES:
            return None
        key = id(entry.read)
        if key not in self._known:
            try:
                self._known[key] = entry, read(entry.read())
            except (SubmissionError, *UNREADABLE):
                self._known[key] = entry, None
        return self._known[key][1]


def _among(names: Iterable[str], functions: Collection[str]) -> frozenset[str]:
    found = {name.partition(".")[0] for name in names}
    return frozenset(found & set(functions) if functions else found)


def read(source: bytes) -> Work:
    """What a file holds."""
    utf_16 = source[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = source.decode("utf-16" if utf_16 else "utf-8-sig", "replace")
    found = list(_DEF.finditer(text))
    written: dict[str, str] = {}
    stubs: set[str] = set()
    owner = ""
    for i, match in enumerate(found):
        indent = len(match[1])
        if match[2] == "class":
            owner = match[3]
            continue
        owner = owner if indent else ""
        after = i + 1
        while after < len(found) and len(found[after][1]) > indent:
            after += 1
        end = found[after].start() if after < len(found) else len(text)
        body = _body(text[match.end() : end], indent)
        name = f"{owner}.{match[3]}" if owner else match[3]
        if body in _NOTHING or _PROMPT.search(body):
            stubs.add(name)
        else:
            written[name] = body
    return Work(written, frozenset(stubs - set(written)))


def _body(block: str, indent: int) -> str:
    """What follows the signature of a function, as far as it does something."""
    if one_line := _ONE_LINE.match(block[:_LONGEST_SIGNATURE].partition("\n")[0]):
        return one_line[1].strip()
    signature = _SIGNATURE_ENDS.search(block)
    rest = block[signature.end() :] if signature else block
    docstring = _DOCSTRING.match(rest)
    rest = rest[docstring.end() :] if docstring else rest
    kept = []
    for line in rest.splitlines():
        code = line.strip()
        if not code or code.startswith("#"):
            continue
        if len(line) - len(line.lstrip()) <= indent and signature:
            break  # the function is over
        kept.append(line.rstrip())
    return "\n".join(kept).strip()
