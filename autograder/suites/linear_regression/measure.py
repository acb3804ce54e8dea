"""What a fitted linear model is measured by: its error on examples that it has not seen.

The examples are drawn from the run's secret, those held out never leave for a sandbox. There are hardly more of the
others than features, so that a fit without its penalty follows the noise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignment import Recipe
from autograder.checks import Measured, curve_of
from autograder.derivation import generator
from autograder.sandbox import Session, StudentFunction
from colab_setup.data import Dataset

Array = np.ndarray[Any, Any]

TRAINED, HELD_OUT, FEATURES = 360, 2000, 300
NOISE = 2.0
"""Standard deviation of the targets around what the true weights give: no model's error is below its square."""

BIAS = 3.0
SIGNAL = {"l2": (FEATURES - 1, 3 / math.sqrt(FEATURES)), "l1": (10, 1.0)}
"""How many true weights are not 0, and how large: each penalty is right for its own weights."""


@dataclass(frozen=True)
class Examples:
    """Examples with their bias column, and their targets: those for the training, and those held out."""

    X: Array
    y: Array
    X_held_out: Array
    y_held_out: Array


@dataclass(frozen=True)
class Drawn:
    """Examples for each penalty; see `autograder.checks.training` for what a measure is."""

    examples: Mapping[str, Examples]
    dataset: str = "drawn"
    source: str = "drawn from the run's secret"
    device: str = "cpu"
    files: Mapping[str, Path] = field(default_factory=dict)

    @property
    def hidden(self) -> tuple[Array, ...]:
        """What grades depend on."""
        return tuple(part for of in self.examples.values() for part in (of.X_held_out, of.y_held_out))

    def given(self, attached: Session) -> Mapping[str, Any]:
        """Nothing but the functions is needed."""
        return {}

    def measure(self, functions: tuple[Any, ...], recipe: Recipe, seed: int, seconds: float) -> Measured:
        """The mean squared error on the examples held out, of weights that are trained on the others."""
        (train,) = functions
        if isinstance(train, StudentFunction):
            train = train.within(seconds)
        of = self.examples[recipe.arguments["penalty"]]
        w = train(of.X.copy(), of.y.copy(), rng=generator(seed, "training: order"), **recipe.arguments)
        assert isinstance(w, np.ndarray), "The weights that train_linear_regression returned are no array."
        assert w.shape == (FEATURES,), (
            f"The weights that train_linear_regression returned have shape {w.shape}, not {(FEATURES,)}."
        )
        assert w.dtype.kind in "fiu", (
            f"The weights that train_linear_regression returned have dtype {w.dtype}."
        )
        assert np.isfinite(w).all(), "The weights that train_linear_regression returned hold inf or NaN."
        with np.errstate(all="ignore"):
            errors = np.square(of.X_held_out @ w.astype(np.float64) - of.y_held_out)
            value, spread = float(errors.mean()), float(errors.std())
        assert math.isfinite(spread), "The weights have grown without end: no error can be computed."
        return Measured(value=value, curve=curve_of([]), error=spread / math.sqrt(HELD_OUT))


def prepare(dataset: Dataset | None, seed: int, folder: Path) -> Drawn:
    """Draw the run's examples."""
    return Drawn({penalty: _draw(penalty, seed) for penalty in SIGNAL})


def _draw(penalty: str, seed: int) -> Examples:
    rng = generator(seed, "held-out error", penalty)
    X = rng.standard_normal((TRAINED + HELD_OUT, FEATURES))
    X[:, -1] = 1
    count, size = SIGNAL[penalty]
    w = np.zeros(FEATURES)
    w[rng.choice(FEATURES - 1, count, replace=False)] = size * rng.choice([-1, 1], count)
    w[-1] = BIAS
    y = X @ w + NOISE * rng.standard_normal(len(X))
    return Examples(X[:TRAINED], y[:TRAINED], X[TRAINED:], y[TRAINED:])
