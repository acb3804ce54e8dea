"""Trains with a student's function on data that nobody can have memorised, and scores the result outside.

The class labels and the columns of the images are permuted at random with the run's seed: to a linear
classifier that changes nothing, and to weights or answers brought along it changes everything. The test
images and all test labels stay with the grader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from colab_setup.dataset import Dataset

from .assignment import Recipe
from .sandbox import MappedArray, StudentFunction

Array = np.ndarray[Any, Any]

TRAINING_STREAM, LABEL_STREAM, COLUMN_STREAM, ROW_STREAM = range(1, 5)


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
    """

    dataset: str
    source: str
    X_train: MappedArray
    y_train: Array
    X_test: Array
    y_test: Array

    @property
    def files(self) -> dict[str, Path]:
        """The files that workers map, by name."""
        return {self.X_train.name: self.X_train.path}


def prepare(dataset: Dataset, seed: int, folder: Path) -> TrainingData:
    """Permute and centre a data set, and write the training rows to `folder`.

    Args:
        dataset: uint8 images and labels.
        seed: the run's seed.
        folder: an existing folder; takes 4 bytes a pixel of the training set.
    """
    pixels = dataset.X_train[0].size
    labels = np.random.default_rng([seed, LABEL_STREAM]).permutation(len(dataset.classes))
    columns = np.random.default_rng([seed, COLUMN_STREAM]).permutation(pixels)
    rows = np.random.default_rng([seed, ROW_STREAM]).permutation(len(dataset.X_train))
    train = np.ascontiguousarray(dataset.X_train).reshape(len(rows), pixels)
    mean = train.mean(axis=0, dtype=np.float64).astype(np.float32)[columns]
    path = folder / "X_train.npy"
    shape = (len(rows), pixels + 1)
    with path.open("wb") as file:  # written and not mapped: on a full disk that is an error and no signal
        header = {"descr": "<f4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for start in range(
            0, len(rows), 4096
        ):  # in slices, so that no second copy of everything is in memory
            part = np.take(train[rows[start : start + 4096]], columns, axis=1)
            X = np.ones((len(part), pixels + 1), dtype="<f4")
            np.subtract(part, mean, out=X[:, :-1])
            file.write(X.data)
    path.chmod(0o644)  # a worker may be another user; the folder keeps everyone else out
    test = np.take(np.ascontiguousarray(dataset.X_test).reshape(len(dataset.X_test), pixels), columns, axis=1)
    X_test = np.ones((len(test), pixels + 1), dtype=np.float32)
    np.subtract(test, mean, out=X_test[:, :-1])
    return TrainingData(
        dataset=dataset.name,
        source=dataset.source,
        X_train=MappedArray("X_train", path),
        y_train=labels[dataset.y_train[rows]],
        X_test=X_test,
        y_test=labels[dataset.y_test],
    )


@dataclass
class Accuracy:
    """Trains one submission's classifier, once a recipe, and holds its accuracy against the tiers.

    Args:
        data: what to train on.
        recipes: the recipes for that data set, by name.
        seed: the run's seed.
        seconds: wall-clock limit of one training.
    """

    data: TrainingData
    recipes: Mapping[str, Recipe]
    seed: int
    seconds: float
    reached: dict[str, float | Exception] = field(default_factory=dict)

    def reaches(self, train: Callable[..., Any], recipe: str, tier: str) -> None:
        """Fail unless the classifier that `train` gives is right often enough.

        Args:
            train: a `train_linear_classifier`, the student's or the reference.
            recipe: the recipe's name.
            tier: the tier's name.

        Raises:
            AssertionError: the accuracy lies below the tier, or W is no (D, C) array of numbers.
            Exception: whatever `train` raises, again for every tier of the same recipe.
        """
        if recipe not in self.reached:
            try:
                self.reached[recipe] = self.measure(train, self.recipes[recipe])
            except Exception as error:
                self.reached[recipe] = error
        accuracy = self.reached[recipe]
        if isinstance(accuracy, Exception):
            raise accuracy
        wanted = self.recipes[recipe].tiers[tier]
        assert accuracy >= wanted, (
            f"Trained with the loss {self.recipes[recipe].loss!r}, the classifier is right on {accuracy:.1f} % of "
            f"the test images of the {self.data.dataset} set; this tier asks for {wanted:.1f} %."
        )

    def measure(self, train: Callable[..., Any], recipe: Recipe) -> float:
        """Train once and return the test accuracy in per cent.

        Raises:
            AssertionError: what came back is no weight matrix.
        """
        X: Any = self.data.X_train
        if isinstance(train, StudentFunction):
            train = train.within(self.seconds)
        else:
            X = X.load()
        result = train(
            X,
            self.data.y_train.copy(),
            loss=recipe.loss,
            reg=recipe.reg,
            learning_rate=recipe.learning_rate,
            batch_size=recipe.batch_size,
            num_steps=recipe.num_steps,
            rng=np.random.default_rng([self.seed, TRAINING_STREAM]),
        )
        assert isinstance(result, tuple | list), "train_linear_classifier must return (W, history)."
        assert len(result) == 2, (
            f"train_linear_classifier returned {len(result)} values instead of (W, history)."
        )
        W = result[0]
        shape = (self.data.X_test.shape[1], int(self.data.y_train.max()) + 1)
        assert isinstance(W, np.ndarray), "The W that train_linear_classifier returned is no array."
        assert W.shape == shape, (
            f"The W that train_linear_classifier returned has shape {W.shape}, not {shape}."
        )
        assert W.dtype.kind in "fiu", f"The W that train_linear_classifier returned has dtype {W.dtype}."
        assert np.isfinite(W).all(), "The W that train_linear_classifier returned holds inf or NaN."
        predicted = (self.data.X_test @ W.astype(np.float32)).argmax(axis=1)
        return float(100 * (predicted == self.data.y_test).mean())
