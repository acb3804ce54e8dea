"""Takes along what lies beside the modules: Python files that they may import, and small files that they may read.

Every path that is kept is safe below any folder: its parts are identifiers, or printable names without a separator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .archive import UNREADABLE, Entry, SubmissionError, shown
from .choosing import only
from .module_files import ARCHIVES, is_copy_of

MAX_HELPER_BYTES = 250_000
MAX_HELPERS_BYTES = 4_000_000
MAX_FILE_BYTES = 250_000
MAX_FILES_BYTES = 1_000_000
MAX_FILES = 100
MAX_ATTACHMENT_BYTES = 100_000_000

_NOT_FILES = (".pyc", ".ipynb", ".pdf", ".docx", ".png", ".jpg", ".jpeg", *ARCHIVES)
_UNSAFE = re.compile(r"[:\\\x00-\x1f\x7f]")
_LONGEST_PART = 100


def helpers(
    inside: Mapping[str, list[Entry]],
    entries: Sequence[Entry],
    folder: tuple[str, ...],
    modules: Sequence[str],
    notes: list[str],
) -> dict[str, bytes]:
    """The Python files that the modules can import, as far as they are small.

    Args:
        inside: the files below the folder of the modules, by their path in it.
        entries: all files; those beside the folder and above are found as at home, where the notebook lies there.
        folder: the folder of the modules.
        modules: their names.
        notes: what a person should know is added here.
    """
    above: dict[str, list[Entry]] = {}
    for depth in range(len(folder)):
        for entry in entries:
            if entry.parts[:-1] == folder[:depth]:
                above.setdefault(entry.parts[-1], []).append(entry)
    found: dict[str, bytes] = {}
    room, left_out = MAX_HELPERS_BYTES, 0
    for relative in sorted(file for file in {**above, **inside} if _is_helper(file, modules)):
        if (inside.get(relative) or above[relative])[0].fault:  # a module that imports it will say so
            if relative in inside:
                notes.append(f"{shown(relative)} was left out because it cannot be opened")
            continue
        entry = only(relative, inside.get(relative) or above[relative][-1:])
        if entry.size > min(MAX_HELPER_BYTES, room):
            left_out += 1
            continue
        room -= entry.size
        found[relative] = entry.read()
    if left_out:
        notes.append(f"{left_out} further Python file(s) were left out because they are too large")
    return found


def _is_helper(relative: str, modules: Sequence[str]) -> bool:
    *packages, file = relative.split("/")
    names = [*packages, file.removesuffix(".py")]
    return (
        file.endswith(".py")
        and all(name.isidentifier() for name in names)
        and "tests" not in packages
        and names[0] not in modules
    )


def files(
    inside: Mapping[str, list[Entry]], attachments: Sequence[str], sources: Sequence[bytes], notes: list[str]
) -> dict[str, bytes]:
    """Small files that the modules may read, the nearest first; what cannot be read costs itself alone.

    Args:
        inside: the files below the folder of the modules, by their path in it.
        attachments: those that the assignment asks for.
        sources: the modules: of a large file that one of them names it is said that it is not there.
        notes: what a person should know is added here.
    """
    found: dict[str, bytes] = {}
    room = MAX_FILES_BYTES
    for relative in sorted(inside, key=lambda relative: (relative.count("/"), relative)):
        entry, *twins = inside[relative]
        if twins or entry.fault or relative in attachments or not _is_file(relative):
            continue
        if entry.size > min(MAX_FILE_BYTES, room):
            if any(relative.rsplit("/", 1)[-1].encode() in source for source in sources):
                notes.append(
                    f"{shown(relative)} was left out because it is above {MAX_FILE_BYTES // 1000} KB"
                )
            continue
        try:
            found[relative] = entry.read()
        except (SubmissionError, *UNREADABLE):
            continue
        room -= entry.size
        if len(found) == MAX_FILES:
            break
    return found


def _is_file(relative: str) -> bool:
    parts = relative.split("/")
    return (
        not relative.lower().endswith(_NOT_FILES)
        # One that no import can name, `helpers (1).py` or `tiện ích.py`, is opened by its path.
        and not (relative.endswith(".py") and parts[-1].removesuffix(".py").isidentifier())
        and parts[0] not in ("tests", "colab_setup")
        and all(
            part.isprintable() and 0 < len(part) <= _LONGEST_PART and not part.startswith(".")
            for part in parts
        )
        and not _UNSAFE.search(relative)
    )


def attached(
    inside: Mapping[str, list[Entry]], attachments: Sequence[str], notes: list[str]
) -> dict[str, bytes]:
    """The files that the assignment asks for by these names; one that cannot be taken costs itself alone."""
    taken = {}
    for name in attachments:
        found = inside.get(name, [])
        if not found and len(copies := [one for one in inside if _is_copy(name, one)]) == 1:
            found = inside[copies[0]]
            notes.append(f"{shown(copies[0])} was taken as {name}")
        elif not found and copies:
            notes.append(f"{' and '.join(map(shown, copies[:2]))} could both be {name}: neither was taken")
        if len(found) > 1:
            notes.append(f"{name} is in it twice and was left out")
        elif found and found[0].fault:
            notes.append(f"{name} was left out because it cannot be opened")
        elif found and found[0].size > MAX_ATTACHMENT_BYTES:
            notes.append(f"{name} was left out because it is above {MAX_ATTACHMENT_BYTES // 1_000_000} MB")
        elif found:
            taken[name] = found[0].read()
    return taken


def _is_copy(name: str, relative: str) -> bool:
    """Whether a file is called as a copy of one that is asked for, or lies in a folder of its own: `runs/weights.pt`."""
    stem, _, ending = name.rpartition(".")
    file, _, kind = relative.rsplit("/", 1)[-1].rpartition(".")
    if "tests" in relative.split("/") or kind.casefold() != ending:
        return False
    return file.casefold() == stem or is_copy_of(stem, f"{file}.py")
