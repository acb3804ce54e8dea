"""`grade`: the batch, and what is told of it while it is graded and afterwards."""

from __future__ import annotations

import os
import signal
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..text import counted, order
from . import arguments
from .telling import console, say, stop

if TYPE_CHECKING:
    from ..course import Roll
    from ..grading import Begun, Graded, Outcome
    from ..records import Row
    from ..submissions import Collection

MOST_ROWS = 25
"""Of a table on the terminal; of more a summary is told."""


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
    from ..grading import Means, Selection, run

    with _GradingProgress() as progress:
        outcome = run(
            path, assignment, out, course_file=course, data=data, roster_file=roster, seed=seed,
            selection=Selection(attempts, only, fresh, tuple(regrade or ())),
            means=Means(jobs, engine, address, no_sandbox),
            begun=progress.begin, graded=progress.advance,
        )  # fmt: skip
    assert progress.out is not None
    _print_outcome(outcome, progress.out)


class _GradingProgress:
    """Tells what was found, how far the grading is (a bar on a terminal, lines elsewhere), and why it stopped."""

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
        self._name_of: Callable[[str], str] = str
        self.out: Path | None = None

    def __enter__(self) -> _GradingProgress:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from ..grading import RunError

        if self._begun:
            self._progress.stop()
        kept = f"What was graded so far is kept{f' in {self.out}' if self.out else ''}"
        if isinstance(error, RunError):
            raise stop(str(error)) from error
        if isinstance(error, KeyboardInterrupt):
            Console(stderr=True, emoji=False).print(f"Stopped. {kept}.", markup=False)
            os._exit(130)  # not waiting for calls under way; their workers end with this process
        if isinstance(error, OSError):
            raise stop(f"Stopped: {error}. {kept}; free the disk and run again.") from error

    def begin(self, begun: Begun) -> None:
        self.out, self._name_of = begun.out, begun.roll.name_of
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
        say(f"{counted(begun.to_grade, 'submission')}{data}, sandbox: {begun.sandbox}")
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
                f"[{self._ended}/{self._total}] {_called(self._name_of(row.submission), row.submission)}: {row.status}, {row.score:g} of {row.max_score:g}"
            )


def _print_outcome(outcome: Outcome, out: Path) -> None:
    from ..records import ATTENTION, GRADED, PARTIAL, REJECTED

    number = Counter(row.status for row in outcome.rows)
    if len(outcome.rows) <= MOST_ROWS:
        _print_grades(outcome.rows, outcome)
    else:
        _print_summary(outcome)
    _print_missing(outcome)
    _print_changes(outcome)
    say(f"Grades: {out / 'grades.csv'}")
    if outcome.unchanged:
        are = "was graded before and is" if outcome.unchanged == 1 else "had been graded before and are"
        say(f"{outcome.unchanged} of them {are} unchanged (--fresh grades them again).")
    partly = f" ({number[PARTIAL]} in part)" if number[PARTIAL] else ""
    needs = "needs" if number[ATTENTION] == 1 else "need"
    why = " (the grader failed, twice: nothing is decided)" if number[ATTENTION] else ""
    say(
        f"{counted(len(outcome.rows), 'submission')}: {number[GRADED] + number[PARTIAL]} graded{partly}, "
        f"{number[REJECTED]} rejected, {number[ATTENTION]} {needs} attention{why}."
    )


def _print_summary(outcome: Outcome) -> None:
    """Of many: how they did, and those that a person should look at; all rows stand in grades.csv and on the pages."""
    from ..records import GRADED, REJECTED

    shares = [row.score / row.max_score for row in outcome.rows if row.status != REJECTED and row.max_score]
    if shares:
        say(
            f"Scores: mean {100 * statistics.fmean(shares):.1f} %, median {100 * statistics.median(shares):.1f} %, "
            f"{sum(share >= 1 for share in shares)} with all points."
        )
    for row in sorted(outcome.rows, key=lambda row: order(_name(row.submission, outcome))):
        if row.status != GRADED:
            told = row.reason or f"{row.score:g} of {row.max_score:g}, some case did not run to its end"
            say(f"{row.status}: {_name(row.submission, outcome)}: {told}")


def _print_missing(outcome: Outcome) -> None:
    """Who has forgotten a module, which a low score alone does not tell."""
    for submission in sorted(outcome.missing, key=lambda one: order(_name(one, outcome))):
        say(f"to look at: {_name(submission, outcome)}: {'; '.join(outcome.missing[submission])}")


def _print_changes(outcome: Outcome) -> None:
    """Whose points are other ones than before this run."""
    for change in sorted(
        outcome.changes, key=lambda one: (order(_name(one.submission, outcome)), one.question)
    ):
        say(f"{_name(change.submission, outcome)}: {change.question} {change.before:g} -> {change.after:g}")
    if outcome.changes:
        changed = len({change.submission for change in outcome.changes})
        have = "submission has" if changed == 1 else "submissions have"
        say(f"{changed} {have} other points than before this run.")


def _name(submission: str, outcome: Outcome) -> str:
    return _called(outcome.names.get(submission, submission), submission)


def _called(name: str, submission: str) -> str:
    return f"{name} ({submission})" if name != submission else submission


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
            if hand_in.submission in roll.to_grade:
                say(
                    f"{hand_in.submission} matches no student on the list: {roll.why_unmatched(hand_in.submission)}. It is "
                    "graded, and counts for nobody until you assign it on the desk or mend the list."
                )


def _print_grades(rows: Sequence[Row], outcome: Outcome) -> None:
    points = outcome.points
    table = Table(title="Grades")
    for heading in ("submission", "status", "score", "seconds", "points lost in, or reason"):
        justify: Literal["left", "right"] = "right" if heading in ("score", "seconds") else "left"
        table.add_column(heading, justify=justify, overflow="fold")
    for row in sorted(rows, key=lambda row: order(_name(row.submission, outcome))):
        lost = [question for question, most in points.items() if row.questions.get(question, 0.0) < most]
        where = "everything" if len(lost) == len(points) else ", ".join(lost)
        waiting = f", {row.undecided:g} undecided" if row.undecided else ""
        score = f"{row.score:g} / {row.max_score:g}{waiting}"
        name = escape(_name(row.submission, outcome))
        table.add_row(name, row.status, score, f"{row.seconds:.1f}", escape(row.reason or where))
    console.print(table)
