"""What a call led to, and whether two functions agree in it."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import sandbox
from ..checks import torch_values
from .copies import copied
from .recording import Call, changes, is_plain

Array = NDArray[Any]


@dataclass(frozen=True)
class Outcome:
    """What a call led to.

    Attributes:
        leaves: the arrays and numbers that were returned, in order; None for nothing.
        dtypes: theirs, "" for a number.
        error: the type and the text of an exception; None where there was none.
        changed: see `Call`.
        gradients: for each time that the call was differentiated, what went to its arguments.
        twice: see `Call`.
        drawn: whether torch's own generator had a part in it.
        usable: False where it cannot be compared.
    """

    leaves: tuple[Array | None, ...] = ()
    dtypes: tuple[str, ...] = ()
    error: tuple[str, str] | None = None
    changed: tuple[tuple[int, Array], ...] = ()
    gradients: tuple[tuple[tuple[int, Array], ...], ...] = ()
    twice: bool | None = None
    drawn: bool = False
    usable: bool = True


UNUSABLE = Outcome(usable=False)


class _WithoutReplacement(np.random.Generator):
    """Draws a batch as `choice(n, size, replace=False)` does where `integers` is asked for."""

    def integers(self, low: Any, high: Any = None, size: Any = None, **options: Any) -> Any:  # type: ignore[override]
        if high is None and isinstance(size, int) and 0 < size <= low:
            return self.choice(low, size, replace=False)
        return super().integers(low, high, size, **options)


class _Shuffling(np.random.Generator):
    """Draws a batch as `permutation(n)[:size]` does where `integers` is asked for."""

    def integers(self, low: Any, high: Any = None, size: Any = None, **options: Any) -> Any:  # type: ignore[override]
        if high is None and isinstance(size, int) and 0 < size <= low:
            return self.permutation(low)[:size]
        return super().integers(low, high, size, **options)


STYLES: tuple[type[np.random.Generator] | None, ...] = (None, _WithoutReplacement, _Shuffling)
"""Ways to draw a batch: students are free in it, and misconceptions are written in the first one."""


def draws(call: Call) -> bool:
    """Whether a generator of numpy's decides what the call returns."""
    return any(isinstance(arg, np.random.Generator) for arg in (*call.args, *call.kwargs.values()))


def of_student(call: Call) -> Outcome:
    """What the student's function did."""
    if call.error:
        return Outcome(error=_brief(*call.error))
    if call.then is not None:
        return _of_model(call.value)
    leaves = _leaves(call.value)
    return Outcome(
        tuple(leaf for leaf, _ in leaves),
        tuple(dtype for _, dtype in leaves),
        None,
        tuple(sorted(call.changed.items())),
        tuple(_gradients(found) for _, found in call.gradients),
        call.twice,
    )


def _of_model(value: Any) -> Outcome:
    """What is the same of all models that are built in one way, whatever their weights: no number, but kinds of them.

    They are the shape; whether each row sums to one, and whether all numbers are finite; and where rows have ten of
    them, so that it is not up to chance: whether there are negative ones, zeros, and different ones.
    """
    if not (torch_values.is_tensor(value) and value.is_floating_point() and value.ndim and value.numel()):
        return UNUSABLE
    scores = torch_values.to_array(value).astype(np.float64)
    kinds = [np.allclose(scores.sum(axis=-1), 1, atol=1e-4), np.isfinite(scores).all()]
    if scores.shape[-1] >= 10:
        kinds += [(scores < 0).any(), (scores == 0).any(), (scores != scores.flat[0]).any()]
    return Outcome((np.array(scores.shape), np.array(kinds)), ("", ""))


def of_program(
    function: Callable[..., Any], call: Call, style: type[np.random.Generator] | None = None
) -> Outcome:
    """What another function does when it is called in the same way."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), _own_generator(call.random) as drawn:
        warnings.simplefilter("ignore")
        outcome = _called(function, call, style)
        return replace(outcome, drawn=drawn())


def _called(function: Callable[..., Any], call: Call, style: type[np.random.Generator] | None) -> Outcome:
    def given(arg: Any) -> Any:
        arg = copied(arg)
        return style(arg.bit_generator) if style and isinstance(arg, np.random.Generator) else arg

    args = tuple(map(given, call.args))
    kwargs = {name: given(arg) for name, arg in call.kwargs.items()}
    arrays = torch_values.arrays_in([*args, *kwargs.values()])
    before = [copied(array) for array in arrays]
    try:
        value = sandbox.call(getattr(function, "apply", function), args, kwargs)
        if call.then is not None:
            return _of_model(value(*map(copied, call.then)))
    except Exception as error:
        return Outcome(error=_brief(type(error).__name__, str(error)))
    if not is_plain(value):
        return UNUSABLE
    gradients = []
    inputs = torch_values.differentiated([*args, *kwargs.values()])
    for cotangent, found in call.gradients:
        differentiated = _differentiate(value, inputs, cotangent)
        gradients.append(tuple(pair for pair in differentiated if pair[0] in found or not found))
    twice = None if call.twice is None else _differentiates_twice(value, inputs)
    leaves = _leaves(value)
    return Outcome(
        tuple(leaf for leaf, _ in leaves),
        tuple(dtype for _, dtype in leaves),
        None,
        tuple(sorted(changes(before, torch_values.arrays_in([*args, *kwargs.values()])).items())),
        tuple(gradients),
        twice,
    )


@contextlib.contextmanager
def _own_generator(state: bytes) -> Iterator[Callable[[], bool]]:
    """Torch's own generator in the state that a call found it in; yields what tells whether it was used."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield lambda: False
        return
    with torch.random.fork_rng():
        with contextlib.suppress(RuntimeError, ValueError):  # it comes from the sandbox, and may be none
            torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
        before = torch.get_rng_state()
        yield lambda: not torch.equal(before, torch.get_rng_state())


def _brief(kind: str, text: str) -> tuple[str, str]:
    """An exception as it is compared: what crosses the sandbox may have been cut off."""
    return kind, text.strip()[:200].strip()


def _differentiate(value: Any, inputs: list[Any], cotangent: Any) -> tuple[tuple[int, Array], ...]:
    torch = sys.modules["torch"]
    try:
        found = torch.autograd.grad(value, inputs, cotangent, retain_graph=True, allow_unused=True)
    except Exception:
        return ()
    return _gradients({place: gradient for place, gradient in enumerate(found) if gradient is not None})


def _differentiates_twice(value: Any, inputs: list[Any]) -> bool:
    torch = sys.modules["torch"]
    try:
        cotangent = torch.ones_like(value).requires_grad_()
        torch.autograd.grad(value, inputs, cotangent, create_graph=True, allow_unused=True)
    except Exception:
        return False
    return True


def _gradients(found: dict[int, Any]) -> tuple[tuple[int, Array], ...]:
    return tuple((place, torch_values.to_array(tensor)) for place, tensor in sorted(found.items()))


def _leaves(value: Any) -> list[tuple[Array | None, str]]:
    if value is None:
        return [(None, "")]
    if torch_values.is_tensor(value):
        return [(torch_values.to_array(value), f"{value.dtype}, gradient: {value.requires_grad}")]
    if isinstance(value, dict):
        keys = sorted(value)
        return [leaf for part in (keys, [value[key] for key in keys]) for leaf in _leaves(part)]
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, bool | int | float | np.number) for item in value):
            return [(np.asarray(value), "")]
        return [leaf for item in value for leaf in _leaves(item)] if value else [(np.zeros(0), "")]
    array = np.asarray(value)
    return [(array, str(array.dtype) if array.ndim else "")]
