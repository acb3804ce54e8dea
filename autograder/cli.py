"""The command `autograder`."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from .course import Roll
    from .grading import Begun, Graded, Outcome
    from .records import Row
    from .submissions import Collection

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Grades deep-learning coursework with Otter, student code confined.",
)
console = Console()

UNUSABLE = 2
"""Exit code for arguments that cannot be used."""


def main() -> None:
    """Entry point of the command."""
    app(prog_name="autograder")


def _stop(message: str) -> typer.Exit:
    """Say in one line what is wrong with the arguments."""
    Console(stderr=True, soft_wrap=True).print(message, style="bold red", markup=False, highlight=False)
    return typer.Exit(UNUSABLE)


def _say(sentence: str) -> None:
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)


@app.callback()
def _commands() -> None: ...


@app.command()
def grade(
    path: Annotated[
        Path,
        typer.Argument(
            help="An unpacked export of Gradescope, Canvas or Moodle, a folder of submissions, or a single one."
        ),
    ],
    assignment: Annotated[str, typer.Option(help="The assignment, for instance linear_classifier.")],
    out: Annotated[Path, typer.Option(help="Where grades.csv and results/ are written.")],
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many submissions to grade at a time: as many as cores, or one where a GPU trains.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="CIFAR-10 as a zip, folder or official archive; synthetic images without."),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Number of the run: each has hidden inputs of its own.")
    ] = 0,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file of the students: id, name, email, extension, group; the one of the last run without."
        ),
    ] = None,
    attempts: Annotated[
        Literal["last", "best"], typer.Option(help="Which of several submissions of a student counts.")
    ] = "last",
    only: Annotated[
        str,
        typer.Option(help="Grade the submissions whose name matches this pattern, for instance 'nguyen*'."),
    ] = "*",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade again what was graded before and has not changed.")
    ] = False,
    regrade: Annotated[
        list[str] | None,
        typer.Option(
            metavar="QUESTION", help="Grade only this question again and keep the others; may be repeated."
        ),
    ] = None,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="Where it is graded: on this machine, or a Ray cluster.")
    ] = "local",
    address: Annotated[
        str | None,
        typer.Option(help="Of the Ray cluster; without it the one of this machine, or a new one."),
    ] = None,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run student code unconfined. Every result says so.")
    ] = False,
) -> None:
    """Grade a batch of submissions, as far as they are new or have changed."""
    # A shutdown stops the batch as Ctrl-C does, and what is temporary is cleaned up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Heavy imports come here, so that --help and wrong arguments answer at once.
    from .grading import RunError, run

    try:
        with _GradingProgress() as progress:
            outcome = run(
                path, assignment, out, jobs=jobs, data=data, seed=seed, roster_file=roster, attempts=attempts,
                only=only, fresh=fresh, regrade=regrade or (), engine=engine, address=address,
                no_sandbox=no_sandbox, begun=progress.begin, graded=progress.advance,
            )  # fmt: skip
    except RunError as error:
        raise _stop(str(error)) from error
    except KeyboardInterrupt:
        Console(stderr=True).print(f"Stopped. What was graded so far is kept in {out}.", markup=False)
        os._exit(130)  # not waiting for calls under way; their workers end with this process
    except OSError as error:
        raise _stop(
            f"Stopped: {error}. What was graded so far is kept in {out}; free the disk and run again."
        ) from error
    _print_outcome(outcome, out)


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

    def __enter__(self) -> _GradingProgress:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._begun:
            self._progress.stop()

    def begin(self, begun: Begun) -> None:
        _tell_what_was_found(begun.collection, begun.roll, begun.superseded)
        _say(f"{begun.to_grade} submissions, data: {begun.data}, sandbox: {begun.sandbox}")
        self._total = begun.to_grade
        self._bar = self._progress.add_task("Grading", total=begun.to_grade)
        self._progress.start()
        self._begun = True

    def advance(self, graded: Graded) -> None:
        row = graded.row
        self._ended += 1
        self._progress.advance(self._bar)
        if not console.is_terminal:
            _say(
                f"[{self._ended}/{self._total}] {row.submission}: {row.status}, {row.score:g} of {row.max_score:g}"
            )


def _print_outcome(outcome: Outcome, out: Path) -> None:
    from .grading import ATTENTION, REJECTED

    _print_grades(outcome.rows, outcome.points)
    _say(f"Grades: {out / 'grades.csv'}")
    if outcome.unchanged:
        _say(
            f"{outcome.unchanged} of them had been graded before and are unchanged (--fresh grades them again)."
        )
    attention = sum(row.status == ATTENTION for row in outcome.rows)
    rejected = sum(row.status == REJECTED for row in outcome.rows)
    _say(
        f"{len(outcome.rows)} submissions: {len(outcome.rows) - rejected - attention} graded, {rejected} rejected, "
        f"{attention} need attention (grader errors)."
    )


def _tell_what_was_found(collection: Collection, roll: Roll, superseded: int) -> None:
    """Say what was recognised, and whatever a person should look at."""
    if collection.source not in ("a folder", "a file"):
        _say(f"This is {collection.source}.")
    if superseded:
        _say(f"{superseded} submissions are not graded, since a later one of the same student counts.")
    for note in (*collection.notes, *roll.notes):
        _say(note)
    if roll.listed:
        handed = sum(bool(student.line and theirs) for student, theirs in roll.members)
        nothing = sum(bool(student.line and not theirs) for student, theirs in roll.members)
        _say(f"Of the students on the list {handed} handed something in and {nothing} did not.")
        for hand_in in roll.unmatched:
            _say(f"{hand_in.submission} matches no student on the list; it is graded all the same.")


def _print_grades(rows: Sequence[Row], points: Mapping[str, float]) -> None:
    table = Table(title="Grades")
    for heading in ("submission", "status", "score", "seconds", "points lost in, or reason"):
        table.add_column(heading, justify="right" if heading in ("score", "seconds") else "left")
    for row in sorted(rows, key=lambda row: row.submission):
        lost = [question for question, most in points.items() if row.questions.get(question, 0.0) < most]
        where = "everything" if len(lost) == len(points) else ", ".join(lost)
        score = f"{row.score:g} / {row.max_score:g}"
        table.add_row(
            escape(row.submission), row.status, score, f"{row.seconds:.1f}", escape(row.reason or where)
        )
    console.print(table)


@app.command()
def report(
    out: Annotated[Path, typer.Argument(help="The folder that `autograder grade --out` wrote.")],
    language: Annotated[Literal["en", "vi"], typer.Option(help="Of the pages.")] = "en",
) -> None:
    """Write the pages: one of the class for the staff, and one for each student."""
    from .report import writing

    try:
        written = writing.write(out, language)
    except writing.ReportError as error:
        raise _stop(str(error)) from error
    console.print(
        f"For the staff: {written.index}\nFor students: {written.students} pages in "
        f"{written.index.parent / 'students'}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def mark(
    out: Annotated[Path, typer.Argument(help="The folder that `autograder grade --out` wrote.")],
    language: Annotated[Literal["en", "vi"], typer.Option(help="Of the page.")] = "en",
) -> None:
    """Mark written answers in the browser, a page a question; points are recorded as you type."""
    from .report import writing

    try:
        server = writing.serve(out, language)
    except writing.ReportError as error:
        raise _stop(str(error)) from error
    console.print(
        f"Mark the written answers at {server.address}\nOnly this machine can open it. Ctrl-C ends it; what was "
        "recorded stays.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        console.print("Stopped. `autograder report` shows the points to the students.")
    finally:
        server.close()


@app.command()
def release(
    assignment: Annotated[str, typer.Argument(help="The assignment, for instance linear_classifier.")],
    out: Annotated[Path, typer.Option(help="Where the two zips are written.")],
    language: Annotated[Literal["en", "vi"], typer.Option(help="Of the notebook and the README.")] = "en",
) -> None:
    """Build the students' zip, and autograder.zip for Otter and Gradescope."""
    from .assignment import settings as assignments
    from .authoring import release as releases

    try:
        student, grader = releases.build(assignments.load(assignment), out, language)
    except (assignments.AssignmentError, releases.ReleaseError) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"The zips cannot be written to {out} ({error.strerror}). Give another --out.") from error
    console.print(
        f"For students: {student}\nFor Otter and Gradescope: {grader}", highlight=False, soft_wrap=True
    )


@app.command()
def calibrate(
    assignment: Annotated[str, typer.Argument(help="The assignment, for instance linear_classifier.")],
    data: Annotated[
        Path | None,
        typer.Option(help="CIFAR-10 as a zip, folder or official archive; synthetic images without."),
    ] = None,
    seeds: Annotated[int, typer.Option(min=2, help="How many seeds.")] = 30,
) -> None:
    """Run the reference over seeds and propose accuracy thresholds."""
    from colab_setup.data import DataError, load

    from .assignment import settings as assignments
    from .authoring import calibration

    try:
        settings = assignments.load(assignment)
        dataset = load(data)
    except (assignments.AssignmentError, DataError) as error:
        raise _stop(str(error)) from error
    with Progress(console=console, disable=not console.is_terminal) as progress:
        recipes = settings.recipes[dataset.name].values()
        caught = sum(len(recipe.catches) for recipe in recipes) * min(seeds, calibration.CAUGHT_SEEDS)
        bar = progress.add_task("Training", total=seeds * len(recipes) + caught)
        for _ in calibration.calibrate(settings, dataset, seeds):
            progress.advance(bar)
    table = Table(title=f"{settings.title}: per cent of the test images, {dataset.name}")
    for heading in ("recipe", "mean", "sd", "n", "highest tier", "tiers now", "best misconception"):
        table.add_column(heading)
    for name, runs in calibration.summarise(settings, dataset.name).items():
        now = ", ".join(
            f"{tier} {value:g}" for tier, value in settings.recipes[dataset.name][name].tiers.items()
        )
        wrong = calibration.caught(settings, dataset.name, name)
        best = max(((found, which) for which, found in wrong.items()), default=None)
        table.add_row(
            name, f"{runs.mean:.2f}", f"{runs.sd:.2f}", str(runs.n), f"{runs.highest:g}", now,
            f"{best[1]}, {best[0]:.1f}" if best else "none",
        )  # fmt: skip
    console.print(table)
    console.print(f"The runs: {calibration.path(settings, dataset.name)}", highlight=False, soft_wrap=True)


@app.command()
def validate(
    assignment: Annotated[str, typer.Argument(help="The assignment, for instance linear_classifier.")],
    seed: Annotated[int, typer.Option(help="Changes the hidden inputs, as in `autograder grade`.")] = 0,
) -> None:
    """Prove a suite: right variants keep all points, stubs get none, every misconception loses some; exit code 1 if not."""
    from .assignment import settings as assignments
    from .authoring import validation

    try:
        settings = assignments.load(assignment)
    except assignments.AssignmentError as error:
        raise _stop(str(error)) from error
    table = Table(title=f"{settings.title}: what the suite makes of right and wrong modules")
    for heading in ("variant", "points lost in", "first killed by", "hint", "complaint"):
        table.add_column(heading, overflow="fold")
    complaints, wrong, named = 0, 0, 0
    for trial in validation.validate(settings, settings.seed + seed):
        is_wrong = len(trial.variants) == 1 and bool(trial.variants[0].hint)
        complaints += bool(trial.complaint)
        wrong += is_wrong
        named += is_wrong and bool(trial.named)
        lost = ", ".join(f"{question} {points:g}" for question, points in trial.lost.items())
        table.add_row(
            escape(trial.name), lost if is_wrong or trial.complaint else "", escape(next(iter(trial.killers), "")),
            escape(trial.hint), escape(trial.complaint),
        )  # fmt: skip
    console.print(table)
    _say(f"{wrong} misconceptions, {named} named by their hints; {complaints} complaints.")
    raise typer.Exit(1 if complaints else 0)


@app.command()
def check(
    folder: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, help="A folder with the modules of someone whom you trust."
        ),
    ],
    assignment: Annotated[str, typer.Option(help="The assignment, for instance linear_classifier.")],
) -> None:
    """Run the public tests on a folder, as `python -m colab_setup check` does for students. No sandbox."""
    from colab_setup import checking, checking_report

    from .assignment import settings as assignments

    try:
        settings = assignments.load(assignment)
        tests = assignments.PACKAGE.parent / "assignments" / assignment / "tests"
        checked = checking.check(folder, settings.modules, tests)
    except (assignments.AssignmentError, checking.CheckError) as error:
        raise _stop(str(error)) from error
    console.print(checking_report.text(checked), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if checked.passed else 1)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="The folder that `autograder grade` wrote.")],
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
) -> None:
    """Write the final grades for a course site: late policy, extensions and points given by hand included."""
    from .assignment import settings as assignments
    from .course import export as exports
    from .grading import STORE
    from .records import Store, StoreError, assignment_of

    try:
        name = assignment_of(out / STORE)
        with contextlib.closing(Store(out / STORE, name)) as store:
            written = exports.export(out, store, assignments.load(name), form, column)
    except (assignments.AssignmentError, StoreError, exports.ExportError) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"The grades cannot be written to {out} ({error}).") from error
    for note in written.notes:
        _say(note)
    _say(f"{written.students} students: {written.path}")


@app.command()
def similar(
    path: Annotated[Path, typer.Argument(help="A folder of submissions, or a course site's export.")],
    assignment: Annotated[str, typer.Option(help="The assignment, for instance linear_classifier.")],
    out: Annotated[Path, typer.Option(help="Where similarity.html and similarity.csv are written.")],
) -> None:
    """Rank pairs of submissions whose code is suspiciously alike, side by side for a person to read."""
    from . import temporary
    from .assignment import settings as assignments
    from .report import similarity
    from .submissions import SubmissionError, collect

    try:
        settings = assignments.load(assignment)
        with temporary.Folder("staged") as staging:
            found = collect(path, settings.modules, staging, out)
            report = similarity.compare(settings, sorted(found.paths.items()))
        page = similarity.write(report, settings, out)
    except (assignments.AssignmentError, SubmissionError) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"The report cannot be written to {out} ({error}). Give another --out.") from error
    _say(f"{report.compared} submissions compared, {len(report.pairs)} pairs to read: {page}")
    if report.left_out:
        _say(f"{len(report.left_out)} could not be compared; the page says why.")


@app.command()
def doctor(
    data: Annotated[
        Path | None,
        typer.Option(help="CIFAR-10 as a zip, folder or official archive; synthetic images without."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where results would be written.")] = Path("."),
) -> None:
    """Say what this machine has: sandbox, GPU, data, versions; exit code 1 where it cannot grade."""
    from .grading import doctor as doctors

    can_grade = True
    folder = next(place for place in (out.absolute(), *out.absolute().parents) if place.is_dir())
    for finding in doctors.examine(data, folder):
        _say(f"{finding.what}: {finding.found}")
        if finding.advice:
            _say(f"    {finding.advice}")
        can_grade = can_grade and not (finding.needed and finding.advice)
    raise typer.Exit(0 if can_grade else 1)
