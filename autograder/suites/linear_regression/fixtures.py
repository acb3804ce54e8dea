"""What the hidden cases of linear regression draw: weights, examples and targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.checks import Check, fixture
from autograder.derivation import Purpose

Array = np.ndarray[Any, Any]

SHAPES = ((9, 4), (3, 7), (1, 5), (6, 1))
"""(N, D) of `Problems.each`: N > D and N < D, one example, one feature."""


class Problems:
    """Draws regression problems from the run's secret, each anew: who gets one may write into it."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def one(
        self, n: int, d: int, *key: Purpose, dtype: type[np.floating[Any]] = np.float64
    ) -> tuple[Array, Array, Array]:
        """Weights (D,), examples (N, D) and targets (N,) of order one, in the order of the functions.

        Args:
            n: the number of examples N.
            d: the number of features D.
            key: what tells this draw from others of the same shape.
            dtype: of all three.
        """
        rng = self._check.rng("regression", n, d, key)
        drawn = rng.standard_normal(d), rng.standard_normal((n, d)), 2 * rng.standard_normal(n)
        w, X, y = (part.astype(dtype) for part in drawn)
        return w, X, y

    def each(
        self, *key: Purpose, dtype: type[np.floating[Any]] = np.float64
    ) -> Iterator[tuple[Array, Array, Array]]:
        """`one` of each of the `SHAPES`."""
        for n, d in SHAPES:
            yield self.one(n, d, *key, dtype=dtype)


@fixture
def problems(check: Check) -> Problems:
    """Regression problems."""
    return Problems(check)
