"""What comes of one training: what it was measured by, and a short loss curve, as the training itself reported it.

The history comes from a student's function or file. Nothing of it is trusted, and whatever it is, reading it raises
nothing and keeps no more than `POINTS` numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

POINTS = 100
"""Most points of a curve that are kept."""

MAX_STEPS = 1_000_000
"""Longest history that is read."""


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
