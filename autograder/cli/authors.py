"""For authors and those who release: proving a suite, thresholds, zips, the public tests on a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from . import arguments
from .telling import console, say, stop

if TYPE_CHECKING:
    from ..assignment import Assignment


def release(
    assignment: arguments.AssignmentName,
    out: Annotated[Path, typer.Option(help="Where the two zips are written.")],
    language: Annotated[Literal["en", "vi"], typer.Option(help="Of the notebook and the README.")] = "en",
    data: Annotated[
        Path | None,
        typer.Option(
            help="The images that models are trained on, as a zip, for autograder.zip; synthetic ones without."
        ),
    ] = None,
) -> None:
    """Build the students' zip, and autograder.zip for Otter and Gradescope."""
    from ..assignment import settings as assignments
    from ..authoring import release as releases

    try:
        student, grader = releases.build(assignments.load(assignment), out, language, data)
    except (assignments.AssignmentError, releases.ReleaseError) as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(f"The zips cannot be written to {out} ({error.strerror}). Give another --out.") from error
    console.print(
        f"For students: {student}\nFor Otter and Gradescope: {grader}", highlight=False, soft_wrap=True
    )


def calibrate(
    assignment: arguments.AssignmentName,
    data: arguments.Data = None,
    seeds: Annotated[int, typer.Option(min=2, help="How many seeds.")] = 30,
) -> None:
    """Run the reference over seeds and propose thresholds for trained models."""
    from colab_setup.data import DataError

    from ..assignment import settings as assignments
    from ..authoring import calibration
    from ..checks import images_for

    try:
        settings = assignments.load(assignment)
        dataset = images_for(settings, data)
        trained_on = calibration.data_of(settings, dataset)
    except (assignments.AssignmentError, DataError) as error:
        raise stop(str(error)) from error
    with Progress(console=console, disable=not console.is_terminal) as progress:
        recipes = settings.recipes[trained_on].values()
        caught = sum(len(recipe.catches) for recipe in recipes) * min(seeds, calibration.CAUGHT_SEEDS)
        bar = progress.add_task("Training", total=seeds * len(recipes) + caught)
        for _ in calibration.calibrate(settings, dataset, trained_on, seeds):
            progress.advance(bar)
    _print_calibration(settings, trained_on)
    say(f"The runs: {calibration.path(settings, trained_on)}")


def _print_calibration(settings: Assignment, data: str) -> None:
    from ..authoring import calibration

    assert settings.training is not None
    table = Table(title=f"{settings.title}: {settings.training.unit['en']}, {data}")
    for heading in ("recipe", "mean", "sd", "n", "highest tier", "tiers now", "best misconception"):
        table.add_column(heading)
    for name, runs in calibration.summarise(settings, data).items():
        tiers = settings.recipes[data][name].tiers
        wrong = calibration.caught(settings, data, name)
        best = next(
            (
                (found, which)
                for which, found in wrong.items()
                if found == settings.training.best(wrong.values())
            ),
            None,
        )
        table.add_row(
            name, f"{runs.mean:.4g}", f"{runs.sd:.2g}", str(runs.n), f"{runs.highest:g}",
            ", ".join(f"{tier} {value:g}" for tier, value in tiers.items()),
            f"{best[1]}, {best[0]:.4g}" if best else "none",
        )  # fmt: skip
    console.print(table)


def validate(
    assignment: arguments.AssignmentName,
    seed: Annotated[int, typer.Option(help="Changes the hidden inputs, as in `autograder grade`.")] = 0,
) -> None:
    """Prove a suite: right variants keep all points, stubs get none, every misconception loses some; exit code 1 if not."""
    from ..assignment import settings as assignments
    from ..authoring import validation

    try:
        settings = assignments.load(assignment)
        trials = list(validation.validate(settings, settings.seed + seed))
    except assignments.AssignmentError as error:
        raise stop(str(error)) from error
    table = Table(title=f"{settings.title}: what the suite makes of right and wrong modules")
    for heading in ("variant", "points lost in", "first killed by", "hint", "complaint"):
        table.add_column(heading, overflow="fold")
    complaints, wrong, named = 0, 0, 0
    for trial in trials:
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
    say(f"{wrong} misconceptions, {named} named by their hints; {complaints} complaints.")
    raise typer.Exit(1 if complaints else 0)


def check(
    folder: Annotated[
        Path,
        typer.Argument(
            exists=True, file_okay=False, help="A folder with the modules of someone whom you trust."
        ),
    ],
    assignment: arguments.AssignmentOption,
) -> None:
    """Run the public tests on a folder, as `python -m colab_setup check` does for students. No sandbox."""
    from colab_setup.checking import checks as checking
    from colab_setup.checking import report as checking_report

    from ..assignment import settings as assignments

    try:
        settings = assignments.load(assignment)
        checked = checking.check(folder, settings.modules, settings.rooms.handout / "tests")
    except (assignments.AssignmentError, checking.CheckError) as error:
        raise stop(str(error)) from error
    console.print(checking_report.text(checked), markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(0 if checked.passed else 1)
