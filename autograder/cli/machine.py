"""`doctor`: what this machine has for grading."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import arguments
from .telling import say, stop


def doctor(
    course: arguments.CourseFile = None,
    data: arguments.Data = None,
    out: Annotated[Path, typer.Option(help="Where results would be written.")] = Path("."),
) -> None:
    """Say what this machine has, and which ways to grade work here; exit code 1 where it cannot grade."""
    from ..assignment import AssignmentError
    from ..grading import doctor as doctors
    from ..grading import find_course

    try:
        found = find_course(course)
    except AssignmentError as error:
        raise stop(str(error)) from error
    can_grade = True
    for finding in doctors.examine(data, out, found):
        say(f"{finding.what}: {finding.found}")
        for detail in finding.details:
            say(f"    {detail}")
        if finding.advice:
            say(f"    {finding.advice}")
        can_grade = can_grade and not finding.hinders
    raise typer.Exit(0 if can_grade else 1)
