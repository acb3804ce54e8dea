"""What comes of one training: what was measured, and a short loss curve, as the training itself reported it.

The history comes from a student's function or file. Nothing of it is trusted, and whatever it is, reading it raises
nothing and keeps no more than `POINTS` numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

POINTS = 100
"""Most points of a curve that are kept."""

MAX_STEPS = 1_000_000
"""Longest history that is read."""

ACCURACY = {"en": "% of the test images", "vi": "% ảnh kiểm tra"}
"""The unit of runs that were recorded without one."""


@dataclass(frozen=True)
class Curve:
    """A loss curve, thinned.

    Attributes:
        losses: the mean loss of equally long pieces of the training, at most `POINTS` of them; up to the first piece
            that is not finite.
        steps: how many steps the whole training had; 0 where nothing could be read.
    """

    losses: tuple[float, ...] = ()
    steps: int = 0


@dataclass(frozen=True)
class Measured:
    """A training that was measured.

    Attributes:
        value: what was measured, in the unit of the suite's settings.
        curve: its loss curve.
        error: the standard error of the value that comes from what it was measured on, such as the number of images.
    """

    value: float
    curve: Curve = Curve()
    error: float = 0.0


@dataclass(frozen=True)
class Run:
    """One measured training.

    Attributes:
        recipe: the recipe's name.
        device: what it was trained on.
        seed: what its random numbers are derived from.
        seconds: wall-clock seconds, measuring included.
        value: what was measured.
        tier: the highest tier that it reaches, "" for none.
        tiers: what each tier asks for, by name, the easiest first.
        losses: the loss curve that the training reported, thinned; see `training_record`.
        steps: how many steps that was.
        better: whether "higher" or "lower" values are better.
        unit: what follows the number, by language.
        error: standard error of the value, of what it was measured on.
    """

    recipe: str
    device: str
    seed: int
    seconds: float
    value: float
    tier: str
    tiers: Mapping[str, float] = field(default_factory=dict)
    losses: tuple[float, ...] = ()
    steps: int = 0
    better: str = "higher"
    unit: Mapping[str, str] = field(default_factory=lambda: {"en": ""})
    error: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "losses", tuple(self.losses))  # JSON knows no tuples

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Run:
        """The run of which `vars` made a record; `value` used to be an "accuracy", and of images."""
        if "accuracy" in record:
            record = {**record, "value": record["accuracy"], "unit": ACCURACY}
        return cls(**{name: value for name, value in record.items() if name != "accuracy"})

    def reaches(self, wanted: float) -> bool:
        """Whether it is as good as a tier asks for."""
        return self.value >= wanted if self.better == "higher" else self.value <= wanted

    def unit_in(self, language: str) -> str:
        """The unit in a language; the English one where it has no other."""
        return self.unit.get(language, self.unit["en"])

    def __str__(self) -> str:
        reached = f"tier {self.tier!r}" if self.tier else "no tier"
        return (
            f"Training, recipe {self.recipe!r}: {self.value:.4g} {self.unit.get('en', '')} ({reached}), on the "
            f"{self.device}, in {self.seconds:.0f} s."
        )


def curve_of(history: Any) -> Curve:
    """The curve of a history, which is whatever a student gave as one; an empty one where it holds no numbers."""
    try:
        if not 0 < len(history) <= MAX_STEPS:
            return Curve()
        with np.errstate(all="ignore"):
            values = np.asarray(history)
            if values.ndim != 1 or values.dtype.kind not in "fiu":
                return Curve()
            pieces = np.array_split(values.astype(np.float64), min(POINTS, len(values)))
            means = np.array([piece.mean() for piece in pieces])
    except Exception:  # a history can hold anything, and costs nobody a point
        return Curve()
    bad = np.flatnonzero(~np.isfinite(means))
    kept = means[: bad[0]] if len(bad) else means
    return Curve(tuple(float(f"{value:.5g}") for value in kept), len(values))
