"""What a data set is, and the one exception of everything that reads one.

The arrays are numpy's, but numpy is imported where it is used: this package is imported before
anything is installed, so its imports are the standard library's only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..language import ToldError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""CIFAR-10's classes; a class's place here is its label."""

SIDE = 32
IMAGE_BYTES = SIDE * SIDE * 3


class DataError(ToldError):
    """A data set that cannot be read or written: one sentence for the reader, with what to do next."""


@dataclass(frozen=True)
class Dataset:
    """A labelled set of small colour images, split into training and test examples.

    The images are (N, 32, 32, 3) uint8, red, green and blue in the last axis; the labels are (N,) int64 and
    index `classes`. Examples come in a fixed, class-shuffled order. The arrays may be read-only memory maps.
    `name` is "cifar10" or "synthetic"; `source` says in words where the images come from.
    """

    name: str
    classes: tuple[str, ...]
    X_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    X_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    source: str


class Advance(Protocol):
    """Called with the number of items that were finished since the last call."""

    def __call__(self, count: int, /) -> object: ...


@contextmanager
def progress_bar(total: int, label: str, *, shown: bool) -> Iterator[Advance]:
    """A tqdm bar on the standard error stream, or nothing where it is not wanted or tqdm is not installed."""
    if shown:
        try:
            from tqdm import tqdm
        except ImportError:
            pass
        else:
            with tqdm(total=total, desc=label, unit="file") as bar:
                yield bar.update
            return
    yield lambda count: None
