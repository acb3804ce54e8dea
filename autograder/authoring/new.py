"""Makes a new assignment from templates, and a course's own file with a secret drawn for it alone.

What it makes works as it is: it can be validated, released and graded at once, and is there to be edited.
"""

from __future__ import annotations

import json
import keyword
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..assignment import COURSE, Assignment, AssignmentError, Rooms, bring_in_step
from ..assignment import settings as assignments
from ..files import SECRET, write_atomically

TEMPLATES = Path(__file__).parent / "templates"

SECRET_BITS = 63
"""As many as a whole number in TOML may have."""

SUITE = {"assignment.toml": "assignment.toml", "centre.py": "tests/centre.py", "vi.po": "vi.po"}
"""What a template becomes in the suite's folder; the others lie in that of the solutions."""

SOLUTIONS = (
    "preparing.py",
    "misconceptions.toml",
    "styles.py",
    "notebook.py",
    "handout.en.md",
    "handout.vi.md",
)


@dataclass(frozen=True)
class New:
    """A new assignment, and how to go on.

    Attributes:
        assignment: it.
        course: the course's file, where one was written.
        write_course: the command that writes one for it, where the folder has one for another assignment; "" elsewhere.
        prove: the command that proves it.
    """

    assignment: Assignment
    course: Path | None
    write_course: str
    prove: str


def new_assignment(name: str, folder: Path) -> New:
    """Make the three folders of an assignment.

    Args:
        name: the assignment's.
        folder: a checkout of the kit, or a folder of a course's own, which gets a file for the course where it has none.

    Raises:
        AssignmentError: it cannot have this name, or is there already.
        OSError: the folders cannot be written.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise AssignmentError(
            f"An assignment cannot be called {name!r}: its name is one of Python's, such as decision_trees."
        )
    if not _is_checkout(folder) and name in assignments.names():
        raise AssignmentError(f"{name} is an assignment of the kit's: give yours another name.")
    rooms = rooms_in(folder, name)
    for place in _folders(rooms):
        if place.exists():
            raise AssignmentError(f"{place} is there already: give the assignment another name.")
    homes = [place.parent for place in _folders(rooms) if not place.parent.exists()]
    filled = {"NAME": name, "SEED": str(_secret())}
    try:
        for template, file in SUITE.items():
            _write(rooms.suite / file, _filled(template, filled))
        for template in SOLUTIONS:
            _write(rooms.solutions / template, _filled(template, filled))
        assignment = assignments.load_from(rooms)
        bring_in_step(assignment)
    except OSError:
        for place in (*_folders(rooms), *homes):
            shutil.rmtree(place, ignore_errors=True)
        raise
    course = folder / COURSE
    prove = f"autograder validate {name}"
    if course.exists():
        other = f"{folder / name}.toml"
        write = f"autograder course {name} --folder {folder} --to {other}"
        return New(assignment, None, write, f"{prove} --course {other}")
    if _is_checkout(folder):
        return New(assignment, None, "", prove)
    written = write_course(name, course, folders=["."])
    return New(assignment, written, "", prove if folder == Path() else f"{prove} --course {written}")


def _folders(rooms: Rooms) -> tuple[Path, Path, Path]:
    """The three folders."""
    return rooms.suite, rooms.solutions, rooms.handout


def rooms_in(folder: Path, name: str) -> Rooms:
    """Where an assignment's folders belong in a checkout, or in a folder of a course's own."""
    if _is_checkout(folder):
        return Rooms(assignments.SUITES / name, assignments.SOLUTIONS / name, assignments.HANDOUTS / name)
    return assignments.own_rooms(folder, name)


def write_course(name: str, file: Path, folders: list[str]) -> Path:
    """Write a course's file, with comments and a secret of its own; only its owner may read it.

    Raises:
        AssignmentError: it is there already: its secret must not be lost.
        OSError: it cannot be written.
    """
    if file.exists():
        raise AssignmentError(
            f"{file} is there already, and its secret must not be lost: give another place by --to."
        )
    listed = ", ".join(json.dumps(folder, ensure_ascii=False) for folder in folders)
    line = f"folders = [{listed}]" if folders else '# folders = ["."]'
    text = _filled("course.toml", {"NAME": name, "SEED": str(_secret()), "FOLDERS": line})
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, text.encode(), SECRET)
    return file


def course_for(name: str, file: Path, homes: Sequence[Path] = ()) -> Path:
    """Write a course's file for an assignment of the kit's or of a course's own; see `write_course`.

    Args:
        name: the assignment's.
        file: what to write.
        homes: folders with assignments of the course's own; by default the present one, where it has this assignment.
            Those that lie beside or below the file move along with it.

    Raises:
        AssignmentError: there is no such assignment, or a folder holds none; see `write_course` too.
        OSError: it cannot be written.
    """
    here = Path()
    homes = homes or ([here] if (here / "suites" / name / "assignment.toml").is_file() else [])
    if lacking := next((home for home in homes if not (home / "suites").is_dir()), None):
        raise AssignmentError(
            f"{lacking} holds no suites/: give a folder that `autograder new` has made an assignment in."
        )
    places, base = [home.absolute() for home in homes], file.absolute().parent
    if not any((place / "suites" / name / "assignment.toml").is_file() for place in places):
        assignments.find(name)
    folders = [str(place.relative_to(base) if place.is_relative_to(base) else place) for place in places]
    return write_course(name, file, folders)


def _is_checkout(folder: Path) -> bool:
    return assignments.ROOT != assignments.PACKAGE and folder.resolve() == assignments.ROOT.resolve()


def _secret() -> int:
    # The highest bit is set: a short secret could be found by trying all.
    return secrets.randbits(SECRET_BITS) | 1 << (SECRET_BITS - 1)


def _filled(template: str, words: dict[str, str]) -> str:
    text = (TEMPLATES / f"{template}.template").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
