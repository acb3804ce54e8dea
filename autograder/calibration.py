"""Derives accuracy thresholds from recorded runs of the reference.

A tier that means something lies at least four standard deviations under the mean of at least twenty seeds.
The runs are kept beside the suite, so that everyone can see what a threshold comes from.
"""

from __future__ import annotations

import json
import math
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from colab_setup.dataset import Dataset

from . import accuracy
from . import assignment as assignments
from .assignment import SUITES, Assignment, Recipe
from .files import write_atomically

DEVIATIONS = 4
"""How many standard deviations a tier lies under the mean."""

STEP = 0.5
"""Tiers are rounded down to a multiple of this, in per cent."""


@dataclass(frozen=True)
class Summary:
    """The recorded accuracies of one recipe, in per cent of the test images.

    Attributes:
        mean: over the seeds.
        sd: sample standard deviation over the seeds.
        n: number of seeds.
        highest: the highest tier that the runs allow.
    """

    mean: float
    sd: float
    n: int
    highest: float


def path(assignment: Assignment, data: str) -> Path:
    """Where the runs on a data set are kept."""
    return SUITES / assignment.name / "calibration" / f"{data}.json"


def summarise(assignment: Assignment, data: str) -> dict[str, Summary]:
    """What the recorded runs say, by recipe; only runs of the recipe as it is now count."""
    summaries: dict[str, Summary] = {}
    for name, recipe in assignment.recipes[data].items():
        accuracies = list(_runs(path(assignment, data), name, recipe).values())
        if len(accuracies) > 1:
            mean, sd = statistics.mean(accuracies), statistics.stdev(accuracies)
            highest = math.floor((mean - DEVIATIONS * sd) / STEP) * STEP
            summaries[name] = Summary(mean, sd, len(accuracies), highest)
    return summaries


def calibrate(assignment: Assignment, dataset: Dataset, seeds: int) -> Iterator[tuple[str, int, float]]:
    """Train the reference with every recipe and seed that is not recorded yet, and record it.

    Args:
        assignment: whose reference is trained.
        dataset: what it is trained on.
        seeds: the seeds are 0 to seeds - 1.

    Yields:
        (recipe, seed, accuracy in per cent) of every run, recorded ones included.
    """
    file = path(assignment, dataset.name)
    file.parent.mkdir(exist_ok=True)
    reference = assignments.load_reference(assignment)
    functions = tuple(getattr(reference, name) for name in assignment.trained_by)
    recipes = assignment.recipes[dataset.name]
    kept = {name: _runs(file, name, recipe) for name, recipe in recipes.items()}
    for seed in range(seeds):
        missing = [name for name in recipes if seed not in kept[name]]
        if missing:
            with tempfile.TemporaryDirectory(prefix="coursework-data-") as folder:
                data = accuracy.prepare(assignment, dataset, seed, Path(folder))
                for name in missing:
                    kept[name][seed] = data.measure(functions, recipes[name], seed, math.inf)
            record = {
                name: {"recipe": recipe.arguments, "runs": kept[name]} for name, recipe in recipes.items()
            }
            write_atomically(file, f"{json.dumps(record, indent=1)}\n".encode())
        yield from ((name, seed, kept[name][seed]) for name in recipes)


def _runs(file: Path, name: str, recipe: Recipe) -> dict[int, float]:
    """The recorded accuracies by seed, where they are of just this recipe."""
    if not file.exists():
        return {}
    record = json.loads(file.read_text(encoding="utf-8")).get(name)
    if record is None or record["recipe"] != recipe.arguments:
        return {}
    return {int(seed): accuracy for seed, accuracy in record["runs"].items()}
