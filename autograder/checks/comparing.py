"""Compares what a student's function returned with what is expected, and takes nothing on trust about its type."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from colab_setup.checking.hinting.pairs import tolerances

from ..sandbox import changed_argument
from . import torch_values

Array = NDArray[Any]


class Mismatch(AssertionError):
    """A returned value is not the expected one.

    Attributes:
        excess: the largest difference in units of the tolerance, or infinity where there is no comparing.
    """

    def __init__(self, message: str, excess: float = math.inf) -> None:
        super().__init__(message)
        self.excess = excess


class Changed(Mismatch):
    """An argument is another after the call, of which the student may read in hidden cases too.

    Attributes:
        told: the sentence, without values.
    """

    def __init__(self, message: str, excess: float, told: str) -> None:
        super().__init__(message, excess)
        self.told = told


def tolerated(rtol: float | None, atol: float | None, rough: bool) -> tuple[float, float]:
    """The tolerances of a comparison: those that are given, and the usual ones in place of None."""
    usual_rtol, usual_atol = tolerances(rough)
    return usual_rtol if rtol is None else rtol, usual_atol if atol is None else atol


class Comparing:
    """The comparisons that need nothing but the values."""

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
        """Fail unless `got` is a number or array of the shape and, nearly, the value of `expected`, or what is made of those.

        Lists, tuples, dictionaries and sets that are no array of numbers are compared part by part; a list passes for a
        tuple. Texts and None equal themselves alone. A scalar may be a Python number, a numpy scalar, a 0-d array or a
        0-d tensor. A list passes for an array only where `expected` is a list itself, and nothing but a tensor where
        that is one. NaN equals nothing but an expected NaN.

        Args:
            got: the student's value, of any type.
            expected: a number, an array, a tensor, a text, None, or a list, tuple, dictionary or set of these.
            rtol: allowed difference relative to the expected element; by default 1e-6, or 1e-4 for a tensor of
                float32 or less.
            atol: allowed absolute difference; by default 1e-9, or 1e-5 for such a tensor.
            what: the call that gave `got`, for the message.
            dtype: whether an array or tensor must also have the dtype of `expected`.

        Raises:
            Mismatch: it is not.
        """
        if _has_parts(expected):
            for name, part, wanted in _parts(got, expected, what):
                self.same(part, wanted, rtol=rtol, atol=atol, what=name, dtype=dtype)
            return
        if expected is None or isinstance(expected, str):
            if type(got) is not type(expected) or got != expected:
                raise Mismatch(f"{what} is {_shown(got)} where {_shown(expected)} is expected")
            return
        tensors = torch_values.is_tensor(expected)
        if tensors and got is not None and not torch_values.is_tensor(got):
            raise Mismatch(f"{what} is a {type(got).__name__} where a tensor is expected")
        want = torch_values.to_array(expected) if tensors else np.asarray(expected)
        value = _as_numbers(got, what, lists=isinstance(expected, list | tuple))
        rtol, atol = tolerated(rtol, atol, torch_values.is_rough(expected))
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

    def intact(self, args: Sequence[object], originals: Sequence[object], *, what: str) -> None:
        """Fail where an array or tensor of `args`, also in a list, is not what it was.

        The rounding of a step there and back is allowed.

        Raises:
            Changed: an array was modified.
        """
        for position, (arg, original) in enumerate(zip(args, originals, strict=True)):
            label = f"argument {position + 1} of {what} after the call"
            now, before = torch_values.arrays_in(arg), torch_values.arrays_in(original)
            if len(now) != len(before):
                raise Mismatch(f"{label} holds {len(now)} arrays where {len(before)} are expected")
            for array, kept in zip(now, before, strict=True):
                tolerance = 1e-5 if holds_float32([kept]) else 1e-10
                try:
                    self.same(array, kept, rtol=tolerance, atol=tolerance, what=label)
                except Mismatch as error:
                    told = changed_argument(what.partition("(")[0], str(position))
                    raise Changed(str(error), error.excess, told) from None


def holds_float32(args: Sequence[object]) -> bool:
    """Whether some array or tensor among these, also in lists, has fewer digits than float64."""
    arrays = torch_values.arrays_in(list(args))
    return any(torch_values.is_rough(array) or array.dtype == np.float32 for array in arrays)


def _has_parts(expected: object) -> bool:
    """Whether it is made of parts that are no array of numbers together."""
    if not isinstance(expected, list | tuple):
        return isinstance(expected, dict | set)
    if any(map(torch_values.is_tensor, expected)):
        return False
    try:
        return np.asarray(expected).dtype.kind not in "biuf"
    except ValueError:  # parts of different shapes
        return True


def _parts(got: Any, expected: Any, what: str) -> Iterator[tuple[str, object, object]]:
    """What a part is called, what came and what is expected, where there are as many as expected.

    Raises:
        Mismatch: there are not.
    """
    kinds: Any = (list, tuple) if isinstance(expected, list | tuple) else type(expected)
    if not isinstance(got, kinds):
        raise Mismatch(f"{what} is {_shown(got)} where a {type(expected).__name__} is expected")
    if isinstance(expected, set):
        if got != expected:
            raise Mismatch(f"{what} is {_shown(got)} where {_shown(expected)} is expected")
    elif isinstance(expected, dict):
        if got.keys() != expected.keys():
            raise Mismatch(
                f"{what} has the keys {_shown(list(got))} where {_shown(list(expected))} are expected"
            )
        yield from ((f"{what}[{key!r}]", got[key], expected[key]) for key in expected)
    elif len(got) != len(expected):
        raise Mismatch(f"{what} has {len(got)} parts where {len(expected)} are expected")
    else:
        for place, (part, wanted) in enumerate(zip(got, expected, strict=True)):
            yield f"{what}[{place}]", part, wanted


def _shown(value: object) -> str:
    return reprlib.repr(value)


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
