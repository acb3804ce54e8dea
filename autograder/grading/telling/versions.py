"""The versions of Python, numpy and torch: those here, and those under which a student's check ran.

What a submission says of the latter is its own word: it stands in sentences, and decides nothing.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping

from ..case_results import CaseResult, Known

NAME = "checked_with.json"
"""The file that `colab_setup submit` puts into the zip."""

NAMES = {"python": "Python", "numpy": "numpy", "torch": "torch"}

MAX_BYTES = 1000

_SIGNS = {
    "python": re.compile(r"SyntaxError"),
    "numpy": re.compile(r"\bnumpy\b|\bnp\b|\barrays?\b|\bndarray\b|\bdtype\b|\bscalars?\b"),
    "torch": re.compile(r"\btorch\b|\b[Tt]ensors?\b"),
}
"""What an exception says for which a version can be the reason, by what it is the version of."""

_SAME_EVERYWHERE = re.compile(
    r"SyntaxError: .*(\bthe file (is|holds)\b|: this (is|was)\b|: a merge|\b(invalid|non-printable) character\b"
    r"|\bencoding\b|\bcodec\b|Missing parentheses|from __future__ imports must)"
)
"""What is no Python of any version."""

_EXCEPTION = re.compile(r"\b(SyntaxError|TypeError|AttributeError|ImportError|ModuleNotFoundError)\b")


def checked_with(files: Mapping[str, bytes]) -> dict[str, str]:
    """The versions under which a submission was checked, by `NAMES`; empty where it does not say.

    Args:
        files: the submission's other files by path.
    """
    content = files.get(NAME, b"")
    try:
        said = json.loads(content) if len(content) <= MAX_BYTES else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {
        name: said[name]
        for name in NAMES
        if isinstance(said.get(name), str) and re.fullmatch(r"\d[\w.+-]{0,30}", said[name], re.ASCII)
    }


def differing(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """A sentence on the versions that are others than at home, beyond the last number; "" where there are none."""
    names = [
        name
        for name in NAMES
        if name in theirs and name in ours and _series(theirs[name]) != _series(ours[name])
    ]
    if not names:
        return ""
    return f"Checked at home under {_listed(theirs, names)}; graded under {_listed(ours, names)}."


def reason(text: str, theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """A sentence for a failure that versions can be the reason of; "" where they cannot.

    Args:
        text: what was raised, with the name of its type.
        theirs: those of the check, as far as they are known.
        ours: those here.
    """
    if not _EXCEPTION.search(text) or _SAME_EVERYWHERE.search(text):
        return ""
    names = [name for name in NAMES if name in ours and _SIGNS[name].search(text)]
    known = [name for name in names if name in theirs]
    others = [name for name in known if _series(theirs[name]) != _series(ours[name])]
    if others:
        return (
            f"The versions may be the reason: this ran under {_listed(ours, others)}, your check under "
            f"{_listed(theirs, others)}."
        )
    unknown = [name for name in names if name not in theirs]
    return (
        f"This ran under {_listed(ours, unknown)}, where some things differ from other versions."
        if unknown
        else ""
    )


def with_reasons(
    cases: list[CaseResult], known: Known, theirs: Mapping[str, str], ours: Mapping[str, str]
) -> list[CaseResult]:
    """The same cases; public ones that have failed just now with the versions that may be the reason."""
    return [
        dataclasses.replace(case, message=f"{case.message}\n{why}")
        if not (case.passed or case.hidden or (case.question, case.name) in known)
        and (why := reason(case.message, theirs, ours))
        else case
        for case in cases
    ]


def _series(number: str) -> tuple[str, ...]:
    return tuple(number.split(".")[:2])


def _listed(numbers: Mapping[str, str], names: list[str]) -> str:
    return " and ".join(f"{NAMES[name]} {numbers[name]}" for name in names)
