"""Finds the course's archive among the names that browsers and Drive give to a file."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path

ARCHIVES = ("data.zip", "cifar10.zip", "cifar-10-python.tar.gz", "cifar-10-binary.tar.gz")
"""Names under which the data is looked for, in this order."""

_COPIES = (
    "{stem} (1){suffix}",
    "{stem} (2){suffix}",
    "{stem} (3){suffix}",
    "Copy of {name}",
    "Bản sao của {name}",
)
"""What browsers and Drive make of a name that is there already."""


def find(places: Iterable[Path]) -> Path | None:
    """The first archive in these folders, a whole one before what merely bears the name; None for nothing.

    Names are tried one by one: to list the top of somebody's Drive can take minutes.
    """
    names = list(ARCHIVES)
    for form in _COPIES:
        for name in ARCHIVES:
            stem, dot, suffix = name.partition(".")
            names.append(form.format(name=name, stem=stem, suffix=dot + suffix))
    found = [place / name for place in dict.fromkeys(places) for name in names if _is_file(place / name)]
    return next(filter(_is_archive, found), found[0] if found else None)


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:  # also a mount that answers no more
        return False


def _is_archive(path: Path) -> bool:
    try:
        if zipfile.is_zipfile(path):
            return True
        with path.open("rb") as file:
            return file.read(2) == b"\x1f\x8b"
    except OSError:
        return False
