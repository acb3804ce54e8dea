"""The arguments of the commands: their types, and what `--help` says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Submissions = Annotated[
    Path,
    typer.Argument(
        metavar="SUBMISSIONS",
        help="An unpacked export of Gradescope, Canvas or Moodle, a folder of submissions, or a single one.",
    ),
]
AssignmentName = Annotated[
    str, typer.Argument(metavar="ASSIGNMENT", help="The assignment's name; the course's without.")
]
AssignmentOption = Annotated[str, typer.Option(help="The assignment's name; the course's without.")]
CourseFile = Annotated[
    Path | None,
    typer.Option(
        "--course",
        exists=True,
        dir_okay=False,
        help="The course's own file; without it a course.toml that lies here or beside what is given.",
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        help="The images that models are trained on, as a zip, folder or official archive; synthetic ones without."
    ),
]
Graded = Annotated[
    Path, typer.Argument(metavar="OUT", help="The folder that `autograder grade --out` wrote.")
]
PageLanguage = Annotated[Literal["en", "vi"] | None, typer.Option(help="Of the pages; the course's without.")]
Jobs = Annotated[
    int | None,
    typer.Option(
        min=1, help="How many submissions to grade at a time: as many as cores, or one where a GPU trains."
    ),
]
RunNumber = Annotated[int, typer.Option(min=0, help="Number of the run: each has hidden inputs of its own.")]
Roster = Annotated[
    Path | None,
    typer.Option(
        help="A CSV file of the students: id, name, email, extension, group, language; the last run's without."
    ),
]
Attempts = Annotated[
    Literal["last", "best"], typer.Option(help="Which of several submissions of a student counts.")
]
Only = Annotated[
    str,
    typer.Option(
        help="Grade the submissions whose name, or whose student's name or number, matches, for instance 'nguyen*'."
    ),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Grade again what was graded before and has not changed.")
]
Regrade = Annotated[
    list[str] | None,
    typer.Option(
        metavar="QUESTION", help="Grade only this question again and keep the others; may be repeated."
    ),
]
Engine = Annotated[
    Literal["local", "ray"], typer.Option(help="Where it is graded: on this machine, or a Ray cluster.")
]
Address = Annotated[
    str | None, typer.Option(help="Of the Ray cluster; without it the one of this machine, or a new one.")
]
NoSandbox = Annotated[
    bool, typer.Option("--no-sandbox", help="Run student code unconfined. Every result says so.")
]
