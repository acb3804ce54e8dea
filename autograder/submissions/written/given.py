"""What students are given in a notebook, from the jupytext script that it is made of."""

from __future__ import annotations

import functools
import re
from pathlib import Path

CELL_NAME = re.compile(r"^# %% ([\w-]+)", re.MULTILINE)
_QUESTION = "question-"


@functools.cache
def given_text(notebook: Path) -> str:
    """All of its text, in all languages."""
    return notebook.read_text(encoding="utf-8") if notebook.is_file() else ""


@functools.lru_cache(maxsize=8)
def headings_of(given: str) -> dict[str, frozenset[str]]:
    """By question, the headings under which it is asked, one in each language."""
    found: dict[str, set[str]] = {}
    question = ""
    for line in given.splitlines():
        if name := CELL_NAME.match(line):  # the same in other languages has none
            question = (
                name[1].removeprefix(_QUESTION).replace("-", "_") if name[1].startswith(_QUESTION) else ""
            )
        elif question and line.startswith("# #"):
            found.setdefault(question, set()).add(plain(line))
    return {question: frozenset(headings) for question, headings in found.items()}


def plain(line: str) -> str:
    """A line in which spaces, and the signs of a comment or a heading before it, do not count."""
    return " ".join(line.lstrip("# \t").split())
