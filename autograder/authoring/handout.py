"""Collects what students receive: exactly what is generated, the tools and a README, and never anything else.

The list is made anew from the solutions and the suite. The assignment's room is only looked at to see whether it
holds that list: a file that lies about in it stays, and stops the release by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..assignment import PACKAGE, Assignment, generate, notebook_path

ROOT = PACKAGE.parent


class ReleaseError(Exception):
    """A zip could not be built; the message says why."""


def generated(assignment: Assignment, language: str) -> dict[str, str]:
    """The generated files of the students' zip: name in the zip -> text; of the notebooks that of `language`.

    Raises ReleaseError where a solution or a test file cannot be turned into the students', or the language has no
    notebook.
    """
    return _in_language(_all_generated(assignment), assignment, language)


def collect(assignment: Assignment, language: str, root: Path = ROOT) -> dict[str, bytes]:
    """The students' files by their names in the zip, from the checkout at `root`.

    Raises ReleaseError where the room holds anything else than what is generated, in any language, or lacks some of
    it, and where a file cannot be read. Whether the contents are those generated is for `leaks` to say.
    """
    room = root / "assignments" / assignment.name
    files = _all_generated(assignment)
    names = _in_language(files, assignment, language)
    if wrong := list(_off_the_list(room, set(files))):
        raise ReleaseError(
            f"Nothing was released, since assignments/{assignment.name} is not what is generated (run `make stubs`, "
            "and move away what does not belong there):\n" + "\n".join(wrong[:20])
        )
    sources = {name: room / name for name in names}
    sources[f"{assignment.name}.ipynb"] = room / notebook_path(language, assignment.name)
    package = root / "colab_setup"
    sources |= {path.relative_to(root).as_posix(): path for path in sorted(package.rglob("*.py"))}
    sources["README.md"] = assignment.solutions / f"handout.{language}.md"
    return {name: _read(path) for name, path in sources.items()}


def _all_generated(assignment: Assignment) -> dict[str, str]:
    try:
        return generate(assignment.name)
    except (AssertionError, SyntaxError, ValueError, OSError) as error:
        raise ReleaseError(
            f"The students' files of {assignment.name} cannot be generated: {error}"
        ) from error


def _in_language(files: dict[str, str], assignment: Assignment, language: str) -> dict[str, str]:
    """Of all generated files those of one language, its notebook under the name that it has in the zip."""
    notebook = notebook_path(language, assignment.name)
    if notebook not in files:
        raise ReleaseError(
            f"There is no notebook of {assignment.name} in {language!r}: write the texts of solutions/{assignment.name}/"
            f"notebook.py in it (lang={language!r}) and run `make stubs`."
        )
    notebooks = {name for name in files if name.endswith(".ipynb")}
    kept = {name: text for name, text in files.items() if name not in notebooks}
    return kept | {f"{assignment.name}.ipynb": files[notebook]}


def _off_the_list(room: Path, listed: set[str]) -> Iterator[str]:
    """What lies in the room and should not, then what should and does not."""
    present = {path.relative_to(room) for path in room.rglob("*") if not path.is_dir()}
    # Python's and the system's own litter; it is never packed either.
    present = {path for path in present if "__pycache__" not in path.parts and path.name[0] != "."}
    names = {path.as_posix() for path in present}
    yield from (f"{name} is not on the list" for name in sorted(names - listed))
    yield from (f"{name} is missing" for name in sorted(listed - names))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReleaseError(f"{path} cannot be read ({reason}).") from error
