"""What a network, a student's in the sandbox or the reference's here, makes of images."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.sandbox import StudentFunction, StudentObject, Unusable

Array = np.ndarray[Any, Any]

MESSAGE = 5000
"""Most images that go into the sandbox at a time."""

NO_MODEL = "build_model must return a torch.nn.Module."


def built(build_model: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """A model; a student's stays in the sandbox."""
    model = build_model(**arguments)
    if isinstance(build_model, StudentFunction) and not isinstance(model, StudentObject):
        raise Unusable(NO_MODEL)
    return model


def predict(model: Any, images: Array, classes: int, device: str, seconds: float) -> Array:
    """The class with the highest score of each image, (N,) int64; see `scores`."""
    guessed: Array = scores(model, images, classes, device, seconds).argmax(axis=1)
    return guessed


def scores(model: Any, images: Array, classes: int, device: str, seconds: float) -> Array:
    """What a model makes of images: (N, classes) float32.

    Args:
        model: a student's, which stays in the sandbox, or the reference's.
        images: (N, 32, 32, 3) uint8.
        classes: how many scores an image must get.
        device: what the reference's model runs on, "cpu" or "cuda".
        seconds: the limit for each message to a student's model.

    Raises:
        StudentError: the student's model gives no finite scores, one for each class.
    """
    parts = []
    for start in range(0, len(images), MESSAGE):
        part = np.ascontiguousarray(images[start : start + MESSAGE])
        parts.append(_scores(model, part, device, seconds))
        if parts[-1].shape != (len(part), classes):
            raise Unusable(
                f"The model gives scores of shape {parts[-1].shape}, and not {(len(part), classes)}."
            )
    found = np.concatenate(parts)
    if not np.isfinite(found).all():
        raise Unusable("The model's scores hold inf or NaN: its training has diverged.")
    return found


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


def share_error(percent: float, count: int) -> float:
    """The standard error in per cent of a share of so many."""
    return 100 * math.sqrt(percent / 100 * (1 - percent / 100) / count)
