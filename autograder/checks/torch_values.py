"""Tensors as the checks see them: told from other values, copied, turned into arrays, differentiated.

Importing it must never import torch, which assignments in numpy do without: a value can only be a tensor where
somebody else has imported torch.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def is_tensor(value: object) -> bool:
    """Whether it is a torch.Tensor."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def is_generator(value: object) -> bool:
    """Whether it is a torch.Generator."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Generator)


def is_network(value: object) -> bool:
    """Whether it is a torch.nn.Module."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def is_rough(value: Any) -> bool:
    """Whether it is a tensor of a floating dtype with fewer digits than float64 has."""
    if not is_tensor(value):
        return False
    torch = sys.modules["torch"]
    return value.dtype in (torch.float32, torch.bfloat16, torch.float16)


def to_array(value: Any) -> NDArray[Any]:
    """A tensor's numbers, wherever it is and whether or not it is part of a graph; an array is its own.

    Raises:
        Exception: numpy has no such array; torch raises various types.
    """
    if is_tensor(value):
        value = value.detach().cpu()
        value = (value.float() if is_rough(value) else value).numpy()
    array: NDArray[Any] = value
    return array


def copy_of(value: Any) -> Any:
    """A tensor that shares nothing with this one and is a leaf of its own, or a generator or network like this."""
    if is_tensor(value):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if is_network(value):
        return copy.deepcopy(value)
    copied = sys.modules["torch"].Generator(value.device)
    copied.set_state(value.get_state())
    return copied


def arrays_in(value: object) -> list[Any]:
    """The arrays and tensors in a value, also in lists, tuples and dictionaries.

    Those of a network are its parameters and buffers, and a new array with the mode of each of its modules.
    """
    if isinstance(value, np.ndarray) or is_tensor(value):
        return [value]
    if is_network(value):
        modes = [module.training for module in value.modules()]  # type: ignore[attr-defined]
        return [*value.state_dict().values(), np.array(modes, dtype=np.int8)]  # type: ignore[attr-defined]
    if isinstance(value, list | tuple):
        return [array for item in value for array in arrays_in(item)]
    if isinstance(value, dict):
        return arrays_in(list(value.values()))
    return []


def differentiated(values: Iterable[object]) -> list[Any]:
    """The tensors among the values that require a gradient."""
    found = (array for value in values for array in arrays_in(value))
    return [array for array in found if is_tensor(array) and array.requires_grad]


def gradients(
    function: Callable[..., Any], args: Sequence[object], kwargs: Mapping[str, object], direction: Any
) -> tuple[Any, list[Any]]:
    """A function's value, and the gradients of its product with `direction` for all arguments that require one.

    Args:
        function: returns one tensor; what it raises passes through.
        args: its arguments.
        kwargs: its keyword arguments.
        direction: value -> a tensor of the value's shape, or nothing where the value has no gradient.

    Returns:
        The value, and zeros for an argument that has no part in it; no gradients for a value without a direction.
    """
    torch = sys.modules["torch"]
    inputs = differentiated([*args, *kwargs.values()])
    value = function(*args, **kwargs)
    weights = direction(value)
    if weights is None:
        return value, []
    found = torch.autograd.grad(value, inputs, weights, allow_unused=True)
    pairs = zip(inputs, found, strict=True)
    return value, [torch.zeros_like(given) if gradient is None else gradient for given, gradient in pairs]
