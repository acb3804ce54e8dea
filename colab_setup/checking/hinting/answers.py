"""Notes what the student's functions answer in public cases, so that it can be told from other answers by a few numbers.

An answer becomes a text for all that is exact (shapes, where NaN stands, an exception) and, for each array, one number: a
weighted sum of its elements. numpy and torch are used where the student's code has imported them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..describing import as_array, error_text, is_array, same_array, type_name

MAX_NUMBERS = 1 << 18
"""Arrays of more elements are told by their shape alone."""

MAX_DEPTH = 3
"""Lists in lists that are looked into."""


@dataclass(frozen=True)
class Number:
    """An array in one number.

    Attributes:
        total: the sum of its finite elements, each times its place's weight.
        size: the sum of their absolute values, with the same weights.
        count: how many elements there are.
        rough: whether it has fewer digits than float64.
    """

    total: float
    size: float
    count: int
    rough: bool


@dataclass
class Answer:
    """What one call led to, in texts and numbers that are compared each with its like.

    Attributes:
        exact: what is the same or not.
        dtypes: the arrays' dtypes.
        numbers: what is nearly the same or not.
        rough: whether the call works with fewer digits than float64 has.
    """

    exact: list[str] = field(default_factory=list)
    dtypes: list[str] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    rough: bool = False

    def add(self, what: str, value: Any, depth: int = 0) -> None:
        """Note a value; raises ValueError for one that cannot be compared."""
        if type(value) in (list, tuple) and depth < MAX_DEPTH:
            plain = value and all(type(item) in (bool, int, float) or _is_scalar(item) for item in value)
            if not plain:
                self.exact.append(f"{what}[{len(value)}]")
                for item in value:
                    self.add(what, item, depth + 1)
                return
        if value is None:
            self.exact.append(f"{what}=None")
            return
        array = _numbers(value)
        self.exact.append(f"{what}{array.shape}")
        if type(value) not in (list, tuple) and array.ndim:
            self.dtypes.append(str(getattr(value, "dtype", "")))
        if array.size <= MAX_NUMBERS:
            found, places = _summed(array, self.rough)
            self.numbers.append(found)
            self.exact.append(places)


class Answers:
    """The answers of one question's public cases, in the order of the calls.

    Attributes:
        found: the answers; None where one cannot be compared.
    """

    def __init__(self) -> None:
        self.found: list[Answer] | None = []
        self._gradients: list[tuple[Answer, Any]] = []

    def nothing(self) -> None:
        """Something is missing: nothing can be said of this question."""
        self.found = None

    def before(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[Any]:
        """Copies of what a call may change; for `returned`."""
        return [array.copy() for array in map(as_array, _given(args, kwargs)) if array is not None]

    def returned(
        self, name: str, value: Any, args: Sequence[Any], kwargs: Mapping[str, Any], before: Sequence[Any]
    ) -> None:
        """Note what a call returned, and which of its arguments' arrays are others now."""
        if self.found is None:
            return
        try:
            answer = Answer([name], rough=_is_rough([*before, value]))
            answer.add("returned", value)
            given = [arg for arg in _given(args, kwargs) if as_array(arg) is not None]
            for place, (arg, kept) in enumerate(zip(given, before, strict=True)):
                now = as_array(arg)
                if not same_array(now, kept):
                    answer.add(f"argument{place}", arg)
            self.found.append(answer)
            self._gradients += [(answer, arg) for arg in given if _requires_gradient(arg)]
        except Exception:
            self.nothing()

    def raised(self, name: str, error: BaseException) -> None:
        """Note that a call raised an exception."""
        if self.found is not None:
            kind = type_name(error)
            if not isinstance(error, Exception) or isinstance(error, NotImplementedError):
                self.nothing()
            else:  # an assertion is a callback's of the case's, in whatever language
                text = "" if isinstance(error, AssertionError) else error_text(error)[:200]
                self.found.append(Answer([name, f"raised:{kind}:{text}"]))

    def end(self) -> None:
        """A case has ended: note what its tensors have got as gradients."""
        for place, (answer, tensor) in enumerate(self._gradients):
            try:
                if self.found is not None and tensor.grad is not None:
                    answer.add(f"gradient{place}", tensor.grad)
            except Exception:
                self.nothing()
        self._gradients = []


def _given(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[Any]:
    for arg in (*args, *kwargs.values()):
        yield from arg if type(arg) in (list, tuple) else (arg,)


def _is_rough(values: Sequence[Any]) -> bool:
    arrays = [as_array(value) for value in values if is_array(value)]
    return any(a is not None and a.dtype.kind == "f" and a.dtype.itemsize < 8 for a in arrays)


def _is_scalar(value: Any) -> bool:
    array = as_array(value) if is_array(value) else None
    return array is not None and array.ndim == 0


def _requires_gradient(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor) and value.requires_grad and value.is_leaf


def _numbers(value: Any) -> Any:
    """A number, an array, a tensor or a list of numbers as an array of numbers."""
    import numpy as np

    array = as_array(value)
    if array is None:
        if type(value) not in (bool, int, float, list, tuple):
            raise ValueError
        if type(value) in (list, tuple):
            value = [as_array(item) if is_array(item) else item for item in value]
        array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError
    return array


def _summed(array: Any, rough: bool) -> tuple[Number, str]:
    """An array in one number, and the places of what is infinite or NaN in it."""
    import numpy as np

    values = array.astype(np.float64).ravel()
    weights = 1 + (np.arange(values.size, dtype=np.uint64) * 2_654_435_761 % 2**32) / 2**32
    finite = np.isfinite(values)
    places = (
        "" if finite.all() else repr([(i, str(values[i])) for i in np.flatnonzero(~finite)[:200].tolist()])
    )
    terms = np.where(finite, values, 0.0) * weights
    return Number(float(terms.sum()), float(np.abs(terms).sum()), values.size, rough), places
