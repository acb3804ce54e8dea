"""Changes test images at random, so that a stored image tells nothing of its class."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SHIFT = 2
"""Most pixels by which a test image is shifted either way."""

NOISE = 3.0
"""Standard deviation of the noise in a test image, in grey levels."""


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
