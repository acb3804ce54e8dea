"""A call of a submission's beside what is found out of it while it is explained."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..checks import torch_values
from . import evidence, likeness, outcomes
from .recording import Call

LARGE = 50.0
"""Where exponentials of smaller numbers go wrong, it is not for their size."""


OTHER_SEED = 20_140_903


class Compared:
    """A call and what the student's function did in it."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.is_random = False
        self.outcome = outcomes.of_student(call)
        self.rough = likeness.is_rough(call)
        self.digest = likeness.digest(call)
        self.is_right = False
        self.has_right_values = False
        self.overflows = False

    @functools.cached_property
    def largest(self) -> float:
        """The largest absolute value among the numbers that went in."""
        arrays = torch_values.arrays_in([*self.call.args, *self.call.kwargs.values()])
        sizes = (np.abs(torch_values.to_array(array)).max(initial=0) for array in arrays)
        return float(max(sizes, default=0))

    @functools.cached_property
    def slack(self) -> float:
        """See `likeness.slack`."""
        return likeness.slack(self.call, self.largest)


def redrawn(function: Callable[..., Any], call: Call) -> Call:
    """The same call of a function with an argument `generator`, which is in another state."""
    other = sys.modules["torch"].Generator().manual_seed(OTHER_SEED)
    names = evidence.names_of(function, len(call.args))[: len(call.args)]
    if "generator" not in names:
        return replace(call, kwargs={**call.kwargs, "generator": other})
    args = (other if name == "generator" else arg for name, arg in zip(names, call.args, strict=True))
    return replace(call, args=tuple(args))
