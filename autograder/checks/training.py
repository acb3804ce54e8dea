"""Holds what a submission trains against the tiers of a recipe.

How a model is trained, and what it is measured by, is in the suite's `measure.py`. Here is what all measures share: each
recipe is trained once for all of its tiers, a result that chance alone may have put on the wrong side of a tier gets a
second try, and every run is recorded. Where a measure has made a problem that nobody has seen, no tier counts before that
is learnt too: what is public can be known without having learnt it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np

from colab_setup.data import Dataset, load

from ..assignment import Assignment, AssignmentError, Recipe, TrainedModels, place_of, suite_module
from ..derivation import derived
from ..sandbox import Killed, Session, Unusable
from .blame import charged
from .no_data import NoData
from .training_record import Measured, Run

TRAINING = "training"
"""The parameter of the cases that train, or need what was trained."""

UNSEEN, LEARNT = "unseen", "learnt"
"""By which names of a data set and of a tier recipes say what must be learnt of a problem that nobody has seen."""

STANDARD_ERRORS = 2
"""How far on the wrong side of a tier a result may lie to be tried again."""


class GradingData(Protocol):
    """What one run trains on and measures with; what is held back never leaves it for a sandbox.

    Attributes:
        dataset: the data set's name, by which its recipes are found.
        source: where it came from, for the people who read the grades; "" where nothing is trained.
        device: what models are trained on, "cpu" or "cuda".
        files: the files that workers map, by name.
        hidden: what models are measured on: a grade depends on it.
        unseen: data of the same kind, named `UNSEEN` and made for this run alone; a measure may do without.
    """

    @property
    def dataset(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def files(self) -> Mapping[str, Path]: ...
    @property
    def hidden(self) -> tuple[np.ndarray[Any, Any], ...]: ...

    def given(self, attached: Session) -> Mapping[str, Any]:
        """What cases read as attributes of `training.given`.

        Args:
            attached: a session of the submission's that sees its attachments; no other does.
        """

    def measure(self, functions: tuple[Any, ...], recipe: Recipe, seed: int, seconds: float) -> Measured:
        """Train once, in at most so many seconds of processor time, and measure what came of it.

        Raises:
            AssertionError: what came back is no model.
        """


def prepare(assignment: Assignment, dataset: Dataset | None, seed: int, folder: Path) -> GradingData:
    """Make ready what one run trains on and measures with.

    Args:
        assignment: what is graded.
        dataset: images and labels, where the assignment trains on the course's; see `images_for`.
        seed: the run's seed.
        folder: an existing folder for the files that workers map.

    Raises:
        AssignmentError: the suite has no measure, or one that cannot be used.
    """
    if assignment.training is None:
        return NoData()
    module = suite_module(assignment, "measure")
    if module is None or not hasattr(module, "prepare"):
        raise AssignmentError(
            f"{assignment.settings_file} has a table [training], so {assignment.suite / 'measure.py'} has to "
            "have a function prepare(dataset, seed, folder)."
        )
    measure = assignment.suite / "measure.py"
    try:
        prepared: GradingData = module.prepare(dataset, seed, folder)
    except (AssignmentError, OSError):
        raise
    except (Exception, SystemExit) as error:
        place = place_of(error, measure.parent)
        place = str(measure) if place == str(measure.parent) else place  # it was not even called
        raise AssignmentError(f"{place}: prepare: {type(error).__name__}: {error}") from error
    if wrong := list(_lacking(prepared)):
        raise AssignmentError(f"{measure}: of what prepare returns {', '.join(wrong)}.")
    if prepared.dataset not in assignment.recipes:
        raise AssignmentError(
            f"{assignment.settings_file} has no recipes for the data {prepared.dataset!r}: write [recipes.{prepared.dataset}.NAME]."
        )
    return prepared


def _lacking(prepared: object) -> Iterator[str]:
    """What a measure lacks of `GradingData`, or has in another form."""
    nothing = object()
    for name, kind, said in (
        ("dataset", str, "a text"),
        ("source", str, "a text"),
        ("device", str, "a text"),
        ("files", Mapping, "a dict from names to paths"),
        ("hidden", tuple, "a tuple of arrays"),
        ("given", Callable, "a method"),
        ("measure", Callable, "a method"),
    ):
        value = getattr(prepared, name, nothing)
        if value is nothing:
            yield f"{name} is missing ({said})"
        elif not isinstance(value, kind):  # type: ignore[arg-type]  # the ABC of what can be called
            yield f"{name} is a {type(value).__name__} and has to be {said}"


def images_for(assignment: Assignment, path: Path | None, **options: Any) -> Dataset | None:
    """The course's images where the assignment trains on them; by default the synthetic ones.

    Args:
        assignment: what is graded.
        path: where they lie.
        options: of `colab_setup.data.load`.

    Raises:
        AssignmentError: images are given to an assignment without any.
        DataError: they cannot be read.
    """
    if assignment.training is not None and assignment.training.images:
        return load(path, **options)
    if path is not None:
        raise AssignmentError(f"{assignment.name} trains on no images: leave the data out.")
    return None


@dataclass
class Training:
    """Trains one submission's models, once a recipe, and holds what they are measured by against the tiers.

    Args:
        data: what to train on and measure with.
        settings: what the measure is like.
        recipes: the recipes for that data set, by name.
        seed: the run's seed.
        seconds: limit of one training in seconds of processor time.
        refusal: why this submission's models are not measured at all, if they are not.
        heard: how often something of the submission's has come to the grader so far.
        given: what the measure gives cases beside functions.
        unseen: the same of a problem that nobody has seen; see `unseen`.

    Attributes:
        runs: every training that gave a value, in order; on what nobody has seen only where little was learnt.
    """

    data: GradingData
    settings: TrainedModels
    recipes: Mapping[str, Recipe]
    seed: int
    seconds: float
    refusal: str = ""
    heard: Callable[[], int] = int
    given: SimpleNamespace = field(default_factory=SimpleNamespace)
    unseen: Training | None = None
    runs: list[Run] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)

    def reaches(self, *functions: Any, recipe: str, tier: str) -> None:
        """Fail unless the model that these functions train is good enough.

        A result on the wrong side of the tier by no more than two standard errors (that of the measure and the
        reference's spread over the seeds together) is measured once more with another seed, and the better one counts.

        Args:
            functions: those of `TrainedModels.functions`, the student's or the reference's, or what stands for them.
            recipe: the recipe's name; on a GPU the one with "_cuda" after it counts, where there is one.
            tier: the tier's name.

        Raises:
            AssertionError: the model is not good enough, or what came back is none.
            Unusable: what came back could not be worked with.
            Exception: whatever the functions raise, again for every tier of the same recipe.
        """
        if self.refusal:
            raise Unusable(self.refusal)
        asked = recipe
        if self.data.device == "cuda" and f"{recipe}_cuda" in self.recipes:
            recipe = f"{recipe}_cuda"
        if recipe in self.failures:
            raise self.failures[recipe]
        wanted = self.recipes[recipe].tiers[tier]
        if not self._of(recipe):
            heard = self.heard()
            try:
                self._train(functions, recipe)
            except Killed:  # which is tried again
                raise
            except Exception as error:
                # For every tier: the cases of the others hear nothing themselves.
                self.failures[recipe] = charged(error, self.heard() > heard) or error
                raise self.failures[recipe] from None
        if len(self._of(recipe)) == 1 and self._perhaps_unlucky(recipe, wanted):
            self._train(functions, recipe)
        best = self.settings.best([run.value for run in self._of(recipe)])
        assert self.settings.reaches(best, wanted), (
            f"Trained by the recipe {recipe!r} on {self.data.source}, the model gives {best:.4g} "
            f"{self.settings.unit['en']}{', the better of two runs' if len(self._of(recipe)) > 1 else ''}; this tier "
            f"asks for {wanted:g} or {'more' if self.settings.better == 'higher' else 'less'}."
        )
        if self.unseen is not None and asked in self.unseen.recipes:
            self._learns(self.unseen, functions, asked)

    def _learns(self, unseen: Training, functions: tuple[Any, ...], recipe: str) -> None:
        try:
            unseen.reaches(*functions, recipe=recipe, tier=LEARNT)
        except AssertionError:
            found = (replace(run, recipe=f"{run.recipe}, {UNSEEN}") for run in unseen.runs)
            self.runs += [run for run in found if run not in self.runs]
            raise

    def _of(self, recipe: str) -> list[Run]:
        return [run for run in self.runs if run.recipe == recipe]

    def _train(self, functions: tuple[Any, ...], recipe: str) -> None:
        seed = derived(self.seed, "accuracy: once more") if self._of(recipe) else self.seed
        started = time.perf_counter()
        measured = self.data.measure(functions, self.recipes[recipe], seed, self.seconds)
        seconds = time.perf_counter() - started
        if not isinstance(measured, Measured):  # of a suite's own making
            raise TypeError(f"measure returned {type(measured).__name__}, and has to return Measured")
        tiers = sorted(
            self.recipes[recipe].tiers.items(),
            key=lambda tier: tier[1],
            reverse=self.settings.better == "lower",
        )
        reached = [name for name, wanted in tiers if self.settings.reaches(measured.value, wanted)]
        self.runs.append(
            Run(
                recipe=recipe,
                device=self.data.device,
                seed=seed,
                seconds=seconds,
                value=measured.value,
                tier=reached[-1] if reached else "",
                tiers=dict(tiers),
                losses=measured.curve.losses,
                steps=measured.curve.steps,
                better=self.settings.better,
                unit=dict(self.settings.unit),
                error=measured.error,
            )
        )

    def _perhaps_unlucky(self, recipe: str, wanted: float) -> bool:
        (run,) = self._of(recipe)
        error = math.hypot(run.error, self.recipes[recipe].sd)
        missed = not self.settings.reaches(run.value, wanted)
        return missed and abs(run.value - wanted) <= STANDARD_ERRORS * error
