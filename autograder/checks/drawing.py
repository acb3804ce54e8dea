"""Draws inputs from the run's secret, each from a generator of its own that tells nothing of another's."""

from __future__ import annotations

import numpy as np

from ..derivation import Purpose, generator, torch_seed


class Inputs:
    """Gives generators.

    Args:
        seed: the seed of the run; two of one seed draw the same inputs.
    """

    def __init__(self, seed: int) -> None:
        self._secret = seed

    def rng(self, *key: Purpose) -> np.random.Generator:
        """A generator of its own for every key, so that no test case shifts the inputs of another.

        Its state may cross into a sandbox: nothing but what it draws itself follows from it.
        """
        return generator(self._secret, "numpy", key)

    def torch_seed(self, *key: Purpose) -> int:
        """What a `torch.Generator` is seeded with, for every key another; its state may cross as that of `rng`."""
        return torch_seed(self._secret, "torch", key)
