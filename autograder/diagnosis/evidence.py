"""Writes down one call that went wrong: what was called, what was expected, what came, and where they differ first."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..checks import torch_values
from .likeness import paired, wrong_elements
from .outcomes import Outcome
from .recording import Call

MAX_TEXT = 1500
"""Longest text of one part in characters."""


def describe(
    function: Callable[..., Any], call: Call, got: Outcome, expected: Outcome, rough: bool
) -> dict[str, str]:
    """The parts of the evidence by name; see `grading.telling.feedback.EVIDENCE`.

    Args:
        function: the reference's, for the names of the arguments.
        call: the call.
        got: what the student's function did.
        expected: what the reference does.
        rough: see `likeness.is_rough`.
    """
    given = named(function, call)
    names = labels(given)
    found = {"call": _call(call, given), "expected": _outcome(expected, names), "got": _outcome(got, names)}
    if found["expected"] == found["got"]:
        found = {"call": found["call"]}
    difference = _difference(got, expected, rough)
    if difference:
        found["difference"] = difference
    return {name: text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + " […]" for name, text in found.items()}


def names_of(function: Callable[..., Any], count: int) -> list[str]:
    """The names of the arguments that are given by place."""
    is_operation = isinstance(function, type)
    target = function.forward if is_operation else function  # type: ignore[attr-defined]
    try:
        names = [
            name for name in inspect.signature(target).parameters if not (is_operation and name == "ctx")
        ]
    except (TypeError, ValueError):
        names = []
    return names + [f"argument {place + 1}" for place in range(len(names), count)]


MODES = "'s modes (1 is training)"
"""What stands behind a network's name for the modes of its modules."""


def named(function: Callable[..., Any], call: Call) -> list[tuple[str, Any]]:
    """A call's arguments with their names."""
    names = names_of(function, len(call.args))
    return [*zip(names, call.args, strict=False), *call.kwargs.items()]


def _call(call: Call, given: list[tuple[str, Any]]) -> str:
    small = {name: _short(arg) for name, arg in given}
    head = ", ".join(name if name not in call.kwargs else f"{name}={name}" for name, _ in given)
    for name, text in small.items():
        if text:
            head = head.replace(f"{name}={name}", f"{name}={text}") if name in call.kwargs else head
    lines = [f"{call.function}({head})"]
    lines += [f"{name} = {_value(arg)}" for name, arg in given if not (name in call.kwargs and small[name])]
    return "\n".join(lines)


def _short(arg: Any) -> str:
    if isinstance(arg, bool | int | float | str | np.number) or arg is None:
        return repr(arg.item() if isinstance(arg, np.generic) else arg)
    return ""


def _value(value: Any) -> str:
    if torch_values.is_tensor(value):
        return f"{_array(torch_values.to_array(value))}   (tensor, {str(value.dtype).removeprefix('torch.')})"
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, np.random.Generator) or torch_values.is_generator(value):
        return "a random generator"
    if torch_values.is_network(value):
        return "a network"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value[:10])) + (", ..." if len(value) > 10 else "") + "]"
    if isinstance(value, dict):
        shown = [f"{_short(key)}: {_value(item)}" for key, item in list(value.items())[:10]]
        return "{" + ", ".join(shown) + (", ..." if len(value) > 10 else "") + "}"
    if callable(value):
        return "a function"
    return _short(value)


def _array(array: Any) -> str:
    if array.ndim == 0:
        return f"{array[()]:.9g}" if array.dtype.kind == "f" else str(array[()])
    if array.ndim > 4:
        return f"shape {tuple(array.shape)}"
    edge = 3 if array.ndim <= 2 else 1  # of a batch of images that is long enough
    text = np.array2string(
        array, precision=5, suppress_small=True, threshold=60, edgeitems=edge, separator=", "
    )
    return f"shape {tuple(array.shape)}\n{text}"


def labels(given: list[tuple[str, Any]]) -> list[str]:
    """What the arrays are called that go in, in the order of `torch_values.arrays_in`."""
    found = []
    for name, arg in given:
        if torch_values.is_network(arg):
            found += [f"{name}'s {key}" for key in arg.state_dict()]
            found.append(f"{name}{MODES}")
        elif isinstance(arg, list | tuple | dict):
            found += [f"{name}, array {place + 1}," for place, _ in enumerate(torch_values.arrays_in(arg))]
        else:
            found += [name for _ in torch_values.arrays_in(arg)]
    return found


def _outcome(outcome: Outcome, names: list[str]) -> str:
    if outcome.error:
        return f"{outcome.error[0]}: {outcome.error[1]}"
    lines = ["None" if leaf is None else _array(leaf) for leaf in outcome.leaves[:10]]
    for place, array in outcome.changed:
        lines.append(f"{names[place]} afterwards: {_array(array)}")
    for found in outcome.gradients[:1]:
        for place, array in found:
            lines.append(f"the gradient of tensor {place + 1}: {_array(array)}")
    return "\n".join(lines)


def _difference(got: Outcome, expected: Outcome, rough: bool) -> str:
    if got.error or expected.error:
        return ""
    for a, b in paired(got, expected):
        if a is None or b is None or b.ndim == 0:
            continue
        if a.shape != b.shape:
            return f"The shape is {a.shape}; expected {b.shape}."
        if a.dtype.kind not in "biuf":
            continue
        wrong = wrong_elements(a, b, rough)
        if wrong.any():
            first = tuple(int(i) for i in np.argwhere(wrong)[0])
            return (
                f"at {list(first)}: expected {b[first]:.6g}, got {a[first]:.6g} "
                f"({int(wrong.sum())} of {wrong.size} elements differ)"
            )
    return ""
