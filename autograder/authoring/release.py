"""Builds what leaves the repository: the students' zip and the autograder zip for Otter and Gradescope."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from importlib.metadata import requires
from pathlib import Path
from typing import Any

from ..assignment import COURSE, Assignment, Course
from ..assignment import LANGUAGES as LANGUAGES
from ..assignment.settings import ROOT, own_rooms
from ..files import SECRET, write_atomically
from . import leaks
from .handout import ReleaseError as ReleaseError
from .handout import collect
from .wheels import WheelError, wheel

COURSE_ZIP = "requirements.the-course.zip"
"""The course's own file and assignment in the image. Otter's Dockerfile takes no other name."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The one time stamp of all entries, so that building again gives the same bytes."""

GRADING_REQUIREMENTS = (
    "future",
    "matplotlib",
    "msgpack",
    "numpy",
    "otter-grader[grading]",
    "pillow",
    "pydantic",
    "pyseccomp",
    "rich",
    "scipy",
    "six",
    "tqdm",
    "typer",
)
"""What the grader needs in its image; `future` and `six` only for the imports of submissions that began with Python 2."""

TORCH_REQUIREMENTS = ("safetensors", "torch")
"""What it needs too where an assignment uses torch, which is larger than all the rest."""

CONTAINER = Path(__file__).parents[1] / "grading/container"
SCRIPTS = ("setup.sh", "run_autograder")
OTTERS = ("run_otter.py", "environment.yml")
"""Files that Otter's Dockerfile takes into its image by these names."""


def build(
    assignment: Assignment,
    folder: Path,
    language: str | None = None,
    data: Path | None = None,
    course: Course | None = None,
) -> tuple[Path, Path]:
    """Build both zips.

    Args:
        assignment: what to release.
        folder: where to; made if it is not there.
        language: of the notebook and the README, one of `LANGUAGES`; by default the course's.
        data: the zip of images that models are trained on in containers; by default the course's, or else the
            synthetic set.
        course: the course's file, which goes along with the grader.

    Returns:
        The paths of the students' zip and of the one for Otter, Gradescope and containers.

    Raises:
        ReleaseError: the kit's wheel cannot be built, the assignment's room is not just what is generated, a secret
            would leave, or the data is no zip.
    """
    student, grader = folder / f"{assignment.name}.zip", folder / f"{assignment.name}-autograder.zip"
    language = language or assignment.language
    if course is not None:
        data = data or course.place(course.settings.data)
    if data is not None and not zipfile.is_zipfile(data):
        raise ReleaseError(f"{data} is no zip: give the zip with a folder of images that the course uses.")
    handout = collect(assignment, language)
    found = leaks.Search(assignment, language).find(handout)
    if found:
        raise ReleaseError(
            "Nothing was released, since students would get what is the staff's:\n"
            + "\n".join(map(str, found[:20]))
        )
    grader_files = _grader_files(assignment, data, course)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(student, _zipped(handout))
    write_atomically(grader, _zipped(grader_files), SECRET)
    return student, grader


def _grader_files(assignment: Assignment, data: Path | None, course: Course | None) -> dict[str, bytes]:
    """All that goes into an image. What `setup.sh` needs beside it must be called "requirements" something: of the
    rest Otter's Dockerfile takes nothing before it runs the script.
    """
    options: dict[str, Any] = {
        "assignment": assignment.name,
        "limit_seconds": assignment.container.limit_seconds,
    }
    files = {name: (CONTAINER / name).read_bytes() for name in (*SCRIPTS, *OTTERS)}
    if data is not None:
        options["data"] = f"requirements.{data.stem}.zip"
        files[options["data"]] = data.read_bytes()
    if along := _course_files(assignment, course):
        options["course"] = COURSE_ZIP
        files[COURSE_ZIP] = _zipped(along)
    plugin = {"autograder.grading.otter_plugin.SandboxedGrading": options}
    files["otter_config.json"] = json.dumps({"plugins": [plugin]}, indent=2).encode()
    files["requirements.txt"] = "".join(f"{line}\n" for line in _requirements(assignment)).encode()
    files["requirements.constraints.txt"] = (ROOT / "constraints.txt").read_bytes()
    try:
        name, kit = wheel()
    except WheelError as error:
        raise ReleaseError(str(error)) from error
    files[f"requirements.{name}"] = kit
    return files | {f"tests/{path.name}": path.read_bytes() for path in assignment.tests}


def _requirements(assignment: Assignment) -> list[str]:
    """Requirements of the kit that grading needs, with the versions that it declares."""
    needed = GRADING_REQUIREMENTS + (TORCH_REQUIREMENTS if assignment.limits.torch else ())
    declared = [line.split(";")[0].strip() for line in requires("deep-learning-coursework") or []]
    return sorted(line for line in declared if line.split(">")[0].split("=")[0] in needed)


def _course_files(assignment: Assignment, course: Course | None) -> dict[str, bytes]:
    """The course's own file, and the folders of an assignment of its own; nothing where there is no course."""
    if course is None:
        return {}
    files = {COURSE: course.file.read_bytes()}
    if assignment.suite in (own_rooms(folder, assignment.name).suite for folder in course.folders):
        for room, folder in (("suites", assignment.suite), ("solutions", assignment.solutions)):
            files |= {
                f"{room}/{assignment.name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
                for path in sorted(folder.rglob("*"))
                if path.is_file() and "__pycache__" not in path.parts
            }
    return files


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip, the same bytes for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in SCRIPTS else 0o644) << 16
            archive.writestr(entry, files[name])
    return content.getvalue()
