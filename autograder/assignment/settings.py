"""Finds an assignment's three folders and reads its settings, with a course's own laid over them.

The folders lie in the kit, in a checkout or installed, or where a course keeps assignments of its own. Nothing in them
must ever be reachable from a worker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from ..text import did_you_mean
from .asked import Assignment, Rooms
from .courses import Course
from .parts import Feedback, Settings
from .reference import defined
from .reference import load_reference as load_reference
from .schema import AssignmentError as AssignmentError
from .schema import place, read

PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE if (PACKAGE / "solutions").is_dir() else PACKAGE.parent
"""What holds solutions/ and assignments/: a checkout, or the package itself where it is installed."""

SUITES = PACKAGE / "suites"
SOLUTIONS = ROOT / "solutions"
HANDOUTS = ROOT / "assignments"


def names(course: Course | None = None) -> list[str]:
    """The assignments that have a suite, the course's own among them."""
    homes = [*(folder / "suites" for folder in (course.folders if course else ())), SUITES]
    files = (file for home in homes for file in home.glob("*/assignment.toml"))
    return sorted({file.parent.name for file in files if file.is_file()})


def find(name: str, course: Course | None = None) -> Rooms:
    """The folders of an assignment: a course's own come before the kit's.

    Raises:
        AssignmentError: there is none of this name, or a course has several.
    """
    places = dict.fromkeys(course.folders if course else ())
    own = [folder for folder in places if (folder / "suites" / name / "assignment.toml").is_file()]
    if course is not None and len(own) > 1:
        raise AssignmentError(
            f"{course.file}: folders has {name} twice, in {own[0]} and in {own[1]}: leave one of them out."
        )
    if own:
        return own_rooms(own[0], name)
    if name and (SUITES / name / "assignment.toml").is_file():
        return Rooms(SUITES / name, SOLUTIONS / name, HANDOUTS / name)
    for folder in (*((one / "suites") for one in places), SUITES):
        if name and (folder / name).is_dir():
            raise AssignmentError(f"{folder / name} is there, and no file assignment.toml in it.")
    there = names(course)
    raise AssignmentError(
        f"There is no assignment {name!r}.{did_you_mean(name, there)} There are: {', '.join(there)}. One of a course's own is "
        "found by `folders` in course.toml."
    )


def own_rooms(folder: Path, name: str) -> Rooms:
    """Where the folders of an assignment of a course's own lie."""
    return Rooms(folder / "suites" / name, folder / "solutions" / name, folder / "assignments" / name)


def load(name: str, course: Course | None = None) -> Assignment:
    """An assignment, as a course asks it.

    Args:
        name: the assignment's; with a course, its own one where it is "".
        course: the course's file.

    Raises:
        AssignmentError: there is no such assignment, or its settings or the course's cannot be used: a sentence a
            mistake, with file and line.
    """
    if course is None and not name:
        raise AssignmentError(
            "Say which assignment, or put a course.toml beside the submissions: `autograder course` writes one."
        )
    if course is not None and name and name != course.settings.assignment:
        folders = "".join(f" --folder {folder}" for folder in course.settings.folders)
        raise AssignmentError(
            f"{course.file} is about {course.settings.assignment}, and not about {name}: write a file for that one too "
            f"(autograder course {name}{folders} --to {name}.toml) and give it by --course."
        )
    return load_from(find(name or (course.settings.assignment if course else ""), course), course)


def load_from(rooms: Rooms, course: Course | None = None) -> Assignment:
    """The assignment of three folders; see `load`."""
    settings = read(rooms.suite / "assignment.toml", Settings)
    found = defined(rooms.solutions, settings.modules)
    tests = sorted((rooms.suite / "tests").glob("*.py"))
    if mistakes := list(_mistakes(rooms, settings, found.owners, course, [path.stem for path in tests])):
        raise AssignmentError("\n".join(mistakes))
    said = course.settings if course else None
    left_out = {*settings.left_out, *(said.left_out if said else ())}
    worth = dict(said.points) if said else {}
    written = said is None or said.written
    manual = {name: asked for name, asked in settings.manual.items() if written or asked.predictions}
    deadline = said.deadline if said and said.deadline else settings.deadline
    return Assignment(
        name=rooms.suite.name,
        rooms=rooms,
        title=(said.title if said else "") or settings.title or rooms.suite.name,
        modules=settings.modules,
        owners=found.owners,
        given=found.given,
        seed=said.seed if said else settings.seed,
        limits=settings.limits,
        attachments=settings.attachments,
        recipes=settings.recipes,
        tests=tuple(path for path in tests if path.stem not in left_out),
        manual={
            question: described if question not in worth else described.worth(worth[question])
            for question, described in manual.items()
            if question not in left_out
        },
        training=settings.training,
        deadline=deadline.deadline if deadline else None,
        feedback=_feedback(settings, course),
        container=settings.container,
        points=settings.points,
        worth={question: points for question, points in worth.items() if question not in settings.manual},
        possible=said.possible if said else None,
        left_out=tuple(sorted(left_out)),
        not_written=tuple(settings.manual.keys() - manual.keys()),
        leaderboard=said.leaderboard if said else "off",
        written_counts=bool(said and said.written_points == "counted"),
        language=(said.language if said else None) or "en",
        python=_python(settings, course),
        course=course.record() if course else None,
        hours=(said.hours if said else None) or settings.hours,
        rules=said.rules if said else {},
    )


def _python(settings: Settings, course: Course | None) -> str:
    said = course.settings.python if course else ""
    # A name alone is a command.
    return str(course.place(said)) if course and "/" in said else said or settings.python


def _feedback(settings: Settings, course: Course | None) -> Feedback:
    said = course.settings if course else None
    if said and said.feedback:
        return said.feedback
    return replace(settings.feedback, language=said.language) if said and said.language else settings.feedback


def _mistakes(
    rooms: Rooms, settings: Settings, owners: Collection[str], course: Course | None, tests: list[str]
) -> Iterator[str]:
    """What no single setting can tell."""
    file = rooms.suite / "assignment.toml"
    asked = [*tests, *settings.manual]
    for question in settings.left_out:
        if question not in asked:
            yield f"{place(file, 'left_out')}: left_out has {question!r}, which is no question.{did_you_mean(question, asked)}"
    for question in settings.manual.keys() & set(tests):
        yield f"{place(file, 'manual', question)}: [manual.{question}] has the name of a question with tests: give it another."
    if settings.training and not settings.recipes:
        yield f"{place(file, 'training')}: [training] needs recipes: write [recipes.DATA.NAME]."
    for function in settings.training.functions if settings.training else ():
        if function not in owners:
            yield f"{place(file, 'training', 'functions')}: [training] runs {function!r}, which no module defines.{did_you_mean(function, owners)}"
    if settings.recipes and not settings.training:
        yield f"{place(file, 'recipes')}: recipes say how to train, so it needs a table [training] too."
    left_out = {*settings.left_out, *(course.settings.left_out if course else ())}
    if asked and left_out >= set(asked):
        said_in = course.file if course and course.settings.left_out else file
        yield f"{place(said_in, 'left_out')}: left_out leaves no question that is asked."
    if course is None:
        return
    said = course.settings
    for where, questions in (("left_out", said.left_out), ("points", said.points)):
        for question in questions:
            if question not in asked:
                told = f"[{where}]" if where == "points" else where
                yield f"{place(course.file, where, question)}: {told} has {question!r}, which is no question.{did_you_mean(question, asked)}"
