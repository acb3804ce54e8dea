"""Draws inputs from the run's secret, each from a generator of its own that tells nothing of another's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..derivation import Purpose, generator, torch_seed

Array = NDArray[Any]

SHAPES = ((9, 4, 5), (3, 7, 4), (1, 5, 3), (8, 3, 2), (6, 1, 4))
"""(N, D, C) of `Inputs.problems`: N, D and C all different, N > D and N < D, N = 1, C = 2, D = 1."""

MARGIN_GAP = 0.01
"""How far the hinges of a drawn problem stay from their kink, where rounding decides the gradient, divided
by their number: an unlucky draw is repeated about as rarely whatever the size."""


class Problem(NamedTuple):
    """One input of a loss: weights (D, C), examples (N, D) and labels (N,), in the order of the functions."""

    W: Array
    X: Array
    y: Array


class Inputs:
    """Draws inputs; problems once a batch.

    Args:
        seed: the seed of the run; two of one seed draw the same inputs.
    """

    def __init__(self, seed: int) -> None:
        self._secret = seed
        self._problems: dict[object, Problem] = {}

    def rng(self, *key: Purpose) -> np.random.Generator:
        """A generator of its own for every key, so that no test case shifts the inputs of another.

        Its state may cross into a sandbox: nothing but what it draws itself follows from it.
        """
        return generator(self._secret, "numpy", key)

    def torch_seed(self, *key: Purpose) -> int:
        """What a `torch.Generator` is seeded with, for every key another; its state may cross as that of `rng`."""
        return torch_seed(self._secret, "torch", key)

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
        if drawn not in self._problems:
            self._problems[drawn] = self._draw(*drawn)
        return Problem(*(part.copy() for part in self._problems[drawn]))  # a student may write into it

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
        rng = self.rng("problem", n, d, c, key, kinds, float(scale), tuple(map(float, offsets)), float(delta))
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
        """One `problem` of each of the `SHAPES`, with these options of it."""
        for n, d, c in SHAPES:
            yield self.problem(n, d, c, *key, **options)
