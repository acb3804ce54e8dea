"""Derives thresholds of trained models from recorded runs of the reference.

A tier that means something lies at least four standard deviations on the wrong side of the mean of at least twenty seeds.
The runs are kept beside the suite, so that everyone can see what a threshold comes from.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colab_setup.data import Dataset

from ..assignment import (
    PACKAGE,
    Assignment,
    AssignmentError,
    Recipe,
    TrainedModels,
    apply,
    load_misconceptions,
    read_text,
)
from ..assignment import settings as assignments
from ..assignment.settings import ROOT
from ..checks import UNSEEN, GradingData, prepare
from ..files import write_atomically
from ..temporary import Folder

DEVIATIONS = 4
"""How many standard deviations a tier lies below the mean, or above it where lower is better."""

CAUGHT_SEEDS = 3
"""How many seeds a misconception is trained with."""

DIGITS = 3
"""Tiers are rounded to so many digits, and in halves where they are larger than ten: to the easier side."""


@dataclass(frozen=True)
class Summary:
    """The recorded values of one recipe, in the measure's unit.

    Attributes:
        mean: over the seeds.
        sd: sample standard deviation over the seeds.
        n: number of seeds.
        highest: the hardest tier that the runs allow.
        best_caught: the misconception that came closest of those that the recipe catches, and what it reached; None
            where none gave a model.
    """

    mean: float
    sd: float
    n: int
    highest: float
    best_caught: tuple[str, float] | None = None


def runs_file(assignment: Assignment, data: str) -> Path:
    """Where the runs on a data set are kept."""
    return assignment.suite / "calibration" / f"{data}.json"


def summarise(assignment: Assignment, data: str) -> dict[str, Summary]:
    """What the recorded runs say, by recipe; only runs of the recipe as it is now count."""
    summaries: dict[str, Summary] = {}
    for name, recipe in assignment.recipes[data].items():
        values = list(_runs(runs_file(assignment, data), name, recipe).values())
        if len(values) > 1:
            mean, sd = statistics.mean(values), statistics.stdev(values)
            side = 1 if _settings(assignment).better == "higher" else -1
            highest = _rounded(mean - side * DEVIATIONS * sd, side)
            summaries[name] = Summary(mean, sd, len(values), highest, _best_caught(assignment, data, name))
    return summaries


def _best_caught(assignment: Assignment, data: str, recipe: str) -> tuple[str, float] | None:
    reached = caught(assignment, data, recipe)
    models = {wrong: value for wrong, value in reached.items() if not math.isnan(value)}
    best = _settings(assignment).best(models.values()) if models else None
    return next((item for item in models.items() if item[1] == best), None)


def _rounded(value: float, side: int) -> float:
    """The next tier that is no harder: below the value where `side` is 1, above it where it is -1."""
    step = 0.5 if abs(value) >= 10 else 10.0 ** (math.floor(math.log10(abs(value) or 1)) - DIGITS + 1)
    return side * math.floor(side * value / step) * step


def _settings(assignment: Assignment) -> TrainedModels:
    if assignment.training is None:
        raise AssignmentError(
            f"{assignment.name} trains nothing: {assignment.settings_file} has no table [training]."
        )
    return assignment.training


def refuse_installed(assignment: Assignment) -> None:
    """The kit's own runs are kept in a checkout.

    Raises:
        AssignmentError: this is the kit's own assignment, and the kit is installed.
    """
    if ROOT == PACKAGE and assignment.suite.is_relative_to(PACKAGE):
        raise AssignmentError(
            f"Runs of {assignment.name} are recorded beside its suite, which needs a checkout of the kit: this is an "
            "installed copy. An assignment of a course's own is calibrated anywhere."
        )


def number_of_runs(assignment: Assignment, data: str, seeds: int) -> int:
    """How many runs `calibrate` yields."""
    recipes = assignment.recipes[data].values()
    return seeds * len(recipes) + sum(len(recipe.catches) for recipe in recipes) * min(seeds, CAUGHT_SEEDS)


def calibrate(
    assignment: Assignment, dataset: Dataset | None, data: str, seeds: int
) -> Iterator[tuple[str, int, float]]:
    """Train the reference with every recipe and seed that is not recorded yet, and record it.

    The misconceptions that a recipe is said to catch are trained too, with the first `CAUGHT_SEEDS` seeds.

    Args:
        assignment: whose reference is trained.
        dataset: the images that it is trained on, if it is.
        data: the name of what it is trained on; see `data_of`.
        seeds: the seeds are 0 to seeds - 1.

    Yields:
        (recipe or misconception, seed, value) of every run, recorded ones included.
    """
    file = runs_file(assignment, data)
    file.parent.mkdir(exist_ok=True)
    recipes = assignment.recipes[data]
    functions = {"": _trained_by(assignment, None)}
    kept: dict[tuple[str, str], dict[int, float]] = {}
    for name, recipe in recipes.items():
        for wrong in ("", *recipe.catches):
            kept[name, wrong] = _runs(file, name, recipe, wrong)
            if wrong not in functions:
                functions[wrong] = _trained_by(assignment, wrong)
    for seed in range(seeds):
        wanted = [place for place in kept if not place[1] or seed < CAUGHT_SEEDS]
        missing = [place for place in wanted if seed not in kept[place]]
        if missing:
            with Folder("data") as folder:
                prepared = prepare(assignment, dataset, seed, folder)
                prepared = getattr(prepared, UNSEEN) if data == UNSEEN else prepared
                for name, wrong in missing:
                    # Recipes that differ in their tiers alone share a run.
                    shared = [kept.get((twin, wrong), {}) for twin in recipes if _alike(recipes, twin, name)]
                    found = next((runs[seed] for runs in shared if seed in runs), None)
                    if found is None:
                        found = _measured(
                            prepared, functions[wrong], recipes[name], seed, is_wrong=bool(wrong)
                        )
                    kept[name, wrong][seed] = found
            record = {
                name: {
                    "recipe": recipe.arguments,
                    "runs": kept[name, ""],
                    "caught": {wrong: kept[name, wrong] for wrong in recipe.catches},
                }
                for name, recipe in recipes.items()
            }
            write_atomically(file, f"{json.dumps(record, indent=1)}\n".encode())
        yield from ((wrong or name, seed, kept[name, wrong][seed]) for name, wrong in wanted)


def _measured(
    data: GradingData, functions: tuple[Any, ...], recipe: Recipe, seed: int, *, is_wrong: bool
) -> float:
    """What comes of one training; NaN where a misconception gives no model at all: its weights may be infinite."""
    try:
        return data.measure(functions, recipe, seed, math.inf).value
    except Exception:
        if not is_wrong:
            raise
        return math.nan


def data_of(assignment: Assignment, dataset: Dataset | None) -> tuple[str, ...]:
    """The names of what models are trained on, by which recipes and runs are found; the unseen problem comes last.

    Raises:
        AssignmentError: the assignment trains nothing, or has no recipes for it.
    """
    _settings(assignment)
    with Folder("data") as folder:
        prepared = prepare(assignment, dataset, 0, folder)
    has_unseen = getattr(prepared, UNSEEN, None) is not None and UNSEEN in assignment.recipes
    return prepared.dataset, *((UNSEEN,) if has_unseen else ())


def caught(assignment: Assignment, data: str, name: str) -> dict[str, float]:
    """What each misconception that a recipe is said to catch has reached at best; NaN where it never gave a model."""
    recipe = assignment.recipes[data][name]
    runs = {
        wrong: _runs(runs_file(assignment, data), name, recipe, wrong).values() for wrong in recipe.catches
    }
    best = _settings(assignment).best
    found = {wrong: [value for value in values if not math.isnan(value)] for wrong, values in runs.items()}
    return {wrong: best(values) if values else math.nan for wrong, values in found.items()}


def _alike(recipes: Mapping[str, Recipe], one: str, other: str) -> bool:
    return recipes[one].arguments == recipes[other].arguments


def _trained_by(assignment: Assignment, misconception: str | None) -> tuple[Any, ...]:
    """The functions that train, of the reference or with one misconception in it."""
    if misconception is None:
        reference = assignments.load_reference(assignment)
    else:
        variants = load_misconceptions(assignment.solutions)
        chosen = [variant for variant in variants if variant.name == misconception]
        if not chosen:
            raise AssignmentError(f"{assignment.name} has no misconception {misconception!r}.")
        sources = {module: read_text(assignment.solutions / f"{module}.py") for module in assignment.modules}
        with Folder("variant") as folder:
            for module, source in apply(chosen, sources).items():
                (folder / f"{module}.py").write_text(source, encoding="utf-8")
            reference = assignments.load_reference(assignment, folder)
    return tuple(getattr(reference, name) for name in assignment.trained_by)


def _runs(file: Path, name: str, recipe: Recipe, misconception: str = "") -> dict[int, float]:
    """The recorded values by seed, where they are of just this recipe."""
    if not file.exists():
        return {}
    record = json.loads(file.read_text(encoding="utf-8")).get(name)
    if record is None or record["recipe"] != recipe.arguments:
        return {}
    runs = record.get("caught", {}).get(misconception, {}) if misconception else record["runs"]
    return {int(seed): value for seed, value in runs.items()}
