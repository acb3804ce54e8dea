"""Notes what a submission's functions were called with and what they answered, to be compared later.

What is noted are copies of plain numbers, arrays and tensors that have left the sandbox. Recording must never change
what a test case sees.
"""

from __future__ import annotations

import contextlib
import math
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..checks import torch_values
from ..sandbox import Once, StudentError, StudentFunction
from .copies import copied

MAX_CALL_NUMBERS = 1 << 14
"""Calls with more numbers, such as those that measure speed, are not noted."""

MAX_CALL_PIXELS = 1 << 24
"""The same for uint8, of which images are."""

MAX_BYTES = 1 << 27
"""Most bytes that are noted of one submission."""

COSTS_NOTHING = contextlib.suppress(Exception)
"""Around all that is noted: where noting fails, a hint may be missing, and the case goes on."""


@dataclass
class Call:
    """One call of a student's function.

    Attributes:
        case: the test case that made it: its question's name and its own.
        hidden: whether that case is hidden.
        function: the function's name.
        args: copies of its arguments as they were before.
        kwargs: the same of its keyword arguments.
        then: where it returned a model: the arguments that the model was called with; None for others. What follows
            is of that second call.
        value: a copy of what it returned.
        error: the type and the text of what it raised instead; None where it returned.
        changed: the arguments' arrays that are others after the call, by their place among all of them.
        random: the state that torch's own generator had before, where torch is used.
        gradients: for a tensor that was differentiated: what came from above, and what went to each of the tensor
            arguments that require a gradient.
        twice: whether it let itself be differentiated in a way that allows a second derivative; None where nobody tried.
    """

    case: tuple[str, str]
    hidden: bool
    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    then: tuple[Any, ...] | None = None
    value: Any = None
    error: tuple[str, str] | None = None
    changed: dict[int, Any] = field(default_factory=dict)
    random: bytes = b""
    gradients: list[tuple[Any, dict[int, Any]]] = field(default_factory=list)
    twice: bool | None = None


class Recorder:
    """The calls of one submission, in their order.

    Attributes:
        calls: those that can be compared.
        matrices: the functions that have returned a numpy.matrix in a public case.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.case = ("", "")
        self.hidden = False
        self.matrices: set[str] = set()
        self.bytes = 0

    def begin(self, question: str, case: str, hidden: bool) -> None:
        """Calls from now on are made by this case."""
        self.case, self.hidden = (question, case), hidden

    def functions(self, proxies: Mapping[str, StudentFunction]) -> dict[str, StudentFunction]:
        """The same functions, whose calls are noted."""
        return {name: RecordedFunction(**vars(proxy), recorder=self) for name, proxy in proxies.items()}

    def remarks(self) -> list[str]:
        """What is to be said of public calls that went well."""
        text = "{} returns a numpy.matrix, for which * and ** are other operations: return np.asarray(...) of it."
        return [text.format(name) for name in sorted(self.matrices)]

    def call(
        self,
        name: str,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        random: Callable[[], bytes],
    ) -> Any:
        """Call a function and note it.

        Args:
            name: the function's.
            function: what is called.
            args: its arguments.
            kwargs: its keyword arguments.
            random: tells after the call what `Call.random` is.
        """
        args, kwargs = tuple(map(Once.of, args)), {key: Once.of(arg) for key, arg in kwargs.items()}
        noted: Call | None = None
        with COSTS_NOTHING:
            given = torch_values.arrays_in([*args, *kwargs.values()])
            if self._has_room(given) and _is_data(args, kwargs):
                plain, named = tuple(map(copied, args)), {key: copied(arg) for key, arg in kwargs.items()}
                before = torch_values.arrays_in([*plain, *named.values()])
                noted = Call(self.case, self.hidden, name, plain, named)
        if noted is None:
            return function(*args, **kwargs)
        try:
            value = function(*args, **kwargs)
        except StudentError as error:
            with COSTS_NOTHING:
                self._fail(noted, error, given)
            raise
        with COSTS_NOTHING:
            if self._answer(noted, value, given):
                noted.changed = changes(before, torch_values.arrays_in([*args, *kwargs.values()]))
                noted.random = random()
                if torch_values.is_tensor(value) and value.requires_grad:
                    self._listen(noted, value, torch_values.differentiated([*args, *kwargs.values()]))
            elif hasattr(value, "forward"):
                value.forward = self._noting(noted, value, random())
        return value

    def _noting(self, made: Call, model: Any, random: bytes) -> Callable[..., Any]:
        """A model's forward, which notes what it does; `made` is the call that returned the model."""
        forward = type(model).forward
        reference = weakref.ref(model)  # with a bound method the model would keep itself alive

        def noted_forward(*args: Any, **kwargs: Any) -> Any:
            noted: Call | None = None
            with COSTS_NOTHING:
                given = torch_values.arrays_in(args)
                if not kwargs and self._has_room(given) and is_plain(args):
                    then = tuple(map(copied, args))
                    noted = replace(made, case=self.case, hidden=self.hidden, then=then, random=random)
            if noted is None:
                return forward(reference(), *args, **kwargs)
            try:
                value = forward(reference(), *args)
            except StudentError as error:
                with COSTS_NOTHING:
                    self._fail(noted, error, given)
                raise
            with COSTS_NOTHING:
                self._answer(noted, value, given)
            return value

        return noted_forward

    def _has_room(self, given: list[Any]) -> bool:
        return _is_small(given) and self.bytes <= MAX_BYTES

    def _answer(self, call: Call, value: Any, given: list[Any]) -> bool:
        """Keep a call that returned a value, if it can be compared."""
        if not _is_answer(value, given):
            return False
        call.value = copied(value)
        self._keep(call, [*given, *torch_values.arrays_in(value)])
        return True

    def _fail(self, call: Call, error: StudentError, given: list[Any]) -> None:
        if error.exception:  # others, such as a time limit, say nothing of how the function is written
            call.error = (error.exception, error.detail.partition(": ")[2])
            self._keep(call, given)

    def _keep(self, call: Call, arrays: list[Any]) -> None:
        self.calls.append(call)
        self.bytes += sum(array.nbytes for array in arrays)

    def _listen(self, call: Call, value: Any, inputs: list[Any]) -> None:
        """Note gradients as they pass."""

        def from_above(cotangent: Any) -> None:
            with COSTS_NOTHING:
                if cotangent is not None and cotangent.requires_grad:  # on the way to a second derivative
                    call.twice = bool(call.twice)
                elif cotangent is not None and len(call.gradients) < 4:
                    call.gradients.append((cotangent.detach().clone(), {}))

        value.register_hook(from_above)
        for place, tensor in enumerate(inputs):

            def below(gradient: Any, place: int = place) -> None:
                with COSTS_NOTHING:
                    if gradient is not None and gradient.requires_grad:
                        call.twice = None if call.twice is None else True
                    elif gradient is not None and call.gradients:
                        call.gradients[-1][1].setdefault(place, gradient.detach().clone())

            tensor.register_hook(below)


@dataclass(frozen=True)
class RecordedFunction(StudentFunction):
    """A student's function whose calls are noted."""

    recorder: Recorder = field(default_factory=Recorder, repr=False)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        value = self.recorder.call(self.name, super().__call__, args, kwargs, self._random)
        if self.session.matrix and not self.recorder.hidden:
            self.recorder.matrices.add(self.name)
        return value

    def _random(self) -> bytes:
        return self.session.random


def changes(before: list[Any], after: list[Any]) -> dict[int, Any]:
    """The arrays that are others than before by more than the rounding of a step there and back."""
    found = {}
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        a, b = torch_values.to_array(old), torch_values.to_array(new)
        if a.tobytes() != b.tobytes() and not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            tolerance = 1e-10 if a.dtype == np.float64 else 1e-5
            if a.shape != b.shape or not np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True):
                found[place] = np.array(b)
    return found


def _is_small(arrays: list[Any]) -> bool:
    pixels = [array.nbytes for array in arrays if str(array.dtype).endswith("uint8")]
    numbers = sum(array.nbytes // 8 for array in arrays) - sum(pixels) // 8
    return bool(numbers <= MAX_CALL_NUMBERS and sum(pixels) <= MAX_CALL_PIXELS)


def _is_answer(value: Any, given: list[Any]) -> bool:
    """Whether what was returned is plain, and no larger than answers are: than what was given, or a little."""
    most = max(MAX_CALL_NUMBERS, sum(math.prod(array.shape) for array in given))
    return _size(value, most) <= most and is_plain(value)


def _size(value: Any, most: int) -> int:
    """How many numbers it holds; it is not counted far beyond `most`."""
    if isinstance(value, list | tuple | dict):
        size = len(value)
        for item in value.values() if isinstance(value, dict) else value:
            if size > most:
                break
            size += _size(item, most - size)
        return size
    return math.prod(value.shape) if hasattr(value, "shape") else 1


def is_plain(value: Any) -> bool:
    """Whether it is a number, an array, a tensor or nothing, or a sequence of those, or numbers' dictionary of them."""
    if isinstance(value, dict):
        return all(isinstance(key, int | float | np.number) and is_plain(value[key]) for key in value)
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return (
        value is None
        or isinstance(value, bool | int | float | np.number | np.ndarray)
        or torch_values.is_tensor(value)
    )


def _is_data(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """Whether another function can be called with copies of them."""
    return all(
        is_plain(arg)
        or isinstance(arg, str | np.random.Generator)
        or torch_values.is_generator(arg)
        or torch_values.is_network(arg)
        or type(arg).__name__ in ("function", "method", "builtin_function_or_method")
        for arg in (*args, *kwargs.values())
    )
