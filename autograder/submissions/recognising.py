"""Tells which course site gave out a folder, from all the names in it together.

Every name is a student's in part: of a file, of a person. One name, or a few, must decide nothing for the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from .course_sites import CANVAS, GRADESCOPE, METADATA, MOODLE

ATTEMPTS = 3
"""Zips of one person that are nothing unusual in Canvas's export."""


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


def _most(some: int, everything: int) -> bool:
    """Two thirds: a student who names what they hand in is one of many, and a few strays hide no export."""
    return 3 * some >= 2 * everything
