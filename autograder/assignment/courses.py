"""A course's own file, `course.toml`: what it changes of an assignment, and where its files lie.

It is read here and laid over the assignment's settings by `settings.load`; nothing is decided by it alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field

from .parts import Feedback, LatePolicy
from .schema import STRICT, AssignmentError, place, read
from .values import Amount, in_known_languages

COURSE = "course.toml"

LEAST_SECRET = 1 << 32
"""What is smaller can be found by trying all."""


def _secret(seed: int) -> int:
    if seed < LEAST_SECRET:
        why = "is negative" if seed < 0 else "is too short for a secret, and could be found by trying all"
        raise ValueError(f"{seed} {why}: take the one of a file that `autograder course` writes.")
    return seed


@dataclass(frozen=True)
class CourseSettings:
    """What a course says of an assignment, `course.toml`; paths are relative to the file.

    Attributes:
        assignment: the assignment's name.
        seed: the course's secret: hidden inputs are drawn from it. It never leaves with the students' files.
        title: for people, instead of the assignment's own.
        data: the images that models are trained on, as a zip, folder or official archive.
        roster: the CSV file of the students.
        out: where grades and pages are written.
        language: of pages, hints, and of what students receive.
        folders: folders with assignments of the course's own, in suites/, solutions/ and assignments/.
        left_out: questions that are not asked.
        written: whether written questions are asked, which people mark.
        written_points: "extra" where they come on top of the points possible, "counted" where they are part of them.
        leaderboard: whether students see how well all models do: "off", "anonymous" or "named".
        points: what a question is worth, by its name, where that is not what its cases say.
        possible: points of all test cases together; all are scaled alike.
        hours: of work that a student should allow for.
        rules: what holds for working together, by language; told at the head of the notebook.
        deadline: when work is due, and what being late costs.
        feedback: who reads which hints.
        python: the interpreter that students' code runs under, a path or a command; the grader's own without it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    assignment: str
    seed: Annotated[int, AfterValidator(_secret)]
    title: str = ""
    data: str = ""
    roster: str = ""
    out: str = ""
    language: Literal["en", "vi"] | None = None
    folders: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    written: bool = True
    written_points: Literal["extra", "counted"] = "extra"
    leaderboard: Literal["off", "anonymous", "named"] = "off"
    points: Mapping[str, Amount] = field(default_factory=dict)
    possible: Annotated[float, Field(gt=0, lt=1e6)] | None = None
    hours: Amount | None = None
    rules: Annotated[Mapping[str, str], AfterValidator(in_known_languages)] = field(default_factory=dict)
    deadline: LatePolicy | None = None
    feedback: Feedback | None = None
    python: str = ""


@dataclass(frozen=True)
class Course:
    """A course's file and what it says.

    Attributes:
        file: where it lies.
        settings: what it says.
    """

    file: Path
    settings: CourseSettings

    def place(self, path: str) -> Path | None:
        """A path as the file means it; None for ""."""
        return (self.file.parent / Path(path).expanduser()) if path else None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Those with assignments of the course's own."""
        return tuple(self.file.parent / Path(folder).expanduser() for folder in self.settings.folders)

    def record(self) -> dict[str, Any]:
        """What it says, as JSON can hold it, without the secret."""
        said = {name: value for name, value in asdict(self.settings).items() if value and name != "seed"}
        if self.settings.deadline:
            said["deadline"]["at"] = self.settings.deadline.at.isoformat()
        return {"file": str(self.file), **said}


def read_course(file: Path, *, folders: bool = True) -> Course:
    """A course's file.

    Args:
        file: where it lies.
        folders: whether its folders have to be there.

    Raises:
        AssignmentError: it cannot be used, or a folder that it names is not there.
    """
    course = Course(file.absolute(), read(file, CourseSettings))
    lacking = [str(folder) for folder in course.folders if not (folder / "suites").is_dir()]
    if folders and lacking:
        raise AssignmentError(
            f"{place(course.file, 'folders')}: folders has {lacking[0]}, which holds no suites/: an assignment of a course's own has its "
            "folders in suites/, solutions/ and assignments/ there."
        )
    return course


def course_beside(path: Path) -> Path | None:
    """The course's file that lies beside a path; None where there is none.

    What lies in the path itself may be a student's, and is never looked at.
    """
    file = path.absolute().parent / COURSE
    return file if os.path.lexists(file) else None
