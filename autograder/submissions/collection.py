"""Finds the submissions at a path: what a course site gave out, a plain folder, or a single one.

A submission must never pass for many: a student would hand in for others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .archive import SubmissionError, entries_of_zip, shown
from .course_sites import CANVAS, METADATA, MOODLE, canvas, gradescope, moodle, staged
from .hand_in import Found, HandIn, Person
from .listing import is_one, listed, regular, site_of
from .module_files import holds_modules
from .naming import safe_name, unique_names
from .opening import find_submissions

_MANY = 3
"""Zips, or folders of modules, that no single student hands in."""

_EXPORT = re.compile(r"assignment_\d+_export|multi_feedback_.+_\d+", re.DOTALL)
"""How Gradescope and ILIAS call the folder in which everything lies that they give out."""


@dataclass(frozen=True)
class Collection:
    """What was found at a path.

    Attributes:
        source: the course site, for people: "Gradescope's export", "a folder".
        hand_ins: every submission, sorted by name.
        paths: where each lies, by the submission's name.
        notes: what a person should know, a sentence each.
    """

    source: str
    hand_ins: tuple[HandIn, ...]
    paths: Mapping[str, Path]
    notes: tuple[str, ...] = ()


def collect(path: Path, modules: Sequence[str], staging: Path, leave_out: Path) -> Collection:
    """Find the submissions at a path.

    Args:
        path: an export of Gradescope, Canvas or Moodle, unpacked, or anything that `find_submissions` takes.
        modules: the modules of the assignment; a folder that holds one of them is one submission.
        staging: an empty folder of the grader's; files of one submission that lie among others' are copied there.
        leave_out: what is no submission, wherever it lies: the folder of the results.

    Raises:
        SubmissionError: there is nothing, or something that has to be sorted out first.
    """
    if path.is_file():
        _refuse_packed_export(path, modules)
    if not path.is_dir():
        return _plain(path, modules, staging, leave_out)
    folder = path.resolve()
    items = _items(folder, modules, leave_out)
    if len(items) == 1 and _EXPORT.fullmatch(next(iter(items))) and next(iter(items.values())).is_dir():
        path = folder = next(iter(items.values()))  # unpacked into a folder of its own
        items = _items(folder, modules, leave_out)
    _refuse_what_lies_above(path, items, modules)
    files, site = regular(items), site_of(items)
    if site == "gradescope" and METADATA in files:
        if holds_modules(files, modules):
            raise SubmissionError(
                f"{shown(str(path))} holds {METADATA} as Gradescope's export does, and a module as a single submission "
                "does: remove the one that does not belong there."
            )
        return _named("Gradescope's export", *gradescope(folder, items))
    if site in ("moodle", "canvas") and not is_one(items, modules):
        if site == "moodle":
            return _named("Moodle's export", list(moodle(items, staging)), [])
        parsed = {name: match for name in files if (match := CANVAS.fullmatch(name))}
        return _named("Canvas's export", *canvas(items, parsed, staging))
    return _plain(path, modules, staging, leave_out)


def _refuse_what_lies_above(path: Path, items: Mapping[str, Path], modules: Sequence[str]) -> None:
    """Refuse the folder above an export or a batch, or above several: all that is in each would be one student's.

    They are not entered: a single student's folder could pretend to be everyone's. So it takes all of the folders that
    hold anything, for one student may hand in a folder of zips.
    """
    if site_of(items):
        return
    folders = [place for place in items.values() if place.is_dir() and not place.is_symlink()]
    names = [name.lower() for name, place in items.items() if place not in folders]
    if any(name.endswith((".py", ".ipynb")) for name in names) or len(folders) < sum(
        name.endswith(".zip") for name in names
    ):
        return
    many = [_many_below(folder, modules, len(folders) == 1) for folder in folders if listed(folder, modules)]
    found = [one for one in many if one is not None]
    if not found or len(found) < len(many):
        return
    if len(found) > 1:
        raise SubmissionError(
            f"{shown(str(path))} is the folder above {len(found)} folders of submissions, and each would be graded as one: give "
            f"one of them, {shown(str(found[0]))} for instance."
        )
    if len(listed(found[0], modules)) == 1:
        raise SubmissionError(
            f"{shown(str(path))} is the folder above an export with one submission, which would lose its name: give "
            f"{shown(str(found[0]))} instead."
        )
    raise SubmissionError(
        f"{shown(str(path))} is the folder above {len(listed(found[0], modules))} submissions, and all of them would be graded "
        f"as one: give {shown(str(found[0]))} instead."
    )


def _many_below(folder: Path, modules: Sequence[str], alone: bool, depth: int = 2) -> Path | None:
    """The folder itself, or the only one in it, that holds what many handed in; None for one student's.

    Of one submission the name tells that a course site gave it out. Students' files may be called as Canvas's are, so that
    in a batch this is no sign.
    """
    inside = listed(folder, modules)
    if site_of(inside) and (alone or site_of(inside) != "canvas"):
        return folder
    if len(inside) == 1 and depth and (only := next(iter(inside.values()))).is_dir():
        return None if only.is_symlink() else _many_below(only, modules, alone, depth - 1)
    work = [
        name
        for name, place in inside.items()
        if name.lower().endswith(".zip") or (place.is_dir() and is_one(listed(place, modules), modules))
    ]
    if holds_modules(regular(inside), modules) or (len(work) < _MANY and site_of(inside) == ""):
        return None
    return folder if len(inside) > 1 else None


def _items(folder: Path, modules: Sequence[str], leave_out: Path) -> dict[str, Path]:
    items = listed(folder, modules)
    return {name: place for name, place in items.items() if place != leave_out.resolve()}


def _named(source: str, found: list[Found], notes: list[str]) -> Collection:
    """Give every submission a name of its own."""
    stems: dict[str, str] = {}
    places: dict[str, Found] = {}
    for one in sorted(found, key=lambda one: str(one.path)):
        file = one.path.name
        while file in stems:
            file += "_"
        stems[file], places[file] = safe_name(one.label), one
    hand_ins, paths = [], {}
    for file, name in unique_names(stems).items():
        one = places[file]
        hand_ins.append(HandIn(name, one.source, one.people, one.at, one.marked_late, one.order, one.file))
        paths[name] = one.path
    hand_ins.sort(key=lambda hand_in: hand_in.submission)
    strays = [one.path.name for one in found if one.source == "folder"]
    if strays:
        notes.append(
            f"{len(strays)} of what lies in {source} has no name of that site's, {shown(strays[0])} among it: each is "
            "graded for itself, under its own name."
        )
    return Collection(source, tuple(hand_ins), paths, tuple(notes))


def _plain(path: Path, modules: Sequence[str], staging: Path, leave_out: Path) -> Collection:
    found = [item for item in find_submissions(path, modules) if item[1] != leave_out.resolve()]
    loose = {place.name: place for _, place in found if place.is_file() and not place.is_symlink()}
    notes = []
    for who, files in _of_one(loose, modules).items():
        found = [item for item in found if item[1] not in files.values()]
        found.append((safe_name(who), staged(staging, list(files.items()))))
        notes.append(
            f"{len(files)} files whose names begin with {shown(who)} were taken for one submission, {shown(min(files))} among them."
        )
    stems = {str(place): name for name, place in found}
    paths = {name: Path(place) for place, name in unique_names(stems).items()}
    hand_ins = tuple(HandIn(name, "folder", (Person(name=name),)) for name in sorted(paths))
    return Collection("a folder" if path.is_dir() else "a file", hand_ins, paths, tuple(notes))


def _of_one(loose: Mapping[str, Path], modules: Sequence[str]) -> dict[str, dict[str, Path]]:
    """Files that lie loose and begin alike before the names of two modules or more: `An - loss.py`, `An - sgd.py`.

    So do downloads of sites that are not known here. What stands before a module's name is all of the site's, so that no file
    comes to another student's.
    """
    ends = re.compile(rf"(?P<who>.+?)(?P<between>[ _-]+)(?:{'|'.join(map(re.escape, modules))})\.py")
    begun: dict[str, set[str]] = {}
    for name in loose:
        if match := ends.fullmatch(name):
            begun.setdefault(match["who"] + match["between"], set()).add(name)
    groups = {}
    for before, names in begun.items():
        if len(names) > 1:
            who = before.rstrip(" _-")
            files = {name[len(before) :]: place for name, place in loose.items() if name.startswith(before)}
            receipt = {name: place for name, place in loose.items() if Path(name).stem == who}
            groups[who] = files | receipt
    return groups


def _refuse_packed_export(path: Path, modules: Sequence[str]) -> None:
    """Refuse a zip of many submissions. It is not unpacked here: one student's zip could pretend to be everyone's."""
    try:
        with entries_of_zip(path) as entries:
            names = [entry.parts for entry in entries]
    except Exception:
        return  # opening it as a submission will tell what is wrong
    if holds_modules({parts[0] for parts in names if len(parts) == 1}, modules):
        return
    tops = {parts[0] for parts in names}
    if len(tops) == 1:  # packed with a folder around it, whatever that is called
        tops = {parts[1] for parts in names if len(parts) > 1}
    whose = {
        "gradescope": tops - {METADATA},
        "moodle": {match["name"] for top in tops if (match := MOODLE.fullmatch(top))},
        "canvas": {match["user"] for top in tops if (match := CANVAS.fullmatch(top)) and match["file"]},
    }
    site = site_of(tops)
    if site and len(whose[site]) > (site != "gradescope"):
        raise SubmissionError(
            f"{shown(path.name)} is the zip of a whole course: unpack it into a folder of its own and give the folder."
        )
