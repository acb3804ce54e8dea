"""What a hidden test case uses to draw inputs and to judge what a student's function returned.

Test cases receive an instance as `check`. It runs in the grader's process with values that have already left
the sandbox, takes nothing on trust about their type, and reports every disagreement as an `AssertionError`.
Its messages may hold inputs and expected values, for a TA to read: whoever shows results to students must
hide them. It must never call a student's function other than through the one that it was given.
"""

from __future__ import annotations

import copy
import hashlib
import math
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from . import torch_values

Array = NDArray[Any]

SHAPES = ((9, 4, 5), (3, 7, 4), (1, 5, 3), (8, 3, 2), (6, 1, 4))
"""(N, D, C) of `Check.problems`: N, D and C all different, N > D and N < D, N = 1, C = 2, D = 1."""

MARGIN_GAP = 0.01
"""How far the hinges of a drawn problem stay from their kink, where rounding decides the gradient, divided
by their number: an unlucky draw is repeated about as rarely whatever the size."""


MAX_VALUES = 5_000
"""Most expected values that are kept; a suite asks for some hundreds."""


class Problem(NamedTuple):
    """One input of a loss: weights (D, C), examples (N, D) and labels (N,), in the order of the functions."""

    W: Array
    X: Array
    y: Array


class Mismatch(AssertionError):
    """A returned value is not the expected one.

    Attributes:
        excess: the largest difference in units of the tolerance, or infinity where there is no comparing.
    """

    def __init__(self, message: str, excess: float = math.inf) -> None:
        super().__init__(message)
        self.excess = excess


class Check:
    """Draws inputs from the seed of the run and compares values.

    One serves a whole batch: problems are drawn, and expected values computed, once.

    Args:
        seed: the seed of the run; two checks of one seed draw the same inputs.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._problems: dict[object, Problem] = {}
        self._values: dict[bytes | None, tuple[Callable[..., Any], Any]] = {}

    def rng(self, *key: object) -> np.random.Generator:
        """A generator of its own for every key, so that no test case shifts the inputs of another."""
        return np.random.default_rng([abs(self.seed), int(self.seed < 0), zlib.crc32(repr(key).encode())])

    def problem(
        self,
        n: int,
        d: int,
        c: int,
        *key: object,
        dtype: type[np.floating[Any]] = np.float64,
        labels: type[np.integer[Any]] = np.int64,
        scale: float = 1.0,
        offsets: Sequence[float] = (),
        delta: float = 1.0,
    ) -> Problem:
        """A random classification problem with weights and examples of order one.

        Args:
            n: the number of examples N.
            d: the number of features D.
            c: the number of classes C.
            key: what tells this draw from others of the same seed.
            dtype: of W and X.
            labels: the dtype of y.
            scale: the size of the weights.
            offsets: constants that are added to all scores of a row, cycling through the rows; they make
                W and X one row and one column larger.
            delta: the margin that no hinge may meet exactly.
        """
        drawn = (n, d, c, key, dtype, labels, scale, tuple(offsets), delta)
        if drawn not in self._problems:
            self._problems[drawn] = self._draw(*drawn)
        return Problem(*(part.copy() for part in self._problems[drawn]))  # a student may write into it

    def _draw(
        self,
        n: int,
        d: int,
        c: int,
        key: tuple[object, ...],
        dtype: type[np.floating[Any]],
        labels: type[np.integer[Any]],
        scale: float,
        offsets: tuple[float, ...],
        delta: float,
    ) -> Problem:
        rng = self.rng("problem", n, d, c, *key)
        while True:
            W, X = scale * rng.standard_normal((d, c)), rng.standard_normal((n, d))
            y = rng.integers(c, size=n)
            scores = X @ W
            margins = scores - scores[np.arange(n), y][:, None] + delta
            margins[np.arange(n), y] = np.inf
            if np.abs(margins).min() > MARGIN_GAP * scale / (n * c):
                break
        if offsets:
            X = np.column_stack([X, np.resize(np.asarray(offsets, dtype=np.float64), n)])
            W = np.vstack([W, np.ones((1, c))])
        return Problem(W.astype(dtype), X.astype(dtype), y.astype(labels))

    def problems(self, *key: object, **options: Any) -> Iterator[Problem]:
        """One `problem` of each of the `SHAPES`, with these options of it."""
        for n, d, c in SHAPES:
            yield self.problem(n, d, c, *key, **options)

    def same(
        self,
        got: object,
        expected: object,
        *,
        rtol: float | None = None,
        atol: float | None = None,
        what: str = "the result",
        dtype: bool = False,
    ) -> None:
        """Fail unless `got` is a number or array of the shape and, nearly, the value of `expected`.

        A scalar may be a Python number, a numpy scalar, a 0-d array or a 0-d tensor. A list passes for an array only
        where `expected` is a list itself, and nothing but a tensor where that is one. NaN equals nothing but an
        expected NaN.

        Args:
            got: the student's value, of any type.
            expected: a number, an array, a tensor or a list of numbers.
            rtol: allowed difference relative to the expected element; by default 1e-6, or 1e-4 for a tensor of
                float32 or less.
            atol: allowed absolute difference; by default 1e-9, or 1e-5 for such a tensor.
            what: the call that gave `got`, for the message.
            dtype: whether an array or tensor must also have the dtype of `expected`.

        Raises:
            Mismatch: it is not.
        """
        rough = torch_values.is_rough(expected)
        rtol = rtol if rtol is not None else 1e-4 if rough else 1e-6
        atol = atol if atol is not None else 1e-5 if rough else 1e-9
        tensors = torch_values.is_tensor(expected)
        if tensors and got is not None and not torch_values.is_tensor(got):
            raise Mismatch(f"{what} is a {type(got).__name__} where a tensor is expected")
        want = torch_values.to_array(expected) if tensors else np.asarray(expected)
        value = _as_numbers(got, what, lists=isinstance(expected, list | tuple))
        if value.shape != want.shape:
            raise Mismatch(f"{what} has shape {value.shape} where {want.shape} is expected")
        if dtype and tensors and got.dtype != expected.dtype:  # type: ignore[attr-defined]
            raise Mismatch(f"{what} is a tensor of {got.dtype} where {expected.dtype} is expected")  # type: ignore[attr-defined]
        if dtype and want.ndim and value.dtype != want.dtype:
            raise Mismatch(f"{what} is an array of {value.dtype} where {want.dtype} is expected")
        a, b = value.astype(np.float64), want.astype(np.float64)
        with np.errstate(all="ignore"):
            difference = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
            difference = np.where(np.isnan(difference), np.inf, difference)
            excess = difference / (atol + rtol * np.where(np.isfinite(b), np.abs(b), 0.0))
        wrong = ~(excess <= 1)
        if not wrong.any():
            return
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        place = f" at {list(first)}" if first else ""
        shape = f" (shape {want.shape}, {int(wrong.sum())} of {wrong.size} elements wrong)" if first else ""
        raise Mismatch(
            f"{what}{shape}: expected {b[first]:.9g}{place}, got {a[first]:.9g}; "
            f"the largest difference is {difference.max():.3g}",
            float(excess.max()),
        )

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
            unchanged: whether the student's function must leave arrays and tensors, also in lists, as they were.
            kwargs: the keyword arguments of both.

        Returns:
            The student's value.

        Raises:
            Mismatch: the values differ, or an argument was modified.
        """
        rough = _rough([*args, *kwargs.values()])
        what = _call(getattr(reference_fn, "__name__", "function"), args, kwargs)
        expected = self._expected(reference_fn, args, kwargs)
        originals = [_copy(arg) for arg in (*args, *kwargs.values())]
        got = student_fn(*args, **kwargs)
        self.same(
            got,
            expected,
            rtol=rtol if rtol is not None else 1e-4 if rough else 1e-6,
            atol=atol if atol is not None else 1e-5 if rough else 1e-9,
            what=what,
            dtype=dtype,
        )
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

    def intact(self, args: Sequence[object], originals: Sequence[object], *, what: str) -> None:
        """Fail where an array or tensor of `args`, also in a list, is not what it was.

        The rounding of a step there and back is allowed.

        Raises:
            Mismatch: an array was modified.
        """
        for position, (arg, original) in enumerate(zip(args, originals, strict=True)):
            label = f"argument {position + 1} of {what} after the call"
            now, before = torch_values.arrays_in(arg), torch_values.arrays_in(original)
            if len(now) != len(before):
                raise Mismatch(f"{label} holds {len(now)} arrays where {len(before)} are expected")
            for array, kept in zip(now, before, strict=True):
                tolerance = 1e-5 if _rough([kept]) else 1e-10
                self.same(array, kept, rtol=tolerance, atol=tolerance, what=label)

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
        rough = _rough([*args, *kwargs.values()])
        rtol = rtol if rtol is not None else 1e-4 if rough else 1e-6
        atol = atol if atol is not None else 1e-5 if rough else 1e-9
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


def _copy(arg: object) -> object:
    if torch_values.is_tensor(arg) or torch_values.is_generator(arg):
        return torch_values.copy_of(arg)
    if isinstance(arg, list) and torch_values.arrays_in(arg):  # a tensor out of a graph cannot be deep-copied
        return [_copy(item) for item in arg]
    return copy.deepcopy(arg) if isinstance(arg, np.ndarray | np.random.Generator | list) else arg


def _rough(args: Sequence[object]) -> bool:
    arrays = torch_values.arrays_in(list(args))
    return any(torch_values.is_rough(array) or array.dtype == np.float32 for array in arrays)


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


def _as_numbers(got: object, what: str, *, lists: bool) -> Array:
    """The value as a base-class array of real numbers.

    Raises:
        Mismatch: it is none.
    """

    def refuse(reason: str) -> NoReturn:
        raise Mismatch(f"{what} {reason}")

    if got is None:
        refuse("returned None: is a return statement missing?")
    if isinstance(got, list | tuple) and not lists:
        refuse(f"returned a {type(got).__name__} of {len(got)} where a number, array or tensor is expected")
    try:
        if isinstance(got, list | tuple):
            got = [torch_values.to_array(item) if torch_values.is_tensor(item) else item for item in got]
        value = torch_values.to_array(got) if torch_values.is_tensor(got) else np.asarray(got)
    except Exception:
        refuse(f"returned a {type(got).__name__} that is no array of numbers")
    if value.dtype.kind not in "biuf":
        refuse(f"returned a {type(got).__name__} ({value.dtype}) where real numbers are expected")
    return value
