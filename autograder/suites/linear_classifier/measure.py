"""Trains linear classifiers, and scores them outside the sandbox.

The class labels and the columns of the images are permuted at random with the run's secret: to a linear classifier
that changes nothing, and to weights or answers brought along it changes everything, until the columns are told apart by
their statistics. So who reaches a tier has also to learn ten classes that are made for the run, and that nobody has
seen. The test images and all test labels stay with the grader.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignment import Recipe
from autograder.checks import Measured, curve_of
from autograder.derivation import derived, generator
from autograder.files import write_array
from autograder.sandbox import MappedArray, Session, StudentFunction
from colab_setup.data import Dataset, synthetic

Array = np.ndarray[Any, Any]

UNSEEN_IMAGES = 600
"""How many training images the problem has that nobody has seen, and how many test images."""


@dataclass(frozen=True)
class TrainingData:
    """A data set made ready for linear classifiers: mean image subtracted, a last column of ones, float32.

    Attributes:
        dataset: the data set's name.
        source: where it came from, for the people who read the grades.
        X_train: (N, D) training rows in a file that workers map.
        y_train: (N,) int64 permuted labels.
        X_test: (M, D) test rows; never leaves the grader.
        y_test: (M,) int64 permuted labels; never leaves the grader.
        unseen: the problem made for the run; it has none of its own.
    """

    dataset: str
    source: str
    X_train: MappedArray
    y_train: Array
    X_test: Array
    y_test: Array
    unseen: TrainingData | None = None

    device = "cpu"

    @property
    def hidden(self) -> tuple[Array, ...]:
        """Test images and labels."""
        return self.X_test, self.y_test

    @property
    def files(self) -> dict[str, Path]:
        """The files that workers map, by name."""
        others = self.unseen.files if self.unseen else {}
        return {self.X_train.name: self.X_train.path, **others}

    def given(self, attached: Session) -> Mapping[str, Any]:
        """Nothing more is needed by test cases."""
        return {}

    def measure(
        self, functions: tuple[Callable[..., Any], ...], recipe: Recipe, seed: int, seconds: float
    ) -> Measured:
        """Train once and return the test accuracy in per cent and the loss curve.

        Args:
            functions: a `train_linear_classifier`.
            recipe: what it is called with.
            seed: what the generator that it is given is derived from.
            seconds: limit in seconds of processor time, where it is a student's.

        Raises:
            AssertionError: what came back is no weight matrix.
        """
        (train,) = functions
        X: Any = self.X_train
        if isinstance(train, StudentFunction):
            train = train.within(seconds)
        else:
            X = X.load()
        rng = generator(seed, "linear classifier: training")
        result = train(X, self.y_train.copy(), rng=rng, **recipe.arguments)
        assert isinstance(result, tuple | list), "train_linear_classifier must return (W, history)."
        assert len(result) == 2, (
            f"train_linear_classifier returned {len(result)} values instead of (W, history)."
        )
        W = result[0]
        shape = (self.X_test.shape[1], int(self.y_train.max()) + 1)
        assert isinstance(W, np.ndarray), "The W that train_linear_classifier returned is no array."
        assert W.shape == shape, (
            f"The W that train_linear_classifier returned has shape {W.shape}, not {shape}."
        )
        assert W.dtype.kind in "fiu", f"The W that train_linear_classifier returned has dtype {W.dtype}."
        assert np.isfinite(W).all(), "The W that train_linear_classifier returned holds inf or NaN."
        predicted = (self.X_test @ W.astype(np.float32)).argmax(axis=1)
        right = float((predicted == self.y_test).mean())
        error = 100 * math.sqrt(right * (1 - right) / len(self.y_test))
        return Measured(100 * right, curve_of(result[1]), error)


def prepare(dataset: Dataset, seed: int, folder: Path) -> TrainingData:
    """Permute and centre a data set, write the training rows to `folder`, and make a problem that nobody has seen.

    Args:
        dataset: uint8 images and labels.
        seed: the run's seed.
        folder: an existing folder; takes 4 bytes a pixel of the training set.
    """
    pixels = dataset.X_train[0].size
    labels = generator(seed, "linear classifier: labels").permutation(len(dataset.classes))
    columns = generator(seed, "linear classifier: columns").permutation(pixels)
    rows = generator(seed, "linear classifier: rows").permutation(len(dataset.X_train))
    train = np.ascontiguousarray(dataset.X_train).reshape(len(rows), pixels)
    mean = train.mean(axis=0, dtype=np.float64).astype(np.float32)[columns]
    path = folder / "X_train.npy"

    def parts() -> Iterator[Array]:
        for start in range(0, len(rows), 4096):
            yield _centred(np.take(train[rows[start : start + 4096]], columns, axis=1), mean)

    write_array(path, "<f4", (len(rows), pixels + 1), parts())
    test = np.take(np.ascontiguousarray(dataset.X_test).reshape(len(dataset.X_test), pixels), columns, axis=1)
    return TrainingData(
        dataset=dataset.name,
        source=dataset.source,
        X_train=MappedArray("X_train", path),
        y_train=labels[dataset.y_train[rows]],
        X_test=_centred(test, mean),
        y_test=labels[dataset.y_test],
        unseen=_unseen(seed, folder),
    )


def _unseen(seed: int, folder: Path) -> TrainingData:
    """Ten classes whose looks are the run's own, in images of 8x8 pixels: small, so that learning them takes no time."""
    drawn = synthetic(
        derived(seed, "linear classifier: unseen examples"),
        train=UNSEEN_IMAGES,
        test=UNSEEN_IMAGES,
        looks=derived(seed, "linear classifier: unseen classes"),
    )
    train, test = (
        images.reshape(len(images), 8, 4, 8, 4, 3).mean(axis=(2, 4)).reshape(len(images), -1)
        for images in (drawn.X_train, drawn.X_test)
    )
    mean = train.mean(axis=0).astype(np.float32)
    path = folder / "X_unseen.npy"
    write_array(path, "<f4", (len(train), train.shape[1] + 1), [_centred(train, mean)])
    X = MappedArray("X_unseen", path)
    source = "ten classes that nobody has seen before"
    return TrainingData("unseen", source, X, drawn.y_train, _centred(test, mean), drawn.y_test)


def _centred(pixels: Array, mean: Array) -> Array:
    """(N, D) -> (N, D + 1) float32 without the mean, and with a last column of ones."""
    X = np.ones((len(pixels), pixels.shape[1] + 1), dtype="<f4")
    np.subtract(pixels, mean, out=X[:, :-1], casting="same_kind")
    return X
