"""The words of `--help`: what is to be typed, and no types of a programming language."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand

_WORDS = {
    "path": "PATH",
    "file": "FILE",
    "dir": "FOLDER",
    "str": "TEXT",
    "int": "NUMBER",
    "int range": "NUMBER",
}


class PlainCommand(TyperCommand):
    """A command whose help says `--out PATH`, where Typer has `--out <path>`, and `SUBMISSIONS`, where it has `{path}`."""

    def get_help(self, ctx: Any) -> str:
        """The help, as wide as before."""
        return _plain(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """The line that begins with "Usage"."""
        return _plain(super().get_usage(ctx))


def _plain(text: str) -> str:
    text = re.sub(r"(?m)^(Usage: .*)$", lambda line: re.sub(r"[{}]", "", line[1]), text)
    text = re.sub(r"\bx>=(\d+)", r"at least \1", re.sub(r"(\d+)<=x<=(\d+)", r"\1 to \2", text))
    # Of an argument its name says enough.
    text = re.sub(r"(?m)^(  (?!-)\S+) (<[^>]+>)", lambda found: f"{found[1]} {' ' * len(found[2])}", text)
    return re.sub(r"(?m)^(  --\S+ )<([^>]+)>", lambda found: found[1] + _word(found[2]), text)


def _word(kind: str) -> str:
    """What stands for a value, as wide as Typer's word with its brackets."""
    return _WORDS.get(kind, kind).ljust(len(kind) + 2)
