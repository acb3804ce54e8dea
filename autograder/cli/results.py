"""What follows a grading: pages, marking by hand, grade files, similar submissions."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path
from typing import Annotated, Literal

import typer

from ..text import counted
from . import arguments
from .telling import console, say, stop


def report(
    out: arguments.Graded,
    language: arguments.PageLanguage = None,
    course: arguments.CourseFile = None,
) -> None:
    """Write the pages: one of the class for the staff, and one for each student."""
    from ..report import opening, writing

    try:
        written = writing.write(out, language, course)
    except opening.ReportError as error:
        raise stop(str(error)) from error
    say(
        f"For the staff: {written.index}\nFor students: {counted(written.students, 'page')} in "
        f"{written.index.parent / 'students'}"
    )


def desk(
    out: arguments.Graded,
    language: arguments.PageLanguage = None,
    course: arguments.CourseFile = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of this machine, where the page is; 0 takes a free one.")
    ] = 0,
) -> None:
    """Open the staff's desk in the browser: the class, all of each student, marking, grades set by hand."""
    from ..desk import DeskError, serve

    try:
        serving = serve(out, language, course, port)
    except DeskError as error:
        raise stop(str(error)) from error
    say(
        f"The desk is at {serving.address}\nOnly this machine can open it, and only by this address. Ctrl-C ends it; what was "
        "saved stays."
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serving.run()  # ends by itself when it is interrupted
    finally:
        serving.close()
    console.print("Stopped. `autograder report` shows to the students what was decided.")


def export(
    out: arguments.Graded,
    form: Annotated[
        Literal["canvas", "moodle", "gradescope", "csv"],
        typer.Option("--format", help="For which course site; csv has everything, for people."),
    ],
    column: Annotated[
        str,
        typer.Option(
            help="What Canvas's gradebook calls the assignment, with its number: 'Homework 1 (4711)'."
        ),
    ] = "",
    course: arguments.CourseFile = None,
) -> None:
    """Write the final grades for a course site: late policy, extensions and points given by hand included."""
    from ..assignment import AssignmentError
    from ..course import export as exports
    from ..grading import opened
    from ..records import StoreError

    try:
        assignment, store = opened(out, course)
        with contextlib.closing(store):
            written = exports.export(out, store, assignment, form, column)
    except (AssignmentError, StoreError, exports.ExportError) as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(f"The grades cannot be written to {out} ({error}).") from error
    for note in written.notes:
        say(note)
    say(f"{counted(written.students, 'student')}: {written.path}")


def feedback(
    out: arguments.Graded,
    form: Annotated[
        Literal["moodle", "canvas", "gradescope", "mail"],
        typer.Option(
            "--format",
            help="A zip that Moodle or Canvas imports, a folder for Gradescope, or a table for a mail merge.",
        ),
    ],
    language: arguments.PageLanguage = None,
    course: arguments.CourseFile = None,
) -> None:
    """Pack the students' pages for the way back to them."""
    from ..report import opening, sending

    try:
        sent = sending.send(out, form, language, course)
    except opening.ReportError as error:
        raise stop(str(error)) from error
    for note in sent.notes:
        say(note)
    say(f"{counted(sent.students, 'page')}: {sent.path}")


def similar(
    path: Annotated[
        Path,
        typer.Argument(metavar="SUBMISSIONS", help="A folder of submissions, or a course site's export."),
    ],
    out: Annotated[Path, typer.Option(help="Where similarity.html and similarity.csv are written.")],
    assignment: arguments.AssignmentOption = "",
    course: arguments.CourseFile = None,
) -> None:
    """Rank pairs of submissions whose code is suspiciously alike, side by side for a person to read."""
    from ..report import copies, opening

    try:
        found = copies.look_for_copies(path, out, assignment, course)
    except opening.ReportError as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(f"The report cannot be written to {out} ({error}). Give another --out.") from error
    compared, pairs = counted(found.report.compared, "submission"), counted(len(found.report.pairs), "pair")
    say(f"{compared} compared, {pairs} to read: {found.page}")
    if found.report.left_out:
        say(f"{len(found.report.left_out)} could not be compared; the page says why.")
