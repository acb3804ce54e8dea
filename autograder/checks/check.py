"""What a hidden test case uses to draw inputs and to judge what a student's function returned.

Test cases receive an instance as `check`. It runs in a judge's process with values that have already left
the sandbox, takes nothing on trust about their type, and reports every disagreement as an `AssertionError`.
Its messages may hold inputs and expected values, for a TA to read: whoever shows results to students must
hide them. It must never call a student's function other than through the one that it was given.
"""

from __future__ import annotations

import copy
import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import torch_values
from .comparing import Comparing, Mismatch, holds_float32, tolerated
from .drawing import Inputs

Array = NDArray[Any]

MAX_VALUES = 5_000
"""Most expected values that are kept; a suite asks for some hundreds."""


class Check(Inputs, Comparing):
    """Draws inputs from the seed of the run and compares values.

    One serves a whole batch: problems are drawn, and expected values computed, once.

    Args:
        seed: the seed of the run; two checks of one seed draw the same inputs.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._values: dict[bytes | None, tuple[Callable[..., Any], Any]] = {}

    def agrees(
        self,
        student_fn: Callable[..., Any],
        reference_fn: Callable[..., Any],
        *args: object,
        rtol: float | None = None,
        atol: float | None = None,
        dtype: bool = False,
        unchanged: bool = True,
        **kwargs: object,
    ) -> Any:
        """Call both functions on the same arguments; compare what they return, and the arguments afterwards.

        Args:
            student_fn: the function under test; what it raises passes through.
            reference_fn: gives the expected value, from copies of the arguments.
            args: the arguments of both.
            rtol: see `same`; by default 1e-6, or 1e-4 where an argument is a float32 array or tensor.
            atol: see `same`; by default 1e-9, or 1e-5 where an argument is a float32 array or tensor.
            dtype: see `same`.
            unchanged: whether the student's function must leave arrays and tensors, also in lists, tuples and
                dictionaries, as they were.
            kwargs: the keyword arguments of both.

        Returns:
            The student's value.

        Raises:
            Mismatch: the values differ, or an argument was modified.
        """
        rough = holds_float32([*args, *kwargs.values()])
        what = _call(getattr(reference_fn, "__name__", "function"), args, kwargs)
        expected = self._expected(reference_fn, args, kwargs)
        originals = [_copy(arg) for arg in (*args, *kwargs.values())]
        got = student_fn(*args, **kwargs)
        rtol, atol = tolerated(rtol, atol, rough)
        self.same(got, expected, rtol=rtol, atol=atol, what=what, dtype=dtype)
        if unchanged:
            self.intact((*args, *kwargs.values()), originals, what=what)
        return got

    def _expected(
        self, reference_fn: Callable[..., Any], args: Sequence[object], kwargs: Mapping[str, object]
    ) -> Any:
        """What the reference returns for copies of the arguments; for arrays and numbers it is asked once a batch."""
        key = _key(reference_fn, args, kwargs)
        if key in self._values:
            return self._values[key][1]
        value = reference_fn(*map(_copy, args), **{name: _copy(arg) for name, arg in kwargs.items()})
        if key is not None:
            if len(self._values) >= MAX_VALUES:
                self._values.clear()
            self._values[key] = reference_fn, value  # with the function, whose id is in the key, kept alive
        return value

    def differentiates(
        self,
        student_fn: Callable[..., Any],
        reference_fn: Callable[..., Any],
        *args: object,
        rtol: float | None = None,
        atol: float | None = None,
        **kwargs: object,
    ) -> None:
        """Fail unless both functions return the same tensor and differentiate it alike.

        All tensor arguments that require a gradient are compared. A scalar is differentiated itself, any other tensor
        times random weights. Both functions get copies of the arguments.

        Args:
            student_fn: the function under test; what it raises passes through.
            reference_fn: gives the expected value and gradients.
            args: the arguments of both.
            rtol: see `agrees`.
            atol: see `agrees`.
            kwargs: the keyword arguments of both.

        Raises:
            Mismatch: a value or gradient differs, or there is none.
        """
        rough = holds_float32([*args, *kwargs.values()])
        rtol, atol = tolerated(rtol, atol, rough)
        what = _call(getattr(reference_fn, "__name__", "function"), args, kwargs)

        def direction(value: Any) -> Any:
            if not torch_values.is_tensor(value) or not value.requires_grad:
                return None
            weights = self.rng("direction").standard_normal(tuple(value.shape)) if value.ndim else 1.0
            return value.new_tensor(weights)

        def both(function: Callable[..., Any]) -> tuple[Any, list[Any]]:
            named = {name: _copy(arg) for name, arg in kwargs.items()}
            return torch_values.gradients(function, [_copy(arg) for arg in args], named, direction)

        expected, wanted = both(reference_fn)
        got, gradients = both(student_fn)
        self.same(got, expected, rtol=rtol, atol=atol, what=what)
        if len(gradients) != len(wanted):
            raise Mismatch(f"{what} cannot be differentiated")
        for number, (gradient, wants) in enumerate(zip(gradients, wanted, strict=True), 1):
            self.same(gradient, wants, rtol=rtol, atol=atol, what=f"gradient {number} of {what}")

    def raises(
        self, kind: type[Exception], function: Callable[..., Any], *args: object, **kwargs: object
    ) -> None:
        """Fail unless the call raises an exception of this kind, also where a proxy reports it by its name.

        A proxy's exception carries the name of that of the student's as its attribute `exception`.

        Raises:
            AssertionError: the call returned.
            Exception: whatever else the call raised.
        """
        what = _call(getattr(function, "__name__", "function"), args, kwargs)
        try:
            function(*args, **kwargs)
        except Exception as error:
            if isinstance(error, kind) or getattr(error, "exception", "") == kind.__name__:
                return
            raise
        raise AssertionError(f"{what} returned where {kind.__name__} is expected")

    def speed(
        self,
        student_fn: Callable[..., Any],
        loops_fn: Callable[..., Any],
        make_args: Callable[[int], tuple[Array, ...]],
        times: float = 10,
        *,
        reference_fn: Callable[..., Any],
        overhead: float = 1e-3,
        rounds: int = 200,
        patience: float = 3.0,
    ) -> None:
        """Fail unless the student's function is right and `times` as fast as explicit loops.

        The yardstick is the reference's loops, not the student's naive function, which could be slow on
        purpose. They run on a tenth of the rows, since their time is linear in the rows. Both sides count in
        processor time, since other work on the machine takes wall-clock time from either, and
        with the best of several calls, the student's with other arguments each time, until a second or later
        round finds it fast enough.

        Args:
            student_fn: the vectorised function under test; what it raises passes through.
            loops_fn: the reference's explicit loops.
            make_args: round -> arguments, the last of which has one element a row.
            times: how much faster it must be.
            reference_fn: gives the expected value on all of the rows.
            overhead: seconds of a call that are not the student's: its arguments cross to another process.
            rounds: the most calls of the student's function.
            patience: seconds in the student's function after which no fourth or later round begins. (The first
                may have to start the process and import the submission.) It is long, since other work on the
                machine slows some rounds down; a function that ten rounds show to be no faster than loops is not
                waited for.

        Raises:
            Mismatch: the returned value is wrong.
            AssertionError: it is too slow.
        """
        loops = best = math.inf
        spent = 0.0
        for turn in range(rounds):
            args = make_args(turn)
            rows = len(args[-1])
            tenth = tuple(arg[: rows // 10] if len(arg) == rows else arg for arg in args)
            expected = self._expected(reference_fn, args, {})
            seconds, got = _seconds(student_fn, args)
            if turn < 3:  # after the first call, which a stub ends
                loops = min(loops, 10 * _seconds(loops_fn, tenth)[0])
            what = _call(getattr(reference_fn, "__name__", "function"), args, {})
            self.same(got, expected, what=what)
            best, spent = min(best, seconds), spent + seconds
            if turn and times * (best - overhead) <= loops:
                return
            hopeless = turn >= 9 and best > 0.7 * loops
            if hopeless or (turn >= 2 and spent > patience):
                break
        raise AssertionError(
            f"{best * 1e3:.2f} ms, {overhead * 1e3:g} of them for the arguments, against {loops * 1e3:.1f} ms "
            f"of explicit loops: less than {times:g} times as fast"
        )


def _seconds(function: Callable[..., Any], args: tuple[Array, ...]) -> tuple[float, Any]:
    clock = getattr(function, "cpu_seconds", time.thread_time)
    start = clock()
    value = function(*args)
    return clock() - start, value


def _key(function: Callable[..., Any], args: Sequence[object], kwargs: Mapping[str, object]) -> bytes | None:
    """What tells one call from another, or None for a call with more than arrays and numbers."""
    digest = hashlib.sha1(repr((id(function), len(args), sorted(kwargs))).encode(), usedforsecurity=False)
    for arg in (*args, *(kwargs[name] for name in sorted(kwargs))):
        if type(arg) is np.ndarray and arg.dtype.kind in "biuf":
            digest.update(repr((arg.dtype.str, arg.shape)).encode())
            digest.update(arg.tobytes())
        elif arg is None or isinstance(arg, bool | int | float | str | np.number):
            digest.update(repr((type(arg).__name__, arg)).encode())
        else:
            return None
    return digest.digest()


def _call(name: str, args: Sequence[object], kwargs: dict[str, object]) -> str:
    shown = [_brief(arg) for arg in args] + [f"{key}={_brief(arg)}" for key, arg in kwargs.items()]
    return f"{name}({', '.join(shown)})"


def _brief(arg: object) -> str:
    if isinstance(arg, np.ndarray):
        return f"{arg.dtype}{list(arg.shape)}"
    if torch_values.is_tensor(arg):
        return f"{arg.dtype}{list(arg.shape)}".removeprefix("torch.")  # type: ignore[attr-defined]
    if isinstance(arg, list | tuple) and torch_values.arrays_in(arg):
        return f"[{', '.join(_brief(item) for item in arg)}]"
    if isinstance(arg, np.random.Generator) or torch_values.is_generator(arg):
        return "rng"
    if callable(arg):
        return getattr(arg, "__name__", "function")
    return repr(arg)[:40]


def _copy(arg: object) -> object:
    if torch_values.is_tensor(arg) or torch_values.is_generator(arg):
        return torch_values.copy_of(arg)
    if isinstance(arg, dict):
        return {key: _copy(item) for key, item in arg.items()}
    if isinstance(arg, list | tuple):  # one by one, since a tensor out of a graph cannot be deep-copied
        return type(arg)(map(_copy, arg))
    return copy.deepcopy(arg) if isinstance(arg, np.ndarray | np.random.Generator) else arg
