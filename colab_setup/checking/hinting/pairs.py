"""What one call came to beside what it should have: the grader compares so too. It needs numpy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

PIECE = 1 << 14
"""Elements that are compared at a time."""


def close(a: Array | None, b: Array | None, rough: bool, slack: float = 0.0) -> bool:
    """Whether two arrays have one shape and, nearly or by no more than `slack`, one value; NaN equals NaN."""
    if a is None or b is None:
        return a is b
    if a.shape != b.shape or a.dtype.kind not in "biuf" or b.dtype.kind not in "biuf":
        return False
    a, b = a.ravel(), b.ravel()
    # Most arrays that differ do so early, and pieces that fit a processor's cache are compared faster.
    pieces = (slice(begin, begin + PIECE) for begin in range(0, a.size, PIECE))
    return not any(wrong_elements(a[piece], b[piece], rough, slack).any() for piece in pieces)


def tolerances(rough: bool) -> tuple[float, float]:
    """How much may be wrong of an answer that is right, relative to what is expected and absolutely.

    Args:
        rough: whether it was worked out with fewer digits than float64 has.
    """
    return (1e-4, 1e-5) if rough else (1e-6, 1e-9)


def wrong_elements(got: Array, expected: Array, rough: bool, slack: float = 0.0) -> Array:
    """Where two arrays of one shape differ by more than the accuracy of a check and `slack`."""
    rtol, atol = tolerances(rough)
    a, b = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(all="ignore"):
        near = np.isfinite(b) & (np.abs(a - b) <= slack + atol + rtol * np.abs(b))  # all is near to infinity
        wrong: Array = ~(near | (a == b) | (np.isnan(a) & np.isnan(b)))
    return wrong


@dataclass(frozen=True)
class Pair:
    """What one call returned and what it should have.

    Attributes:
        got: the student's value.
        expected: the reference's.
        examples: N, the number of examples that the call was about; 0 where that is not known.
        largest: the largest absolute value among the numbers that went in.
        rough: whether the call works with fewer digits than float64 has.
        weights: the argument W, where there is one.
        labels: the argument y, where there is one.
        spread: the largest difference between two scores of an example; 0 where that is not known.
        alike: the arguments of the result's own shape, by name.
        numbers: the arguments that are one number, by name.
        condition: see the function of this name; 0 where there is no such argument.
    """

    got: Array
    expected: Array
    examples: int
    largest: float
    rough: bool
    weights: Array | None = None
    labels: Array | None = None
    spread: float = 0.0
    alike: Mapping[str, Array] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    condition: float = 0.0

    @property
    def is_right(self) -> bool:
        """Whether both are the same."""
        return close(self.got, self.expected, self.rough)


def examples(given: Mapping[str, Any]) -> int:
    """N, the number of examples of a call with these arguments; 0 where none of them tells it."""
    for name in ("y", "X", "scores", "logits", "x"):
        if name in given and hasattr(given[name], "__len__"):
            return len(given[name])
    return 0


def spread(given: Mapping[str, Any], as_array: Callable[[Any], Any]) -> float:
    """The largest difference between two scores of an example; 0 where that is not known.

    Args:
        given: the arguments by their names.
        as_array: makes a numpy array of a tensor.
    """
    scores = given.get("scores", given.get("logits"))
    if scores is None and isinstance(given.get("X"), np.ndarray) and isinstance(given.get("W"), np.ndarray):
        X, W = given["X"], given["W"]
        scores = X @ W if X.ndim == W.ndim == 2 and X.shape[1] == W.shape[0] else None
    if scores is None or not hasattr(scores, "dtype"):
        return 0.0
    scores = as_array(scores)
    return float(np.ptp(scores, axis=1).max()) if scores.ndim == 2 and scores.size else 0.0


def alike(given: Mapping[str, Any], expected: Array) -> dict[str, Array]:
    """The arguments of the result's own shape, by name."""
    return {
        n: a for n, a in given.items() if isinstance(a, np.ndarray) and a.ndim and a.shape == expected.shape
    }


def numbers(given: Mapping[str, Any]) -> dict[str, float]:
    """The arguments that are one number, by name."""
    return {n: float(a) for n, a in given.items() if isinstance(a, int | float) and not isinstance(a, bool)}


def condition(given: Mapping[str, Any]) -> float:
    """The largest singular value of X over the smallest that is more than rounding, where X and y are to be solved for w."""
    X = given.get("X")
    if "y" not in given or not isinstance(X, np.ndarray) or X.ndim != 2 or {"w", "W"} & set(given):
        return 0.0
    if X.dtype != np.float64 or not 0 < X.size <= PIECE or not np.isfinite(X).all():
        return 0.0
    values = np.linalg.svd(X, compute_uv=False)
    values = values[values > 1e-13 * values[0]]
    return float(values[0] / values[-1]) if values.size else 0.0
