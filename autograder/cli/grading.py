"""`grade`: the batch, and what is told of it while it is graded and afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..text import counted
from . import arguments
from .telling import console, say, stop

if TYPE_CHECKING:
    from ..course import Roll
    from ..grading import Begun, Graded, Outcome
    from ..records import Row
    from ..submissions import Collection


def grade(
    path: arguments.Submissions,
    assignment: arguments.AssignmentOption = "",
    out: Annotated[
        Path | None, typer.Option(help="Where grades.csv and results/ are written; the course's without.")
    ] = None,
    course: arguments.CourseFile = None,
    jobs: arguments.Jobs = None,
    data: arguments.Data = None,
    seed: arguments.RunNumber = 0,
    roster: arguments.Roster = None,
    attempts: arguments.Attempts = "last",
    only: arguments.Only = "*",
    fresh: arguments.Fresh = False,
    regrade: arguments.Regrade = None,
    engine: arguments.Engine = "local",
    address: arguments.Address = None,
    no_sandbox: arguments.NoSandbox = False,
) -> None:
    """Grade a batch of submissions, as far as they are new or have changed."""
    # A shutdown stops the batch as Ctrl-C does, and what is temporary is cleaned up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Heavy imports come here, so that --help and wrong arguments answer at once.
    from ..grading import RunError, run

    try:
        with _GradingProgress() as progress:
            outcome = run(
                path, assignment, out, course_file=course, jobs=jobs, data=data, seed=seed, roster_file=roster, attempts=attempts,
                only=only, fresh=fresh, regrade=regrade or (), engine=engine, address=address,
                no_sandbox=no_sandbox, begun=progress.begin, graded=progress.advance,
            )  # fmt: skip
    except RunError as error:
        raise stop(str(error)) from error
    except KeyboardInterrupt:
        Console(stderr=True).print(f"Stopped. What was graded so far is kept{progress.kept}.", markup=False)
        os._exit(130)  # not waiting for calls under way; their workers end with this process
    except OSError as error:
        raise stop(
            f"Stopped: {error}. What was graded so far is kept{progress.kept}; free the disk and run again."
        ) from error
    assert progress.out is not None
    _print_outcome(outcome, progress.out)


class _GradingProgress:
    """Tells what was found and how far the grading is: a bar on a terminal, lines elsewhere."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._total = self._ended = 0
        self._begun = False
        self.out: Path | None = None

    @property
    def kept(self) -> str:
        """Where results are, as the end of a sentence."""
        return f" in {self.out}" if self.out else ""

    def __enter__(self) -> _GradingProgress:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._begun:
            self._progress.stop()

    def begin(self, begun: Begun) -> None:
        self.out = begun.out
        course = begun.assignment.course
        if course is not None:
            say(f"{begun.assignment.title}, as {course['file']} has it.")
        else:
            say(
                "Hidden inputs are drawn from the kit's own secret, which everyone has who has the kit: good for trying it "
                "out. `autograder course` writes a course's file with a secret of its own."
            )
        _tell_what_was_found(begun.collection, begun.roll, begun.superseded)
        data = f", data: {begun.data}" if begun.data else ""
        say(f"{begun.to_grade} submissions{data}, sandbox: {begun.sandbox}")
        self._total = begun.to_grade
        self._bar = self._progress.add_task("Grading", total=begun.to_grade)
        self._progress.start()
        self._begun = True

    def advance(self, graded: Graded) -> None:
        row = graded.row
        self._ended += 1
        self._progress.advance(self._bar)
        if not console.is_terminal:
            say(
                f"[{self._ended}/{self._total}] {row.submission}: {row.status}, {row.score:g} of {row.max_score:g}"
            )


def _print_outcome(outcome: Outcome, out: Path) -> None:
    from ..grading import ATTENTION, REJECTED

    _print_grades(outcome.rows, outcome.points)
    say(f"Grades: {out / 'grades.csv'}")
    if outcome.unchanged:
        say(
            f"{outcome.unchanged} of them had been graded before and are unchanged (--fresh grades them again)."
        )
    attention = sum(row.status == ATTENTION for row in outcome.rows)
    rejected = sum(row.status == REJECTED for row in outcome.rows)
    say(
        f"{counted(len(outcome.rows), 'submission')}: {len(outcome.rows) - rejected - attention} graded, {rejected} rejected, "
        f"{attention} need attention (the grader failed on them, twice: nothing is decided)."
    )


def _tell_what_was_found(collection: Collection, roll: Roll, superseded: int) -> None:
    """Say what was recognised, and whatever a person should look at."""
    if collection.source not in ("a folder", "a file"):
        say(f"This is {collection.source}.")
    if superseded:
        are = "is" if superseded == 1 else "are"
        say(
            f"{counted(superseded, 'submission')} {are} not graded, since a later one of the same student counts."
        )
    for note in (*collection.notes, *roll.notes):
        say(note)
    if roll.listed:
        handed = sum(bool(student.line and theirs) for student, theirs in roll.members)
        nothing = sum(bool(student.line and not theirs) for student, theirs in roll.members)
        say(f"Of the students on the list {handed} handed something in and {nothing} did not.")
        for hand_in in roll.unmatched:
            say(f"{hand_in.submission} matches no student on the list; it is graded all the same.")


def _print_grades(rows: Sequence[Row], points: Mapping[str, float]) -> None:
    table = Table(title="Grades")
    for heading in ("submission", "status", "score", "seconds", "points lost in, or reason"):
        table.add_column(heading, justify="right" if heading in ("score", "seconds") else "left")
    for row in sorted(rows, key=lambda row: row.submission):
        lost = [question for question, most in points.items() if row.questions.get(question, 0.0) < most]
        where = "everything" if len(lost) == len(points) else ", ".join(lost)
        waiting = f", {row.undecided:g} undecided" if row.undecided else ""
        score = f"{row.score:g} / {row.max_score:g}{waiting}"
        table.add_row(
            escape(row.submission), row.status, score, f"{row.seconds:.1f}", escape(row.reason or where)
        )
    console.print(table)
