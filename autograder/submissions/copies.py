"""Tells whether a file's name is what a program makes of a module's for a copy: `Copy of loss.py`, `loss (1).py`.

The words are those that Windows, macOS, Jupyter and Google Drive write, in the languages of the course and its
neighbours. A name decides nothing where two files have it.
"""

from __future__ import annotations

import re

from .archive import normal

_BEFORE = (
    *(
        "copy of",
        "bản sao của",
        "kopie von",
        "copie de",
        "copia de",
        "copia di",
        "cópia de",
        "kopia",
        "kopie van",
    ),
    *("kopi av", "kopi af", "копия", "копія", "salinan"),
)
_BEHIND = (
    *(
        "copy",
        "bản sao",
        "sao chép",
        "kopie",
        "copie",
        "copia",
        "cópia",
        "kopia",
        "kopi",
        "копия",
        "копія",
        "kopyası",
    ),
    *("salinan", "のコピー", "コピー", "副本", "复件", "複本", "사본", "복사본"),
)
_NUMBER = re.compile(r"(?:\(\d{1,4}\)|[ _-]?\d{1,4})$")
_SEPARATORS = " _-–."
_LONGEST_NAME = 120

SUFFIXES = (".py", ".pyw", ".py.txt", ".py.bak", ".py.old", ".py.download", ".txt")
"""Of files that may be a module under another name."""


def is_copy_of(module: str, file: str) -> bool:
    """Whether a file is called as a copy of `<module>.py` is, or a second download of it."""
    name = normal(file).casefold()
    own = f"{module}.py".casefold()
    if name == own or len(name) > _LONGEST_NAME or ".py" not in name:
        return False
    if name.strip(" .") == own:  # no Windows keeps a space or a dot at the end
        return True
    stem = next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), "")
    wanted = module.casefold()
    while stem and stem != wanted:
        shorter = _shorter(stem)
        if shorter == stem:
            return False
        stem = shorter
    return stem == wanted


def _shorter(stem: str) -> str:
    """The stem without one of the marks of a copy."""
    bare = stem.strip(_SEPARATORS).removesuffix(".py")
    for word in _BEFORE:
        if bare.startswith(f"{word} ") or bare.startswith(f"{word}_"):
            return bare[len(word) + 1 :]
    for word in _BEHIND:
        if (bare.endswith(word) and bare[: -len(word)].endswith((*_SEPARATORS, *"0123456789"))) or (
            bare.endswith(word) and not word.isascii()
        ):
            return bare[: -len(word)]
    return _NUMBER.sub("", bare)
