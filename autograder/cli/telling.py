"""How a command speaks: what it says on the terminal, and how it refuses."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.console import Console

console = Console(emoji=False)
"""What is printed holds names and headings, in which `:M:` is no picture."""

UNUSABLE = 2
"""Exit code for arguments that cannot be used."""


def stop(message: str) -> typer.Exit:
    """Say in one line what is wrong with the arguments."""
    Console(stderr=True, soft_wrap=True, emoji=False).print(
        message, style="bold red", markup=False, highlight=False
    )
    return typer.Exit(UNUSABLE)


def say(sentence: str) -> None:
    """Print a sentence as it is: names in it are no markup, and no line is cut."""
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def from_here(text: str) -> str:
    """A text in which paths below the present folder begin there, as they are typed."""
    return text.replace(f"{Path.cwd()}/", "")
