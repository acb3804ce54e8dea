"""Measures weights that were trained elsewhere and handed in, and holds their training log against them.

Weights know the public labels. So the test images are changed with the seed or, of the synthetic set, made anew; weights
that do better on them than on training images have seen them, and count for nothing.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.derivation import derived, generator
from autograder.sandbox import NotAttempted, Raised, Session, StudentObject, Unusable
from colab_setup.data import Dataset, synthetic

from .changing import changed
from .predicting import NO_MODEL, predict, scores, share, share_error

Array = np.ndarray[Any, Any]

FRESH = 2000
"""How many synthetic test images are made anew for weights."""

LIKELY = 4
"""How many standard errors the test images may do better than the training images."""

WEIGHTS = {"weights.safetensors": "safetensors", "weights.pt": "torch"}
"""Names of files with weights, and what reads them."""

LOG = "training_log.json"
MAX_LOG_BYTES = 2_000_000
MAX_ARGUMENTS, MAX_NAME = 32, 100
"""Most arguments of build_model in a log, and the longest name of one."""

LOADING = {
    "size mismatch": "holds the weights of another model than build_model makes.",
    "Missing key": "holds the weights of another model than build_model makes.",
    "Unexpected key": "holds the weights of another model than build_model makes.",
    "Weights only load failed": "holds more than weights, and nothing else is loaded: save model.state_dict().",
}
"""What the error of a load holds -> what to tell."""

UNREADABLE = "cannot be read: save model.state_dict() again, by the notebook's own cell."


@dataclass(frozen=True)
class Weights:
    """The weights that a submission holds, and what its training log says of them.

    Attributes:
        session: the one that sees the files; no other does.
        public: the data set as students have it.
        seed: the run's seed.
        device: what the reference's model runs on.
    """

    session: Session
    public: Dataset
    seed: int
    device: str

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
        model = there.named(self.log.get("model", {}))
        if not isinstance(model, StudentObject):
            raise Unusable(NO_MODEL)
        try:
            model.load_weights(name, WEIGHTS[name], self.session.limits.import_seconds)
        except Raised as error:
            why = next((why for sign, why in LOADING.items() if sign in error.detail), UNREADABLE)
            raise Unusable(f"{name} {why}", error.detail) from None
        return model

    def accuracy(self, build_model: Callable[..., Any], seed: int, seconds: float) -> float:
        """Per cent of the hidden test images; see `NetworkData.measure`."""
        model = self.load(build_model)
        public = self.public
        if public.name == "synthetic":
            fresh = synthetic(
                derived(seed, "weights: synthetic images"), train=FRESH, test=len(public.classes)
            )
            X, y = fresh.X_train, fresh.y_train
        else:
            X, y = public.X_test, public.y_test
        size = min(len(y), len(public.X_train))
        drawn = generator(seed, "weights: training images").choice(len(public.X_train), size, replace=False)
        known = np.sort(drawn)
        changes = generator(seed, "weights: changes")
        images = changed(np.concatenate([X, public.X_train[known]]), changes)
        labels = np.concatenate([y, public.y_train[known]])
        # Both kinds are mixed: a model cannot know by its place which image it sees.
        order = generator(seed, "weights: order").permutation(len(labels))
        guessed = self._predict(model, images[order], seconds)
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
        log, public = self.log, self.public
        if not log:
            raise NotAttempted(f"No {LOG} was handed in, or it is none: the notebook writes it.")
        if log.get("data") != public.name:
            raise Unusable(
                f"{LOG} is of a training on another data set; this is graded with {public.name!r}, so train with that."
            )
        model, seconds = self.load(build_model), self.session.limits.training_seconds
        is_right = self._predict(model, public.X_test, seconds) == public.y_test
        found, chance = share(is_right), 100 / len(public.classes)
        if found <= chance + LIKELY * share_error(chance, len(is_right)):
            raise Unusable(
                f"The weights are right on {found:.1f} % of the test images, which guessing is too: {LOG} tells of no training."
            )
        told = _number(log.get("test_accuracy"))
        if not abs(found - told) <= 1.0:
            raise Unusable(f"{LOG} says {told:.1f} % of the test images, and the weights give {found:.1f} %.")
        rng = generator(self.seed, "weights: log")
        rows = np.sort(rng.choice(len(public.y_train), size=min(5000, len(public.y_train)), replace=False))
        given = scores(model, public.X_train[rows], len(public.classes), self.device, seconds)
        losses = _cross_entropies(given, public.y_train[rows])
        told, mean = _number(log.get("train_loss")), losses.mean()
        # Losses that lie far apart, by one of 1e300 for instance, would agree with every log.
        error = min(LIKELY * losses.std() / math.sqrt(len(losses)), 0.2 * (1 + abs(mean)))
        if not abs(mean - told) <= error + 0.02 * (1 + abs(mean)):
            raise Unusable(
                f"{LOG} says a loss of {told:.3f} on the training images, and the weights give {mean:.3f}."
            )

    def _predict(self, model: Any, images: Array, seconds: float) -> Array:
        return predict(model, images, len(self.public.classes), self.device, seconds)

    @property
    def log(self) -> dict[str, Any]:
        """The training log; nothing of it is trusted, and what it sets off is the submission's fault."""
        self.session.heard += 1
        return self._log

    @functools.cached_property
    def _log(self) -> dict[str, Any]:
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
        sizes = (
            isinstance(model, dict)
            and len(model) <= MAX_ARGUMENTS
            and all(len(name) <= MAX_NAME for name in model)
            and all(type(value) is int and 1 <= value <= 1024 for value in model.values())
        )
        return log if sizes else {**log, "model": {}}


def _cross_entropies(given: Array, y: Array) -> Array:
    """(N, C) scores and (N,) labels -> (N,) losses."""
    shifted = given.astype(np.float64) - given.max(axis=1, keepdims=True)
    losses: Array = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
    return losses


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
