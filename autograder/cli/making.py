"""For those who begin: a new assignment, a course's own file, and what editors need to help with both."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..text import reason_of
from .telling import say, stop


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The assignment's name, for instance decision_trees.")
    ],
    folder: Annotated[
        Path,
        typer.Option(
            file_okay=False, help="A folder of the course's own, or a checkout of the kit; this one without."
        ),
    ] = Path(),
) -> None:
    """Make a new assignment that works as it is: a question, its tests, a misconception, a notebook in both languages."""
    from ..assignment import AssignmentError
    from ..authoring.new import new_assignment

    try:
        made = new_assignment(name, folder)
    except AssignmentError as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(f"The folders cannot be written to {folder} ({reason_of(error)}).") from error
    assignment = made.assignment
    say(
        f"Reference, misconceptions, notebook: {assignment.solutions}\nSettings and tests: {assignment.suite}\n"
        f"What students receive, made by `autograder stubs`: {assignment.rooms.handout}"
    )
    if made.course is not None:
        say(f"A course's file with a secret of its own: {made.course}")
    if made.write_course:
        say(f"A course's file for it: {made.write_course}")
    say(f"Prove it: {made.prove}")


def course(
    assignment: Annotated[str, typer.Argument(metavar="NAME", help="The assignment that the course asks.")],
    to: Annotated[Path, typer.Option(dir_okay=False, help="The file to write.")] = Path("course.toml"),
    folder: Annotated[
        list[Path] | None,
        typer.Option(file_okay=False, help="A folder with assignments of the course's own; may be repeated."),
    ] = None,
) -> None:
    """Write a course's own file, with comments and a secret of its own."""
    from ..assignment import AssignmentError
    from ..authoring.new import course_for

    try:
        written = course_for(assignment, to, folder or ())
    except AssignmentError as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(f"{to} cannot be written ({reason_of(error)}).") from error
    say(f"Written: {written}. Edit it, then: autograder grade SUBMISSIONS --course {written}")


def schema(
    of: Annotated[
        Literal["assignment", "course"],
        typer.Argument(metavar="assignment|course", help="Of assignment.toml or of course.toml."),
    ],
) -> None:
    """Print the JSON Schema of a file of settings: editors complete and check with it."""
    import json

    from ..assignment import CourseSettings, Settings, json_schema

    record = Settings if of == "assignment" else CourseSettings
    typer.echo(json.dumps(json_schema(record, f"{of}.toml"), indent=2, ensure_ascii=False))
