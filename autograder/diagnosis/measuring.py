"""Measures calls that were recorded, by what the student's check measures with too: `colab_setup.checking.measuring`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from colab_setup.checking.measuring import PLAIN as PLAIN
from colab_setup.checking.measuring import TEMPLATES as TEMPLATES
from colab_setup.checking.measuring import Sentence as Sentence
from colab_setup.checking.measuring import changing as changing
from colab_setup.checking.measuring import compare_with as compare_with
from colab_setup.checking.measuring import describe as describe
from colab_setup.checking.measuring import leaving_modes as leaving_modes
from colab_setup.checking.measuring import of_another_dtype as of_another_dtype
from colab_setup.checking.measuring import returns_constant as returns_constant
from colab_setup.checking.pairs import Pair as Pair
from colab_setup.checking.pairs import alike, numbers, spread

from ..checks import torch_values
from .outcomes import Outcome


def pair(
    got: Outcome, expected: Outcome, examples: int, largest: float, rough: bool, given: Mapping[str, Any]
) -> Pair | None:
    """A call as it can be measured, see `Pair`; None where it did not return one array of numbers.

    Args:
        got: what the student's function did.
        expected: what the reference does.
        examples: see `Pair`.
        largest: see `Pair`.
        rough: see `Pair`.
        given: the arguments by their names.
    """
    if got.error or expected.error or len(got.leaves) != 1 or len(expected.leaves) != 1:
        return None
    ours, theirs = expected.leaves[0], got.leaves[0]
    if ours is None or theirs is None or theirs.dtype.kind not in "biuf" or not np.isfinite(ours).all():
        return None
    weights, labels = (given[name] if isinstance(given.get(name), np.ndarray) else None for name in "Wy")
    return Pair(
        theirs.astype(np.float64),
        ours.astype(np.float64),
        examples,
        largest,
        rough,
        weights,
        labels,
        spread(given, torch_values.to_array),
        alike(given, ours),
        numbers(given),
    )


def constant(answers: Sequence[Outcome]) -> float | None:
    """The one number that stands everywhere in all answers; None where there are others, or fewer than two answers."""
    found: set[float] = set()
    for answer in answers:
        leaves = [leaf for leaf in answer.leaves if leaf is not None and leaf.dtype.kind in "biuf"]
        if answer.error or len(leaves) != 1 or leaves[0].size == 0:
            return None
        values = np.unique(leaves[0])
        found |= set(values[:2].astype(float).tolist())
        if len(found) > 1:
            return None
    return found.pop() if len(answers) > 1 and found else None
