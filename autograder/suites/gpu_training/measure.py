"""Measures networks: trained here in the sandbox, or handed in as weights that were trained elsewhere.

Test images enter the sandbox only when the training is over, and their labels never do. For a training, all images of
a public data set are split anew with the run's seed and the class labels are permuted; for weights see `weights`. Since a
network that was trained elsewhere guesses the labels, and so how they are permuted, a training has also to learn ten
classes that are made for the run, and that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignment import Recipe
from autograder.checks import Measured, curve_of
from autograder.derivation import derived, torch_seed
from autograder.derivation import generator as drawing
from autograder.files import write_array
from autograder.sandbox import MappedArray, Session, StudentFunction
from colab_setup.data import Dataset, synthetic

from .changing import changed
from .predicting import built, predict, share, share_error
from .weights import Weights

Array = np.ndarray[Any, Any]

UNSEEN_IMAGES = 300
"""How many training images the problem has that nobody has seen, and how many test images."""


@dataclass(frozen=True)
class NetworkData:
    """A data set made ready for networks.

    Attributes:
        dataset: the data set's name.
        source: where it came from, for the people who read the grades.
        device: "cuda" or "cpu".
        X_train: (N, 32, 32, 3) uint8 training images in a file that workers map, of the run's own split.
        y_train: (N,) int64 permuted labels.
        X_test: (M, 32, 32, 3) uint8 changed test images of the run's own split.
        y_test: (M,) int64 permuted labels; never leaves the grader.
        public: the data set as students have it.
        seed: the run's seed.
        unseen: the problem made for the run; it has none of its own.
    """

    dataset: str
    source: str
    device: str
    X_train: MappedArray
    y_train: Array
    X_test: Array
    y_test: Array
    public: Dataset
    seed: int
    unseen: NetworkData | None = None

    @property
    def hidden(self) -> tuple[Array, ...]:
        """Test images and labels of the run."""
        return self.X_test, self.y_test

    @property
    def files(self) -> dict[str, Path]:
        """The files that workers map, by name."""
        others = self.unseen.files if self.unseen else {}
        return {self.X_train.name: self.X_train.path, **others}

    def given(self, attached: Session) -> Mapping[str, Any]:
        """The submission's `weights`."""
        return {"weights": Weights(attached, self.public, self.seed, self.device)}

    def measure(self, functions: tuple[Any, ...], recipe: Recipe, seed: int, seconds: float) -> Measured:
        """Train once, or load the weights, and return the test accuracy in per cent and the loss curve.

        Args:
            functions: `build_model` and either `train` or the submission's `Weights`.
            recipe: `arguments` holds those of `build_model` under "model" and those of `train` under "train".
            seed: what the training's random numbers are derived from.
            seconds: limit of the training in seconds of processor time, and again of the predictions.

        Raises:
            StudentError: there is no model, it is none for these images, its scores are not finite, or weights do
                better on test images than on training images.
        """
        import torch

        build_model, trained = functions
        if isinstance(trained, Weights):
            accuracy = trained.accuracy(build_model, seed, seconds)
            return Measured(
                accuracy, curve_of(trained.log.get("history")), share_error(accuracy, len(self.y_test))
            )

        start = torch_seed(seed, "network: training")
        X: Any = self.X_train
        if isinstance(trained, StudentFunction):
            trained = trained.within(seconds)
        else:
            X = X.load()
            torch.manual_seed(start)  # a worker has seeded it: its initial weights are the same in every run
        model = built(build_model, recipe.arguments["model"])
        generator = torch.Generator().manual_seed(start)
        labels = torch.from_numpy(self.y_train.copy())
        arguments = recipe.arguments["train"]
        history = trained(model, X, labels, device=self.device, generator=generator, **arguments)
        accuracy = share(self.predict(model, self.X_test, seconds) == self.y_test)
        return Measured(accuracy, curve_of(history), share_error(accuracy, len(self.y_test)))

    def predict(self, model: Any, images: Array, seconds: float) -> Array:
        """The class with the highest score of each image, (N,); see `predicting.scores`."""
        return predict(model, images, len(self.public.classes), self.device, seconds)


def prepare(dataset: Dataset, seed: int, folder: Path) -> NetworkData:
    """Split a data set anew, permute its labels, write the training images to `folder`, and make an unseen problem.

    Args:
        dataset: uint8 images and labels.
        seed: the run's seed.
        folder: an existing folder; takes a byte a pixel of the training set.
    """
    order = drawing(seed, "network: split").permutation(len(dataset.y_train) + len(dataset.y_test))
    labels = drawing(seed, "network: labels").permutation(len(dataset.classes))
    y = labels[np.concatenate([dataset.y_train, dataset.y_test])[order]]
    images = np.concatenate([dataset.X_train, dataset.X_test])
    split = len(dataset.y_train)
    path = folder / "X_train.npy"
    parts = (images[order[start : min(start + 4096, split)]] for start in range(0, split, 4096))
    write_array(path, "|u1", (split, *images.shape[1:]), parts)
    return NetworkData(
        dataset=dataset.name,
        source=dataset.source,
        device=_device(),
        X_train=MappedArray("X_train", path),
        y_train=y[:split],
        X_test=changed(images[order[split:]], drawing(seed, "network: changes")),
        y_test=y[split:],
        public=dataset,
        seed=seed,
        unseen=_unseen(seed, folder),
    )


def _unseen(seed: int, folder: Path) -> NetworkData:
    """Ten classes whose looks are the run's own: few images, so that learning them takes little time."""
    drawn = synthetic(
        derived(seed, "network: unseen examples"),
        train=UNSEEN_IMAGES,
        test=UNSEEN_IMAGES,
        looks=derived(seed, "network: unseen classes"),
    )
    path = folder / "X_unseen.npy"
    write_array(path, "|u1", drawn.X_train.shape, [drawn.X_train])
    return NetworkData(
        dataset="unseen",
        source="ten classes that nobody has seen before",
        device=_device(),
        X_train=MappedArray("X_unseen", path),
        y_train=drawn.y_train,
        X_test=drawn.X_test,
        y_test=drawn.y_test,
        public=drawn,
        seed=seed,
    )


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
