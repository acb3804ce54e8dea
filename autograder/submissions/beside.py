"""Takes along what lies beside the modules: Python files that they may import, and small files that they may read.

Every path that is kept is safe below any folder: its parts are identifiers, or printable names without a separator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .archive import UNREADABLE, Entry, SubmissionError
from .choosing import only
from .module_files import ARCHIVES

MAX_HELPER_BYTES = 250_000
MAX_HELPERS_BYTES = 4_000_000
MAX_FILE_BYTES = 250_000
MAX_FILES_BYTES = 1_000_000
MAX_FILES = 100

_NOT_FILES = (".py", ".pyc", ".ipynb", ".pdf", ".docx", ".png", ".jpg", ".jpeg", *ARCHIVES)
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
        if relative not in inside and above[relative][0].fault:
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


def files(inside: Mapping[str, list[Entry]], attachments: Sequence[str]) -> dict[str, bytes]:
    """Small files that the modules may read, the nearest first; what cannot be read costs itself alone."""
    found: dict[str, bytes] = {}
    room = MAX_FILES_BYTES
    for relative in sorted(inside, key=lambda relative: (relative.count("/"), relative)):
        entry, *twins = inside[relative]
        if twins or entry.fault or relative in attachments or not _is_file(relative):
            continue
        if entry.size > min(MAX_FILE_BYTES, room):
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
        and parts[0] not in ("tests", "colab_setup")
        and all(
            part.isprintable() and 0 < len(part) <= _LONGEST_PART and not part.startswith(".")
            for part in parts
        )
        and not _UNSAFE.search(relative)
    )
