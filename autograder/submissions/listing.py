"""Lists what lies in a folder of submissions, and tells which course site gave it out.

What is a submission is decided by content, so that none is lost for its name; and which site it was, by all names together:
one name, or a few, is a student's, and must decide nothing for the others.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from .archive import SubmissionError, normal, open_regular
from .course_sites import CANVAS, GRADESCOPE, METADATA, MOODLE
from .junk import is_junk
from .module_files import ARCHIVES, holds_modules

_HANDED_IN = (".py", ".ipynb", ".pdf", *ARCHIVES)
_APPLE_DOUBLE = (b"\x00\x05\x16\x00", b"\x00\x05\x16\x07")
"""How the files begin in which macOS keeps what other systems have no place for, as `._an.zip` beside `an.zip`."""

ATTEMPTS = 3
"""Zips of one person that are nothing unusual in Canvas's export."""


def listed(folder: Path, modules: Sequence[str]) -> dict[str, Path]:
    """What lies in a folder by normal name (two that differ only in form keep their own), but what systems left there.

    A hidden file that is a zip or a module, and a hidden folder that holds one, are somebody's work: `.an.zip`.
    """
    with os.scandir(folder) as listing:
        names = [item.name for item in listing]
    items: dict[str, Path] = {}
    for name in sorted(names, key=lambda name: (name != normal(name), name)):
        if not is_junk(name) or _is_work(folder / name, modules):
            items[normal(name) if normal(name) not in items else name] = folder / name
    return items


def is_one(items: Mapping[str, Path], modules: Sequence[str]) -> bool:
    """Whether a folder that holds these is itself a submission, and no batch into which a module has strayed.

    A batch has several zips, or more folders that hold modules or a zip than there are Python files beside them.
    """
    files = regular(items)
    if not holds_modules(files, modules):
        return False
    folders = sum(_holds_work(place, modules) for place in items.values() if _is_folder(place))
    return folders <= max(1, sum(name.endswith(".py") for name in files))


def regular(items: Mapping[str, Path]) -> set[str]:
    """The names of those that are regular files, no links."""
    return {name for name, place in items.items() if place.is_file() and not place.is_symlink()}


def site_of(names: Collection[str]) -> str:
    """The site, "gradescope", "moodle" or "canvas", whose form most of these names have; "" for none.

    Args:
        names: all that lie in the folder, without what systems leave behind.
    """
    if METADATA in names and _most(1 + sum(bool(GRADESCOPE.fullmatch(name)) for name in names), len(names)):
        return "gradescope" if len(names) > 1 else ""
    # Names of Moodle's have the form of Canvas's, too, where files are called such as lab_1_2_an.zip. It is not so the
    # other way round: nobody writes Moodle's sign into the names of most files.
    if names and _most(sum(bool(MOODLE.fullmatch(name)) for name in names), len(names)):
        return "moodle"
    matches = [match for name in names if (match := CANVAS.fullmatch(name))]
    if not matches or not _most(len(matches), len(names)):
        return ""
    numbers = [match["file"] for match in matches if match["file"]]
    zips = Counter(
        (match["name"], match["user"] or match["anonymous"])
        for match in matches
        if (match["rest"] or "").lower().endswith(".zip")
    )
    # Whoever asks for names such as lab_1_20215001_an.zip has a folder full of what looks like a single person's files.
    few = sum(count <= ATTEMPTS for count in zips.values())
    return "canvas" if _most(len(set(numbers)), len(numbers)) and _most(few, len(zips)) else ""


def _is_work(place: Path, modules: Sequence[str]) -> bool:
    if _is_folder(place):
        return _holds_work(place, modules)
    return regular({place.name: place}) != set() and _is_handed_in(place)


def _is_folder(place: Path) -> bool:
    return stat.S_ISDIR(os.lstat(place).st_mode)


def _holds_work(folder: Path, modules: Sequence[str]) -> bool:
    """Whether a folder holds a module or a zip, not somewhere below it; one that cannot be read may."""
    try:
        inside = {normal(item.name): item for item in folder.iterdir()}
        files = regular(inside)
        return holds_modules(files, modules) or any(
            name.lower().endswith(".zip") and _is_handed_in(inside[name]) for name in files
        )
    except OSError:
        return True


def _is_handed_in(file: Path) -> bool:
    try:
        with open_regular(file) as opened:
            head = opened.read(4)
    except (OSError, SubmissionError):
        return True  # opening it as a submission will tell why
    return head not in _APPLE_DOUBLE and (head[:2] == b"PK" or file.name.lower().endswith(_HANDED_IN))


def _most(some: int, everything: int) -> bool:
    """Two thirds: a student who names what they hand in is one of many, and a few strays hide no export."""
    return 3 * some >= 2 * everything
