"""What a single value of a setting may be. Whatever is wrong with one is a sentence, which `schema` puts behind its place."""

from __future__ import annotations

import keyword
import math
import re
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from .languages import LANGUAGES

Amount = Annotated[float, Field(ge=0, lt=1e6)]
"""Points, minutes, days."""

_TAKEN = frozenset(
    {
        "autograder",
        "colab_setup",
        "matplotlib",
        "notebook",
        "numpy",
        "otter",
        "scipy",
        "styles",
        "tests",
        "torch",
    }
)
"""Names beside those of the standard library that mean something else, where a submission runs or in the solutions."""

QUESTION = re.compile(r"[^\W\d_]\w*")
"""What a question may be called."""

Described = TypeVar("Described")


def module(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{name!r} is no module: write its name alone, without folder and .py.")
    if name in sys.stdlib_module_names or name in _TAKEN:
        raise ValueError(
            f"{name!r} is the name of another module in Python or the kit: take one of your own."
        )
    return name


def each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise ValueError(f"{twice!r} is there twice: write it once.")
    return names


def file_name(name: str) -> str:
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise ValueError(f"{name!r} is no file beside the modules: write its name alone.")
    return name


def of_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:
        raise ValueError(f"the year {moment.year} cannot be meant: check the date.")
    return moment


def in_languages(words: Mapping[str, str]) -> Mapping[str, str]:
    if "en" not in words:
        raise ValueError('it needs its English words: { en = "..." }.')
    return in_known_languages(words)


def in_known_languages(words: Mapping[str, str]) -> Mapping[str, str]:
    """The same; ValueError where one of the languages is none of `LANGUAGES`."""
    if unknown := next((language for language in words if language not in LANGUAGES), ""):
        raise ValueError(f"there is no language {unknown!r} here: {', '.join(LANGUAGES)}.")
    return words


def named(described: Mapping[str, Described]) -> Mapping[str, Described]:
    for name in described:
        if not QUESTION.fullmatch(name):
            raise ValueError(f"nothing can be called {name!r} here: a name is one of Python's.")
    return described


def choice_or_number(answer: object) -> object:
    number = isinstance(answer, int | float) and not isinstance(answer, bool) and math.isfinite(answer)
    if answer not in ("a", "b", "c") and not number:
        raise ValueError(f'{answer!r} is no answer: "a", "b", "c" or a number.')
    return answer


Words = Annotated[Mapping[str, str], AfterValidator(in_languages)]
"""A text by language."""
