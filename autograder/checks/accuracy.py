"""Holds the accuracy of what a submission trains against the tiers of a recipe.

How a model is trained and scored depends on its kind: see `linear_classifiers` and `networks`. Here is what they
share: each recipe is trained once for all of its tiers, a result that chance alone may have put under a tier gets a
second try, and every run is recorded.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from colab_setup.data import Dataset

from ..assignment import Assignment, Recipe
from ..derivation import derived
from ..sandbox import Session, Unusable
from . import linear_classifiers, networks
from .blame import charged
from .training_record import Measured

TRAINING = frozenset({"accuracy", "weights"})
"""Parameters of the cases that train on a data set, or need what was trained."""

STANDARD_ERRORS = 2
"""How far under a tier a result may lie to be tried again."""


class GradingData(Protocol):
    """A data set made ready for one kind of model; test images and labels never leave it for a sandbox.

    Attributes:
        dataset: the data set's name.
        source: where it came from, for the people who read the grades.
        device: what models are trained on, "cpu" or "cuda".
        tested: how many test images an accuracy comes from.
        X_test, y_test: test images and labels of the run.
    """

    @property
    def X_test(self) -> np.ndarray[Any, Any]: ...
    @property
    def y_test(self) -> np.ndarray[Any, Any]: ...

    @property
    def dataset(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def device(self) -> str: ...
    @property
    def tested(self) -> int: ...
    @property
    def files(self) -> Mapping[str, Path]:
        """The files that workers map, by name."""

    def environment(self, attached: Session) -> Mapping[str, Any]:
        """What test cases receive by name, beside what all assignments give them.

        Args:
            attached: a session of the submission's that sees its attachments; no other does.
        """

    def measure(self, functions: tuple[Any, ...], recipe: Recipe, seed: int, seconds: float) -> Measured:
        """Train once, in at most so many wall-clock seconds, and return the test accuracy and the loss curve.

        Raises:
            AssertionError: what came back is no model.
        """


@dataclass(frozen=True)
class Run:
    """One measured training.

    Attributes:
        recipe: the recipe's name.
        device: what it was trained on.
        seed: what its random numbers are derived from.
        seconds: wall-clock seconds, the test images included.
        accuracy: per cent of the test images.
        tier: the highest tier that it reaches, "" for none.
        tiers: what each tier asks for, per cent by name.
        losses: the loss curve that the training reported, thinned; see `training_record`.
        steps: how many steps that was.
    """

    recipe: str
    device: str
    seed: int
    seconds: float
    accuracy: float
    tier: str
    tiers: Mapping[str, float] = field(default_factory=dict)
    losses: tuple[float, ...] = ()
    steps: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "losses", tuple(self.losses))  # JSON knows no tuples

    def __str__(self) -> str:
        reached = f"tier {self.tier!r}" if self.tier else "under every tier"
        return (
            f"Accuracy, recipe {self.recipe!r}: {self.accuracy:.1f} % of the test images ({reached}), on the "
            f"{self.device}, in {self.seconds:.0f} s."
        )


def prepare(assignment: Assignment, dataset: Dataset, seed: int, folder: Path) -> GradingData:
    """Make a data set ready for the assignment's kind of model.

    Args:
        assignment: what is graded.
        dataset: images and labels.
        seed: the run's seed.
        folder: an existing folder for the files that workers map.
    """
    if assignment.model == "network":
        return networks.prepare(dataset, seed, folder)
    return linear_classifiers.prepare(dataset, seed, folder)


@dataclass
class Accuracy:
    """Trains one submission's models, once a recipe, and holds their accuracy against the tiers.

    Args:
        data: what to train on.
        recipes: the recipes for that data set, by name.
        seed: the run's seed.
        seconds: wall-clock limit of one training.
        refusal: why this submission's models are not measured at all, if they are not.
        heard: how often something of the submission's has come to the grader so far.

    Attributes:
        runs: every training that gave an accuracy, in order.
    """

    data: GradingData
    recipes: Mapping[str, Recipe]
    seed: int
    seconds: float
    refusal: str = ""
    heard: Callable[[], int] = int
    runs: list[Run] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)

    def reaches(self, *functions: Any, recipe: str, tier: str) -> None:
        """Fail unless the model that these functions train is right often enough.

        A result under the tier by no more than two standard errors (of the test images used and of the reference's
        spread over the seeds together) is measured once more with another seed, and the better one counts.

        Args:
            functions: those of `Assignment.trained_by`, the student's or the reference's, or what stands for them.
            recipe: the recipe's name; on a GPU the one with "_cuda" after it counts, where there is one.
            tier: the tier's name.

        Raises:
            AssertionError: the accuracy lies below the tier, or what came back is no model.
            Unusable: what came back could not be worked with.
            Exception: whatever the functions raise, again for every tier of the same recipe.
        """
        if self.refusal:
            raise Unusable(self.refusal)
        if self.data.device == "cuda" and f"{recipe}_cuda" in self.recipes:
            recipe = f"{recipe}_cuda"
        if recipe in self.failures:
            raise self.failures[recipe]
        wanted = self.recipes[recipe].tiers[tier]
        if not self._of(recipe):
            heard = self.heard()
            try:
                self._train(functions, recipe)
            except Exception as error:
                # For every tier: the cases of the others hear nothing themselves.
                self.failures[recipe] = charged(error, self.heard() > heard) or error
                raise self.failures[recipe] from None
        if len(self._of(recipe)) == 1 and self._perhaps_unlucky(recipe, wanted):
            self._train(functions, recipe)
        accuracies = [run.accuracy for run in self._of(recipe)]
        assert max(accuracies) >= wanted, (
            f"Trained by the recipe {recipe!r}, the model is right on {max(accuracies):.1f} % of the test images of "
            f"the {self.data.dataset} set{', the better of two runs' if len(accuracies) > 1 else ''}; this tier asks "
            f"for {wanted:.1f} %."
        )

    def _of(self, recipe: str) -> list[Run]:
        return [run for run in self.runs if run.recipe == recipe]

    def _train(self, functions: tuple[Any, ...], recipe: str) -> None:
        seed = derived(self.seed, "accuracy: once more") if self._of(recipe) else self.seed
        started = time.perf_counter()
        measured = self.data.measure(functions, self.recipes[recipe], seed, self.seconds)
        seconds = time.perf_counter() - started
        tiers = sorted(self.recipes[recipe].tiers.items(), key=lambda tier: tier[1])
        reached = [name for name, wanted in tiers if measured.accuracy >= wanted]
        self.runs.append(
            Run(
                recipe=recipe,
                device=self.data.device,
                seed=seed,
                seconds=seconds,
                accuracy=measured.accuracy,
                tier=reached[-1] if reached else "",
                tiers=dict(tiers),
                losses=measured.curve.losses,
                steps=measured.curve.steps,
            )
        )

    def _perhaps_unlucky(self, recipe: str, wanted: float) -> bool:
        (run,) = self._of(recipe)
        share = run.accuracy / 100
        error = math.hypot(100 * math.sqrt(share * (1 - share) / self.data.tested), self.recipes[recipe].sd)
        return wanted - STANDARD_ERRORS * error <= run.accuracy < wanted
