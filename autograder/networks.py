"""Measures networks: trained here in the sandbox, or handed in as weights that were trained elsewhere.

Test images enter the sandbox only when the training is over, and their labels never do. For a training, all images of
a public data set are split anew with the run's seed and the class labels are permuted. For weights, which know the
public labels, the test images are changed with the seed (shifted, mirrored, noisy) or, of the synthetic set, made
anew; weights that do better on them than on training images have seen them, and count for nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from colab_setup.dataset import Dataset
from colab_setup.synthetic import synthetic

from .assignment import Recipe
from .files import write_array
from .sandbox import (
    MappedArray,
    NotAttempted,
    Raised,
    Session,
    StudentFunction,
    StudentObject,
    Unusable,
)
from .training_record import Measured, curve_of

Array = np.ndarray[Any, Any]

LABEL_STREAM, SPLIT_STREAM, CHANGE_STREAM, TRAINING_STREAM, SAMPLE_STREAM = range(11, 16)

SHIFT = 2
"""Most pixels by which a test image is shifted either way."""

NOISE = 3.0
"""Standard deviation of the noise in a test image, in grey levels."""

FRESH = 2000
"""How many synthetic test images are made anew for weights."""

LIKELY = 4
"""How many standard errors the test images may do better than the training images."""

WEIGHTS = {"weights.safetensors": "safetensors", "weights.pt": "torch"}
"""Names of files with weights, and what reads them."""

LOG = "training_log.json"
MAX_LOG_BYTES = 2_000_000

MESSAGE = 5000
"""Most images that go into the sandbox at a time."""

LOADING = {
    "size mismatch": "holds the weights of another model than build_model makes.",
    "Missing key": "holds the weights of another model than build_model makes.",
    "Unexpected key": "holds the weights of another model than build_model makes.",
    "Weights only load failed": "holds more than weights, and nothing else is loaded: save model.state_dict().",
}
"""What the error of a load holds -> what to tell."""

UNREADABLE = "cannot be read: save model.state_dict() again, by the notebook's own cell."


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

    @property
    def tested(self) -> int:
        """How many test images there are."""
        return len(self.y_test)

    @property
    def files(self) -> dict[str, Path]:
        """The files that workers map, by name."""
        return {self.X_train.name: self.X_train.path}

    def environment(self, attached: Session) -> dict[str, Any]:
        """What test cases receive beside functions: the submission's `weights`."""
        return {"weights": Weights(attached, self)}

    def measure(self, functions: tuple[Any, ...], recipe: Recipe, seed: int, seconds: float) -> Measured:
        """Train once, or load the weights, and return the test accuracy in per cent and the loss curve.

        Args:
            functions: `build_model` and either `train` or the submission's `Weights`.
            recipe: `arguments` holds those of `build_model` under "model" and those of `train` under "train".
            seed: what the training's random numbers come from.
            seconds: wall-clock limit of the training, and again of the predictions.

        Raises:
            StudentError: there is no model, it is none for these images, its scores are not finite, or weights do
                better on test images than on training images.
        """
        import torch

        build_model, trained = functions
        if isinstance(trained, Weights):
            accuracy = trained.accuracy(build_model, seed, seconds)
            return Measured(accuracy, curve_of(trained.log.get("history")))

        start = int(np.random.default_rng([seed, TRAINING_STREAM]).integers(2**62))
        X: Any = self.X_train
        if isinstance(trained, StudentFunction):
            trained = trained.within(seconds)
        else:
            X = X.load()
            torch.manual_seed(start)  # a worker has seeded it: its initial weights are the same in every run
        model = _built(build_model, recipe.arguments["model"])
        generator = torch.Generator().manual_seed(start)
        labels = torch.from_numpy(self.y_train.copy())
        arguments = recipe.arguments["train"]
        history = trained(model, X, labels, device=self.device, generator=generator, **arguments)
        accuracy = share(self.predict(model, self.X_test, seconds) == self.y_test)
        return Measured(accuracy, curve_of(history))

    def scores(self, model: Any, images: Array, seconds: float) -> Array:
        """What a model, a student's or the reference's, makes of images: (N, C) float32.

        Raises:
            StudentError: the student's model gives no finite scores, one for each class.
        """
        parts = []
        for start in range(0, len(images), MESSAGE):
            part = np.ascontiguousarray(images[start : start + MESSAGE])
            parts.append(_scores(model, part, self.device, seconds))
            classes = len(self.public.classes)
            if parts[-1].shape != (len(part), classes):
                raise Unusable(
                    f"The model gives scores of shape {parts[-1].shape}, and not {(len(part), classes)}."
                )
        found = np.concatenate(parts)
        if not np.isfinite(found).all():
            raise Unusable("The model's scores hold inf or NaN: its training has diverged.")
        return found

    def predict(self, model: Any, images: Array, seconds: float) -> Array:
        """The class with the highest score of each image, (N,); see `scores`."""
        guessed: Array = self.scores(model, images, seconds).argmax(axis=1)
        return guessed


@dataclass(frozen=True)
class Weights:
    """The weights that a submission holds, and what its training log says of them.

    Attributes:
        session: the one that sees the files; no other does.
        data: what they are measured on.
    """

    session: Session
    data: NetworkData

    def load(self, build_model: Any) -> StudentObject:
        """The student's model with the weights in it.

        Args:
            build_model: the student's; it is called where the files are.

        Raises:
            NotAttempted: no weights were handed in.
            StudentError: they cannot be loaded into what `build_model` returns.
        """
        name = next((name for name in WEIGHTS if name in self.session.attachments), None)
        if name is None:
            raise NotAttempted(
                f"No weights were handed in: {' or '.join(WEIGHTS)} belongs beside the modules."
            )
        there = dataclasses.replace(build_model, session=self.session)
        model: StudentObject = _built(there, self.log.get("model", {}))
        try:
            model.load_weights(name, WEIGHTS[name], self.session.limits.import_seconds)
        except Raised as error:
            why = next((why for sign, why in LOADING.items() if sign in error.detail), UNREADABLE)
            raise Unusable(f"{name} {why}", error.detail) from None
        return model

    def accuracy(self, build_model: Callable[..., Any], seed: int, seconds: float) -> float:
        """Per cent of the hidden test images; see `NetworkData.measure`."""
        model = self.load(build_model)
        rng = np.random.default_rng([seed, CHANGE_STREAM])
        public = self.data.public
        if public.name == "synthetic":
            fresh = synthetic(seed, train=FRESH, test=len(public.classes))
            X, y = fresh.X_train, fresh.y_train
        else:
            X, y = public.X_test, public.y_test
        size = min(len(y), len(public.X_train))
        known = np.sort(rng.choice(len(public.X_train), size=size, replace=False))
        images = changed(np.concatenate([X, public.X_train[known]]), rng)
        labels = np.concatenate([y, public.y_train[known]])
        # Both kinds are mixed: a model cannot know by its place which image it sees.
        order = rng.permutation(len(labels))
        guessed = self.data.predict(model, images[order], seconds)
        is_right = np.empty(len(labels), dtype=bool)
        is_right[order] = guessed == labels[order]
        right, right_known = is_right[: len(y)], is_right[len(y) :]
        error = math.hypot(*(100 * part.std() / math.sqrt(len(part)) for part in (right, right_known)))
        if share(right) > share(right_known) + LIKELY * error:
            raise Unusable(
                f"The weights are right on {share(right):.1f} % of the test images and on {share(right_known):.1f} % "
                "of the training images. Who has learnt from training images alone is not better on others: these "
                "weights know the test images, and count for nothing."
            )
        return share(right)

    def log_agrees(self, build_model: Callable[..., Any]) -> None:
        """Fail unless the log's last loss and accuracy are those that the weights give on the students' own data.

        Raises:
            NotAttempted: no weights or no log was handed in.
            StudentError: they are not.
        """
        log, public = self.log, self.data.public
        if not log:
            raise NotAttempted(f"No {LOG} was handed in, or it is none: the notebook writes it.")
        if log.get("data") != public.name:
            raise Unusable(
                f"{LOG} is of a training on another data set; this is graded with {public.name!r}, so train with that."
            )
        model, seconds = self.load(build_model), self.session.limits.training_seconds
        found = share(self.data.predict(model, public.X_test, seconds) == public.y_test)
        told = _number(log.get("test_accuracy"))
        if not abs(found - told) <= 1.0:
            raise Unusable(f"{LOG} says {told:.1f} % of the test images, and the weights give {found:.1f} %.")
        rng = np.random.default_rng([self.data.seed, SAMPLE_STREAM])
        rows = np.sort(rng.choice(len(public.y_train), size=min(5000, len(public.y_train)), replace=False))
        given = self.data.scores(model, public.X_train[rows], seconds)
        losses = _cross_entropies(given, public.y_train[rows])
        told, error = _number(log.get("train_loss")), LIKELY * losses.std() / math.sqrt(len(losses))
        if not abs(losses.mean() - told) <= error + 0.02 * (1 + abs(losses.mean())):
            raise Unusable(
                f"{LOG} says a loss of {told:.3f} on the training images, and the weights give {losses.mean():.3f}."
            )

    @functools.cached_property
    def log(self) -> dict[str, Any]:
        """The training log, read once; nothing of it is trusted."""
        path = self.session.attachments.get(LOG)
        if path is None or path.stat().st_size > MAX_LOG_BYTES:
            return {}
        try:
            log = json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            return {}
        if not isinstance(log, dict):
            return {}
        model = log.get("model", {})
        sizes = isinstance(model, dict) and all(
            type(value) is int and 1 <= value <= 1024 for value in model.values()
        )
        return log if sizes else {**log, "model": {}}


def prepare(dataset: Dataset, seed: int, folder: Path) -> NetworkData:
    """Split a data set anew, permute its labels, and write the training images to `folder`.

    Args:
        dataset: uint8 images and labels.
        seed: the run's seed.
        folder: an existing folder; takes a byte a pixel of the training set.
    """
    import torch

    rng = np.random.default_rng([seed, SPLIT_STREAM])
    order = rng.permutation(len(dataset.y_train) + len(dataset.y_test))
    labels = np.random.default_rng([seed, LABEL_STREAM]).permutation(len(dataset.classes))
    y = labels[np.concatenate([dataset.y_train, dataset.y_test])[order]]
    images = np.concatenate([dataset.X_train, dataset.X_test])
    split = len(dataset.y_train)
    path = folder / "X_train.npy"
    parts = (images[order[start : min(start + 4096, split)]] for start in range(0, split, 4096))
    write_array(path, "|u1", (split, *images.shape[1:]), parts)
    return NetworkData(
        dataset=dataset.name,
        source=dataset.source,
        device="cuda" if torch.cuda.is_available() else "cpu",
        X_train=MappedArray("X_train", path),
        y_train=y[:split],
        X_test=changed(images[order[split:]], np.random.default_rng([seed, CHANGE_STREAM])),
        y_test=y[split:],
        public=dataset,
        seed=seed,
    )


def changed(images: Array, rng: np.random.Generator) -> Array:
    """Images (N, 32, 32, 3) uint8, each shifted, mirrored or not, and with a little noise: an own array.

    A network that has learnt what is in an image hardly notices; the hash of a stored image is of no use.
    """
    count, side = len(images), images.shape[1]
    mirrored = rng.random((count, 1)) < 0.5
    place = np.arange(side)
    rows = place + rng.integers(-SHIFT, SHIFT + 1, size=(count, 1))
    columns = np.where(mirrored, place[::-1], place) + rng.integers(-SHIFT, SHIFT + 1, size=(count, 1))
    rows, columns = (side - 1 - abs(side - 1 - abs(index)) for index in (rows, columns))  # reflected
    example = np.arange(count)[:, None, None]
    result = np.empty(images.shape, dtype=np.uint8)
    for start in range(0, count, 2000):  # in slices, since the noise takes more memory than the images
        part = slice(start, start + 2000)
        moved = images[example[part], rows[part][:, :, None], columns[part][:, None, :]]
        noise = rng.standard_normal(moved.shape, dtype=np.float32) * NOISE
        result[part] = np.clip(np.rint(moved + noise), 0, 255)
    return result


def _built(build_model: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """A model; a student's stays in the sandbox."""
    model = build_model(**arguments)
    if isinstance(build_model, StudentFunction) and not isinstance(model, StudentObject):
        raise Unusable("build_model must return a torch.nn.Module.")
    return model


def _scores(model: Any, images: Array, device: str, seconds: float) -> Array:
    import torch

    if isinstance(model, StudentObject):
        found = model.predict(images, seconds=seconds)
    else:
        model.to(device).eval()
        with torch.no_grad():
            parts = torch.split(torch.from_numpy(images).permute(0, 3, 1, 2), 500)
            found = torch.cat([model(part.to(device)).float().cpu() for part in parts])
    given: Array = found.numpy()
    return given


def share(right: Array) -> float:
    """Per cent that are true."""
    return float(100 * right.mean())


def _cross_entropies(given: Array, y: Array) -> Array:
    """(N, C) scores and (N,) labels -> (N,) losses."""
    shifted = given.astype(np.float64) - given.max(axis=1, keepdims=True)
    losses: Array = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
    return losses


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
