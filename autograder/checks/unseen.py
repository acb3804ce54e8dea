"""Joins a training on the course's data with one on a problem that nobody has seen, without which no tier counts."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from ..assignment import Assignment, TrainedModels
from ..derivation import derived
from .training import UNSEEN, GradingData, Training


def training_for(
    assignment: Assignment,
    settings: TrainedModels,
    data: GradingData,
    seed: int,
    seconds: float,
    refusal: str = "",
    heard: Callable[[], int] = int,
    given: SimpleNamespace | None = None,
) -> Training:
    """What holds one submission's models against the tiers, those that they reach on the unseen problem included.

    The problem is the measure's own: where it makes none, or there are no recipes for it, there is nothing more to learn.

    Args:
        assignment: what is graded.
        settings: its table `[training]`.
        data: of the run.
        seed, seconds, refusal, heard, given: see `Training`.
    """
    unseen, recipes = getattr(data, UNSEEN, None), assignment.recipes.get(UNSEEN)
    other = None
    if unseen is not None and recipes is not None:
        seed_of_its_own = derived(seed, "training: unseen")
        other = Training(unseen, settings, recipes, seed_of_its_own, seconds, heard=heard)
    recipes_of_data = assignment.recipes[data.dataset]
    given = given or SimpleNamespace()
    return Training(data, settings, recipes_of_data, seed, seconds, refusal, heard, given, other)
