"""Draws classification problems, for the hidden cases of the assignments that are about classifiers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks import Check
from autograder.derivation import Purpose

Array = NDArray[Any]

SHAPES = ((9, 4, 5), (3, 7, 4), (1, 5, 3), (8, 3, 2), (6, 1, 4))
"""(N, D, C) of `Classification.problems`: N, D and C all different, N > D and N < D, N = 1, C = 2, D = 1."""

MARGIN_GAP = 0.01
"""How far the hinges of a drawn problem stay from their kink, where rounding decides the gradient, divided
by their number: an unlucky draw is repeated about as rarely whatever the size."""


class Problem(NamedTuple):
    """One input of a loss: weights (D, C), examples (N, D) and labels (N,), in the order of the functions."""

    W: Array
    X: Array
    y: Array


class Classification:
    """Draws classification problems, each once a batch.

    Args:
        check: what they are drawn from; problems of two checks with one secret are the same.
    """

    def __init__(self, check: Check) -> None:
        self._rng = check.rng
        self._drawn: dict[object, Problem] = {}

    def problem(
        self,
        n: int,
        d: int,
        c: int,
        *key: Purpose,
        dtype: type[np.floating[Any]] = np.float64,
        labels: type[np.integer[Any]] = np.int64,
        scale: float = 1.0,
        offsets: Sequence[float] = (),
        delta: float = 1.0,
    ) -> Problem:
        """A random classification problem with weights and examples of order one.

        Args:
            n: the number of examples N.
            d: the number of features D.
            c: the number of classes C.
            key: what tells this draw from others of the same shape and options.
            dtype: of W and X.
            labels: the dtype of y.
            scale: the size of the weights.
            offsets: constants that are added to all scores of a row, cycling through the rows; they make
                W and X one row and one column larger.
            delta: the margin that no hinge may meet exactly.
        """
        drawn = (n, d, c, key, dtype, labels, scale, tuple(offsets), delta)
        if drawn not in self._drawn:
            self._drawn[drawn] = self._draw(*drawn)
        return Problem(*(part.copy() for part in self._drawn[drawn]))  # a student may write into it

    def _draw(
        self,
        n: int,
        d: int,
        c: int,
        key: tuple[Purpose, ...],
        dtype: type[np.floating[Any]],
        labels: type[np.integer[Any]],
        scale: float,
        offsets: tuple[float, ...],
        delta: float,
    ) -> Problem:
        kinds = np.dtype(dtype).name, np.dtype(labels).name
        rng = self._rng(
            "problem", n, d, c, key, kinds, float(scale), tuple(map(float, offsets)), float(delta)
        )
        while True:
            W, X = scale * rng.standard_normal((d, c)), rng.standard_normal((n, d))
            y = rng.integers(c, size=n)
            scores = X @ W
            margins = scores - scores[np.arange(n), y][:, None] + delta
            margins[np.arange(n), y] = np.inf
            if np.abs(margins).min() > MARGIN_GAP * scale / (n * c):
                break
        if offsets:
            X = np.column_stack([X, np.resize(np.asarray(offsets, dtype=np.float64), n)])
            W = np.vstack([W, np.ones((1, c))])
        return Problem(W.astype(dtype), X.astype(dtype), y.astype(labels))

    def problems(self, *key: Purpose, **options: Any) -> Iterator[Problem]:
        """One problem of each of the `SHAPES`, with these options of `problem`."""
        for n, d, c in SHAPES:
            yield self.problem(n, d, c, *key, **options)
