"""Answers of the right kind and shape whose numbers come out of nothing: see `functions`."""

from __future__ import annotations

import functools
import sys
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...checks import torch_values

Array = np.ndarray[Any, Any]

BLOCK = np.random.default_rng(20).standard_normal(4099)
"""What noise is made of: a prime number of them, so that rows are not alike."""

LARGE = 1 << 15
"""Larger answers repeat their first rows."""


@dataclass(frozen=True)
class Call:
    """One call, to be answered.

    Attributes:
        template: makes an answer of the right kind, whose numbers are then replaced.
        args, kwargs: what the function was called with.
        turn: the number of the call.
        target: the reference's function.
    """

    template: Callable[[], Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    turn: int
    target: Callable[..., Any] | None = None

    @property
    def all(self) -> tuple[Any, ...]:
        """The arguments, those given by name last."""
        return (*self.args, *self.kwargs.values())

    @property
    def arrays(self) -> list[Any]:
        """The arrays and tensors among the arguments, also in lists; a network's are its own."""
        return torch_values.arrays_in([arg for arg in self.all if not torch_values.is_network(arg)])

    @property
    def data(self) -> tuple[Any, ...]:
        """Those arguments that may be taken for an answer: arrays, or any where there are none."""
        return tuple(self.arrays) or self.all

    @functools.cached_property
    def rows(self) -> Array:
        """Row numbers that the generator among the arguments draws, as many as the first array has rows."""
        given = [value for value in self.all if isinstance(value, np.random.Generator)]
        count = max(1, len(self.arrays[0]) if self.arrays and self.arrays[0].ndim else 1)
        return (given[0] if given else np.random.default_rng(20)).integers(count, size=count)


Fill = Callable[[tuple[int, ...], Call], Array]
"""Shape, call -> numbers that come out of nothing."""


def _noise(shape: tuple[int, ...], call: Call) -> Array:
    return np.resize(np.roll(BLOCK, 7 * call.turn), shape)


def _row_numbers(shape: tuple[int, ...], call: Call) -> Array:
    """The number of a row all along it, the same rows in all parts of an answer."""
    rows = np.resize(call.rows, shape[:1] or 1).reshape(*shape[:1], *(1,) * (len(shape) - 1))
    return np.broadcast_to(rows, shape).astype(np.float64)


def _probabilities(shape: tuple[int, ...], call: Call) -> Array:
    """Each row sums to 1."""
    odds = np.exp(_noise(shape, call))
    return odds / odds.sum(axis=-1, keepdims=True) if shape else odds


FILLS: Mapping[str, Fill] = {
    "zeros": lambda shape, call: np.zeros(shape),
    "ones": lambda shape, call: np.ones(shape),
    "sevens": lambda shape, call: np.full(shape, 7.0),
    "NaN": lambda shape, call: np.full(shape, np.nan),
    "1/k": lambda shape, call: (1 / np.arange(1, 1 + np.prod(shape, dtype=int))).reshape(shape),
    "1/C": lambda shape, call: np.full(shape, 1 / max(1, *shape[-1:], 1)),
    "numbers in order": lambda shape, call: np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape),
    "row numbers": _row_numbers,
    "noise": _noise,
    "probabilities": _probabilities,
    "grey levels": lambda shape, call: np.floor(64 * abs(_noise(shape, call))) % 256,
}


def filled(value: Any, fill: Fill, call: Call, dtype: Any = None) -> Any:
    """Something of a value's kind, shape and dtype, or of another dtype, whose numbers come out of nothing."""
    if isinstance(value, dict):
        return {key: filled(part, fill, call, dtype) for key, part in value.items()}
    if isinstance(value, list | tuple | set):
        return type(value)(filled(part, fill, call, dtype) for part in value)
    if isinstance(value, str):
        return ""
    if value is None:  # when it is none is the answer
        return filled(0.0, fill, call, dtype)
    if torch_values.is_network(value):
        return _module(value, fill, call, dtype)
    is_tensor = torch_values.is_tensor(value)
    if not is_tensor and not isinstance(value, np.ndarray | np.generic | bool | int | float):
        return value
    shape = tuple(value.shape) if is_tensor else np.shape(value)
    wanted = dtype or (torch_values.to_array(value) if is_tensor else np.asarray(value)).dtype
    part = shape
    if np.prod(shape, dtype=int) > LARGE:
        part = (1 + LARGE // int(np.prod(shape[1:], dtype=int)), *shape[1:])
    with np.errstate(invalid="ignore"):
        array = fill(part, call).astype(wanted)
    array = array if part == shape else np.resize(array, shape)
    if is_tensor:
        return _tensor(array, value, dtype)
    if isinstance(value, np.ndarray) or dtype or array.ndim:
        return array
    return array[()] if isinstance(value, np.generic) else array.item()


def _tensor(array: Array, value: Any, dtype: Any) -> Any:
    try:
        tensor = sys.modules["torch"].from_numpy(array.copy())
    except TypeError:  # torch has no such dtype
        return array
    return tensor if dtype else tensor.to(value.dtype)


_templates: weakref.WeakKeyDictionary[Any, dict[Any, Any]] = weakref.WeakKeyDictionary()
"""What a model of the reference's returns for images of a shape, by model and shape."""


def _module(model: Any, fill: Fill, call: Call, dtype: Any) -> Any:
    """A model that looks at no more than the shape of its images."""
    module = sys.modules["torch"].nn.Module()
    turns = [call.turn]
    templates = _templates.setdefault(model, {})

    def forward(images: Any) -> Any:
        turns[0] += 1
        if images.shape not in templates:
            templates[images.shape] = model(images.detach())
        return filled(templates[images.shape], fill, Call(lambda: None, (images,), {}, turns[0]), dtype)

    module.forward = forward
    return module
