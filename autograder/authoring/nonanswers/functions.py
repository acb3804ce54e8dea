"""A fixed set of functions that compute nothing, to be held against every case of a suite; see `trials`.

A case that one of them passes gives points away. They are the staff's own code. The kind and the shape of an answer
they have from the reference, as a student has them from the docstring; of the arguments they know no more than the
shapes, or they hand them back.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np

from ...checks import torch_values
from .filling import FILLS, Array, Call, Fill, filled

STEPS = 60
"""Most times that what can be called among the arguments is called."""

Answer = Callable[[Call], Any]


def non_answers(torch: bool) -> dict[str, Answer]:
    """All of them, by what they are called.

    Args:
        torch: whether answers are tensors and models.
    """
    found: dict[str, Answer] = {}
    for name, value in (_constants() | (_torch_constants() if torch else {})).items():
        found[name] = functools.partial(_constant, value)
    for kind in (ValueError, RuntimeError):
        found[f"an exception, {kind.__name__}"] = functools.partial(_raise, kind)
    for place in range(3):
        for more in (0, 1):
            name = f"argument {place + 1}{' + 1' if more else ''}"
            found[name] = functools.partial(_argument, place, more)
            found[f"({name}, [])"] = functools.partial(_without_history, place, more)
        for name in ("zeros", "noise"):
            found[f"{name} like argument {place + 1}"] = functools.partial(_like, place, FILLS[name])
    for more in (0, 1):
        name = f"argument 1{' + 1' if more else ''} and what the functions among the arguments return"
        found[name] = functools.partial(_with_what_is_called, more)
    for name, order in ORDERS.items():
        found[f"the arguments {name}"] = functools.partial(_as_parts, order)
    for name, fill in FILLS.items():
        found[name] = functools.partial(_made, fill)
    found["the same noise every time"] = _same_noise
    for name in ("zeros", "NaN", "noise"):
        found[f"{name} into the arguments"] = functools.partial(_overwrite, FILLS[name])
        found[f"{name}, into the arguments too"] = functools.partial(_made_and_overwritten, FILLS[name])
    for name, dtype in DTYPES.items():
        found[f"noise as {name}"] = functools.partial(_made, FILLS["noise"], dtype=dtype)
    for name, sides in BROADCAST.items():
        found[f"noise to be broadcast from {name}"] = functools.partial(
            _made, functools.partial(_narrow_noise, sides)
        )
    if torch:
        for name in ("noise", "zeros"):
            found[f"{name} to differentiate"] = functools.partial(_differentiable, _leaf, FILLS[name])
        for name in ("noise", "ones", "probabilities"):
            found[f"{name} with gradients of 0"] = functools.partial(_differentiable, _tied, FILLS[name])
    return found


def misled() -> dict[str, Answer]:
    """What comes of showing nothing to the functions among the arguments, for cases that take from these what is right.

    A public case may well ask for a function's steps where its loss looks at the weights alone.
    """
    return {
        f"what comes of showing {name} to the functions among the arguments": functools.partial(
            _misled, FILLS[name]
        )
        for name in ("zeros", "NaN")
    }


def _constants() -> dict[str, Any]:
    return {
        "None": None, "0": 0, "1": 1, "0.5": 0.5, "True": True, "2**64 - 1": 2**64 - 1, "10**400": 10**400,
        "NaN itself": float("nan"), "infinity": float("inf"), "1j": 1j, "'0'": "0", "b'0'": b"0", "[]": [], "{}": {},
        "[2**64 - 1, -1]": [2**64 - 1, -1], "[[1.0], [1.0, 2.0]]": [[1.0], [1.0, 2.0]], "(0.0, [])": (0.0, []),
        "([], [])": ([], []), "an empty array": np.array([]), "an array of None": np.array([None]),
        "an array of records": np.zeros(3, dtype=[("a", "f8"), ("b", "i4")]), "a class": int,
    }  # fmt: skip


def _torch_constants() -> dict[str, Any]:
    import torch

    return {
        "a tensor of 0": torch.tensor(0.0), "a tensor of NaN": torch.tensor(float("nan")), "an empty tensor": torch.empty(0),
        "a tensor to differentiate": torch.tensor(1.0, requires_grad=True), "a module that does nothing": torch.nn.Identity(),
    }  # fmt: skip


def _constant(value: Any, call: Call) -> Any:
    return value


def _raise(kind: type[Exception], call: Call) -> NoReturn:
    raise kind("no")


def _argument(place: int, more: int, call: Call) -> Any:
    value = call.data[place]
    return value + more if more else value


def _without_history(place: int, more: int, call: Call) -> Any:
    return _argument(place, more, call), []


def _like(place: int, fill: Fill, call: Call) -> Any:
    return filled(call.data[place], fill, call)


def _made(fill: Fill, call: Call, dtype: Any = None) -> Any:
    return filled(call.template(), fill, call, dtype)


def _same_noise(call: Call) -> Any:
    return _made(FILLS["noise"], replace(call, turn=0))


def _made_and_overwritten(fill: Fill, call: Call) -> Any:
    answer = _made(fill, call)
    _overwrite(fill, call)
    return answer


def _differentiable(change: Callable[[Any, Call], Any], fill: Fill, call: Call) -> Any:
    return _each(_made(fill, call), call, change)


def _narrow_noise(sides: int, shape: tuple[int, ...], call: Call) -> Array:
    """Noise along the first sides only; the others are 1 long."""
    return FILLS["noise"]((*shape[:sides], *(1,) * len(shape[sides:])), call)


ORDERS: Mapping[str, Callable[[Any], Any]] = {
    "reversed": lambda array: array.flip(0) if torch_values.is_tensor(array) else array[::-1],
    "rolled": lambda array: array.roll(1, 0) if torch_values.is_tensor(array) else np.roll(array, 1, axis=0),
    "but their last row": lambda array: array[:-1],
    "transposed": lambda array: array.T,
}

DTYPES: Mapping[str, Any] = {
    "objects": object, "complex numbers": np.complex128, "float16": np.float16, "longdouble": np.longdouble,
    "booleans": np.bool_, "records": np.dtype([("a", "f8")]),
}  # fmt: skip

BROADCAST: Mapping[str, int] = {"a number": 0, "a column": 1}


def _each(value: Any, call: Call, change: Callable[[Any, Call], Any]) -> Any:
    """Something done to each part of a value that is a tensor of floats, for a model to what it returns."""
    if isinstance(value, dict):
        return {key: _each(part, call, change) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_each(part, call, change) for part in value)
    if torch_values.is_network(value):
        forward = value.forward
        value.forward = lambda images: _each(forward(images), Call(lambda: None, (images,), {}, 0), change)
        return value
    return change(value, call) if torch_values.is_tensor(value) and value.is_floating_point() else value


def _leaf(value: Any, call: Call) -> Any:
    return value.requires_grad_()


def _tied(value: Any, call: Call) -> Any:
    """What autograd goes through, to find nothing but zeros."""
    for array in call.arrays:
        if torch_values.is_tensor(array) and array.requires_grad:
            value = value + 0 * array.sum().to(value.dtype)
    return value


def _with_what_is_called(more: int, call: Call) -> Any:
    """What functions among the arguments make of the others, as often as there are steps; numbers only."""
    functions = [arg for arg in call.all if callable(arg)]
    steps = min(int(call.kwargs.get("num_steps", 1)), STEPS)
    found = [function(*call.arrays) for _ in range(steps) for function in functions]
    return _argument(0, more, call), [value for value in found if isinstance(value, float)]


def _misled(fill: Fill, call: Call) -> Any:
    """The reference, where the functions of the case that it calls see other numbers than it has: all after the first
    argument. A case that takes what it has answered for the truth then follows it."""
    changed: list[Any] = []

    def shown(function: Any) -> Any:
        def misled(*args: Any) -> Any:
            others = [
                filled(arg, fill, call) if isinstance(arg, np.ndarray) and arg.dtype.kind == "f" else arg
                for arg in args[1:]
            ]
            changed.extend(other for other, arg in zip(others, args[1:], strict=True) if other is not arg)
            return function(*args[:1], *others)

        return misled if callable(function) and not torch_values.is_network(function) else function

    assert call.target is not None
    value = call.target(*map(shown, call.args), **call.kwargs)
    if not changed:  # it is the reference then, which may have done all of its work in the arguments
        raise ValueError("No function among the arguments was shown other numbers.")
    return value


def _as_parts(order: Callable[[Any], Any], call: Call) -> Any:
    """The arguments in another order, as many as an answer has parts."""
    template = call.template()
    if isinstance(template, list | tuple):
        return tuple(order(array) for array in call.arrays[: len(template)])
    return order(call.data[0])


def _overwrite(fill: Fill, call: Call) -> None:
    for array in call.arrays:
        new = filled(array, fill, call)
        if torch_values.is_tensor(array):
            with sys.modules["torch"].no_grad():
                array.copy_(new)
        else:
            array[...] = new
