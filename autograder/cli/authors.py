"""For authors and those who release: proving a suite, thresholds, zips, the public tests on a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from ..text import reason_of
from . import arguments
from .telling import console, from_here, say, stop

if TYPE_CHECKING:
    from ..assignment import Assignment
    from ..authoring.proving.trials import Trial


def release(
    out: Annotated[Path, typer.Option(help="Where the two zips are written.")],
    assignment: arguments.AssignmentName = "",
    course: arguments.CourseFile = None,
    language: Annotated[
        Literal["en", "vi"] | None, typer.Option(help="Of the notebook and the README; the course's without.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="The images that models are trained on, as a zip, for the zip of the grader; synthetic ones without."
        ),
    ] = None,
) -> None:
    """Build the students' zip, and the one for Otter and Gradescope, each with the assignment's name."""
    from ..assignment import settings as assignments
    from ..authoring import release as releases
    from ..grading import find_course

    try:
        found = find_course(course)
        student, grader = releases.build(assignments.load(assignment, found), out, language, data, found)
    except (assignments.AssignmentError, releases.ReleaseError) as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(
            f"The zips cannot be written to {out} ({reason_of(error)}). Give another --out."
        ) from error
    console.print(
        f"For students: {student}\nFor Otter and Gradescope: {grader}", highlight=False, soft_wrap=True
    )


def calibrate(
    assignment: arguments.AssignmentName = "",
    course: arguments.CourseFile = None,
    data: arguments.Data = None,
    seeds: Annotated[int, typer.Option(min=2, help="How many seeds.")] = 30,
) -> None:
    """Run the reference over seeds and propose thresholds for trained models."""
    from colab_setup.data import DataError

    from ..assignment import settings as assignments
    from ..authoring import calibration
    from ..checks import images_for
    from ..grading import find_course

    try:
        asked = assignments.load(assignment, find_course(course))
        calibration.refuse_installed(asked)
        dataset = images_for(asked, data)
        kinds = calibration.data_of(asked, dataset)
    except (assignments.AssignmentError, DataError) as error:
        raise stop(str(error)) from error
    for trained_on in kinds:
        with Progress(console=console, disable=not console.is_terminal) as progress:
            total = calibration.number_of_runs(asked, trained_on, seeds)
            bar = progress.add_task(f"Training, {trained_on}", total=total)
            for _ in calibration.calibrate(asked, dataset, trained_on, seeds):
                progress.advance(bar)
        _print_calibration(asked, trained_on)
        say(f"The runs: {calibration.runs_file(asked, trained_on)}")


def _print_calibration(assignment: Assignment, data: str) -> None:
    from ..authoring import calibration

    assert assignment.training is not None
    table = Table(title=f"{assignment.title}: {assignment.training.unit['en']}, {data}")
    for heading in ("recipe", "mean", "sd", "n", "highest tier", "tiers now", "best misconception"):
        table.add_column(heading)
    for name, runs in calibration.summarise(assignment, data).items():
        tiers = assignment.recipes[data][name].tiers
        best = runs.best_caught
        table.add_row(
            name, f"{runs.mean:.4g}", f"{runs.sd:.2g}", str(runs.n), f"{runs.highest:g}",
            ", ".join(f"{tier} {value:g}" for tier, value in tiers.items()),
            f"{best[0]}, {best[1]:.4g}" if best else "none",
        )  # fmt: skip
    console.print(table)


def validate(
    assignment: arguments.AssignmentName = "",
    course: arguments.CourseFile = None,
    seed: Annotated[int, typer.Option(help="Changes the hidden inputs, as in `autograder grade`.")] = 0,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell of every variant that was tried.")] = False,
    mutants: Annotated[
        int,
        typer.Option(min=0, help="Try as many mutants of each function, too, and list those that survive."),
    ] = 0,
) -> None:
    """Prove a suite: right variants keep all points, stubs get none, every misconception loses some; exit code 1 if not."""
    from ..assignment import settings as assignments
    from ..authoring import examining, validation
    from ..grading import find_course

    try:
        asked = assignments.load(assignment, find_course(course))
        if wrong := examining.examine(asked):
            raise stop(from_here("\n".join(wrong)))
        trials = list(validation.validate(asked, asked.seed + seed))
    except assignments.AssignmentError as error:
        raise stop(from_here(str(error))) from error
    if verbose:
        _print_trials(asked, trials)
    for line in validation.summary(asked, trials):
        say(from_here(line))
    say(validation.unseen_by_public_cases(trials))
    say(validation.tally(trials))
    if mutants:
        _print_proof(asked, asked.seed + seed, mutants)
    raise typer.Exit(1 if any(trial.complaint for trial in trials) else 0)


def _print_proof(assignment: Assignment, seed: int, most: int) -> None:
    from ..authoring.proving import proof

    scores = []
    for score in proof.prove(assignment, seed, most):
        scores.append(score)
        for mutant in score.survivors:
            changed = mutant.changes[0].clause.text(str)
            say(f"{score.function} survives as if {changed}:\n{mutant.source}\n")
    table = Table(title=f"{assignment.title}: mutants of the reference")
    for heading in ("function", "killed", "survived", "equal", "score", "seconds"):
        table.add_column(heading)
    for score in scores:
        table.add_row(
            score.function, str(score.killed), str(len(score.survivors)), str(score.equal),
            f"{score.share:.1f} %", f"{score.seconds:.1f}",
        )  # fmt: skip
    console.print(table)
    killed, survived = sum(s.killed for s in scores), sum(len(s.survivors) for s in scores)
    if killed + survived:
        say(
            f"Mutation score: {killed} of {killed + survived} killed, {100 * killed / (killed + survived):.1f} %."
        )


def _print_trials(assignment: Assignment, trials: Sequence[Trial]) -> None:
    from ..authoring import validation

    table = Table(title=f"{assignment.title}: what the suite makes of right and wrong modules")
    for heading in ("variant", "points lost in", "first killed by", "hint"):
        table.add_column(heading, overflow="fold")
    for trial in trials:
        lost = ", ".join(f"{question} {points:g}" for question, points in trial.lost.items())
        table.add_row(
            escape(trial.name), lost if validation.is_wrong(trial) or trial.complaint else "",
            escape(next(iter(trial.killers), "")), escape(trial.hint),
        )  # fmt: skip
    console.print(table)


def stubs(assignment: arguments.AssignmentName = "", course: arguments.CourseFile = None) -> None:
    """Make what students receive anew from solutions and suite; without a name that of every assignment."""
    from ..assignment import settings as assignments
    from ..authoring import handout
    from ..grading import find_course

    try:
        for path, text in handout.bring_in_step(assignment, find_course(course)):
            say(from_here(f"{'removed' if text is None else 'wrote'}: {path}"))
    except assignments.AssignmentError as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(f"The files cannot be written ({error}).") from error


def check(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="A folder with the modules of someone whom you trust.",
        ),
    ],
    assignment: arguments.AssignmentOption = "",
    course: arguments.CourseFile = None,
) -> None:
    """Run the public tests on a folder, as `python -m colab_setup check` does for students. No sandbox."""
    from colab_setup.checking import checks as checking
    from colab_setup.checking import report as checking_report

    from ..assignment import settings as assignments
    from ..grading import find_course

    try:
        asked = assignments.load(assignment, find_course(course, folder))
        checked = checking.check(folder, asked.modules, asked.rooms.handout / "tests")
    except (assignments.AssignmentError, checking.CheckError) as error:
        raise stop(str(error)) from error
    console.print(checking_report.text(checked), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if checked.passed else 1)
