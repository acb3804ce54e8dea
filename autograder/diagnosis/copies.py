"""Copies of what functions are called with, so that a call can be made again as it was."""

from __future__ import annotations

import contextlib
import copy
import types
from typing import Any

import numpy as np

from ..checks import torch_values


def copied(value: Any) -> Any:
    """A value that shares no array with this one; functions stay, but for what they draw from and count with."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, np.random.Generator):
        if isinstance(value.bit_generator, np.random.PCG64):
            fresh = np.random.PCG64(0)  # copy.deepcopy takes ten times as long
            fresh.state = value.bit_generator.state
            return np.random.Generator(fresh)
        return copy.deepcopy(value)
    if torch_values.is_tensor(value) or torch_values.is_generator(value) or torch_values.is_network(value):
        return torch_values.copy_of(value)
    if isinstance(value, types.FunctionType) and value.__closure__:
        return _as_it_was(value)
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return type(value)(map(copied, value)) if isinstance(value, list | tuple) else value


def _as_it_was(function: types.FunctionType) -> types.FunctionType:
    """A function that goes on from here by itself, so that whoever calls it again meets what the first one met."""

    def kept(cell: types.CellType) -> types.CellType:
        with contextlib.suppress(ValueError):  # empty as yet
            held = cell.cell_contents
            counts = isinstance(held, list) and all(isinstance(item, int | float) for item in held)
            if counts or isinstance(held, np.random.Generator):
                return types.CellType(copied(held))
        return cell

    code, names = function.__code__, function.__globals__
    cells = tuple(map(kept, function.__closure__ or ()))
    again = types.FunctionType(code, names, function.__name__, function.__defaults__, cells)
    again.__kwdefaults__ = function.__kwdefaults__
    return again
