"""Collects what students receive: exactly what is generated, the tools and a README, and never anything else.

The list is made anew from the solutions and the suite. The assignment's room is only looked at to see whether it
holds that list: a file that lies about in it stays, and stops the release by its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from ..assignment import PACKAGE, Assignment, Course, generate, notebook_path, read_text
from ..assignment import settings as assignments
from ..assignment.generating import stubs
from ..assignment.languages import LANGUAGES, compiled
from ..text import reason_of
from . import home_hints
from .course_notes import about_course


class ReleaseError(Exception):
    """A zip could not be built; the message says why."""


def generated(assignment: Assignment, language: str) -> dict[str, str]:
    """The generated files of the students' zip: name in the zip -> text; of the notebooks that of `language`.

    Raises ReleaseError where the language has no notebook.
    """
    return _in_language(generate(assignment), assignment, language)


def bring_in_step(name: str = "", course: Course | None = None) -> Iterator[tuple[Path, str | None]]:
    """Make what students receive anew, where it is not what solutions and suite give.

    Args:
        name: the assignment's; by default all of them, the course's own too.
        course: the course's file.

    Yields:
        What was written, with its text, or None for what was removed.

    Raises:
        AssignmentError: there is no such assignment, or something of it cannot be turned into the students'.
        OSError: the files cannot be written.
    """
    for one in [name] if name else assignments.names(course):
        assignment = assignments.load_from(assignments.find(one, course))
        yield from (stubs.bring_in_step(assignment) | home_hints.bring_in_step(assignment)).items()


def collect(assignment: Assignment, language: str) -> dict[str, bytes]:
    """The students' files by their names in the zip.

    What a course has not changed is taken as it lies in the assignment's room.

    Raises ReleaseError where the room holds anything else than what is generated, in any language, or lacks some of
    it, and where files are not there: all of them at once.
    """
    room = assignment.rooms.handout
    unchanged = assignments.load_from(assignment.rooms)
    whole = generate(unchanged)
    lacking = []
    if wrong := list(_off_the_list(room, {*whole, *_read_hints(room)})):
        lacking.append(
            f"{room} is not what is generated (run `autograder stubs {assignment.name}`, and move away what does "
            "not belong there):\n" + "\n".join(wrong[:20])
        )
    if notebook_path(language, assignment.name) not in whole:
        lacking.append(_no_notebook(assignment, language))
    handout = assignment.solutions / f"handout.{language}.md"
    if not handout.is_file():
        lacking.append(f"There is no {handout}: it becomes the README of the students' zip.")
    if lacking:
        raise ReleaseError("Nothing was released. " + "\n".join(lacking))
    files = {}
    own = whole if assignment == unchanged else generate(assignment)
    for name, text in _in_language(own, assignment, language).items():
        place = f"{language}/{name}" if f"{language}/{name}" in whole else name
        files[name] = _read(room / place) if whole.get(place) == text else text.encode()
    package = PACKAGE.parent / "colab_setup"
    files |= {
        path.relative_to(PACKAGE.parent).as_posix(): _read(path) for path in sorted(package.rglob("*.py"))
    }
    texts = package / f"locale/{language}.po"
    if texts.is_file():
        files[f"colab_setup/locale/{language}.mo"] = compiled(texts, language)
    if sealed := home_hints.current(assignment):
        files[home_hints.FILE] = sealed.encode()
    readme = _of_what_is_asked(read_text(handout), {*assignment.left_out, *assignment.not_written})
    return {**files, "README.md": (readme + about_course(assignment, language)).encode()}


def _of_what_is_asked(text: str, left_out: set[str]) -> str:
    """A handout without the paragraphs that are about what is left out alone: `<!-- about: weights -->` stands above one."""
    paragraphs = []
    for paragraph in re.split(r"\n{2,}", text.rstrip("\n")):
        about = re.match(r"<!-- about: ([\w ]+?) *-->\n", paragraph)
        if about is None:
            paragraphs.append(paragraph)
        elif set(about[1].split()) - left_out:
            paragraphs.append(paragraph[about.end() :])
    return "\n\n".join(paragraphs) + "\n"


def _in_language(files: dict[str, str], assignment: Assignment, language: str) -> dict[str, str]:
    """Of all generated files those of one language, under the names that they have in the zip."""
    if notebook_path(language, assignment.name) not in files:
        raise ReleaseError(_no_notebook(assignment, language))
    own = {name: text for name, text in files.items() if name.split("/")[0] not in LANGUAGES}
    own |= {
        name.removeprefix(f"{language}/"): text
        for name, text in files.items()
        if name.startswith(f"{language}/")
    }
    told = {**json.loads(files["assignment.json"]), "language": language}
    return own | {"assignment.json": json.dumps(told) + "\n"}


def _no_notebook(assignment: Assignment, language: str) -> str:
    source = assignment.solutions / "notebook.py"
    what = f"write the texts of {source} in it (lang={language!r})"
    if not source.exists():
        what = f"a zip to hand in needs one, so write {source}"
    return f"There is no notebook of {assignment.name} in {language!r}: {what} and run `autograder stubs`."


def _off_the_list(room: Path, listed: set[str]) -> Iterator[str]:
    """What lies in the room and should not, then what should and does not."""
    present = {path.relative_to(room) for path in room.rglob("*") if not path.is_dir()}
    # Python's and the system's own litter; it is never packed either.
    present = {path for path in present if "__pycache__" not in path.parts and path.name[0] != "."}
    names = {path.as_posix() for path in present}
    yield from (f"{name} is not on the list" for name in sorted(names - listed))
    yield from (f"{name} is missing" for name in sorted(listed - names))


def _read_hints(room: Path) -> list[str]:
    """Their file's name where it is there: it may be made for the zip alone."""
    return [home_hints.FILE] if (room / home_hints.FILE).exists() else []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReleaseError(f"{path} cannot be read ({reason_of(error).lower()}).") from error
