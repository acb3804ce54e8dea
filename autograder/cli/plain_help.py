"""The words of `--help`, and of what is said where something else was typed: no types of a programming language."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand
from typer.exceptions import TyperException

from .telling import stop

_WORDS = {
    "path": "PATH",
    "file": "FILE",
    "dir": "FOLDER",
    "str": "TEXT",
    "int": "NUMBER",
    "int range": "NUMBER",
}


_REFUSALS = {
    r": Input should be greater than or equal to (\S+)": r" must be at least \1",
    r": Input should be less than or equal to (\S+)": r" must be at most \1",
    r": Input should be a valid (?:integer|number)\b.*": " must be a whole number",
}
"""What the checking of types says, and the same for people."""


class PlainCommand(TyperCommand):
    """A command that refuses in one sentence, and whose help says `--out PATH`, where Typer has `--out <path>`, and `SUBMISSIONS`, where it has `{path}`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, taken apart.

        Raises:
            typer.Exit: they cannot be used; why has been said.
        """
        try:
            parsed: list[str] = super().parse_args(ctx, args)
        except TyperException as error:
            raise stop(f"{_refusal(error)} `{ctx.command_path} --help` says what may be given.") from error
        return parsed

    def get_help(self, ctx: Any) -> str:
        """The help, as wide as before."""
        return _plain(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """The line that begins with "Usage"."""
        return _plain(super().get_usage(ctx))


def _refusal(error: TyperException) -> str:
    """What is wrong with the arguments, in a sentence."""
    said = " ".join(str(getattr(error, "format_message", error.__str__)()).split())
    said = re.sub(r"^Invalid value for '(\S+)(?: [^']*)?': (?:Value error, )?", r"\1: ", said)
    for typed, plain in _REFUSALS.items():
        said = re.sub(typed, plain, said)
    return said if said.endswith(".") else f"{said}."


def _plain(text: str) -> str:
    text = re.sub(r"(?m)^(Usage: .*)$", lambda line: re.sub(r"[{}]", "", line[1]), text)
    text = re.sub(r"\bx>=(\d+)", r"at least \1", re.sub(r"(\d+)<=x<=(\d+)", r"\1 to \2", text))
    # Of an argument its name says enough.
    text = re.sub(r"(?m)^(  (?!-)\S+) (<[^>]+>)", lambda found: f"{found[1]} {' ' * len(found[2])}", text)
    return re.sub(r"(?m)^(  --\S+ )<([^>]+)>", lambda found: found[1] + _word(found[2]), text)


def _word(kind: str) -> str:
    """What stands for a value, as wide as Typer's word with its brackets."""
    return _WORDS.get(kind, kind).ljust(len(kind) + 2)
