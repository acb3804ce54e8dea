"""Describes values for people, in a line or a few.

A value is the student's and may be anything: its methods may raise, end Python, never return or say what is not so. What
Python, numpy and torch define is therefore read past any method that a subclass overrides; only of other types
is the `repr` asked, and nothing here ever raises; `described` may take as long as such a `repr` does. numpy and torch are used where the student's code has imported them.
"""

from __future__ import annotations

import reprlib
import sys
from typing import Any

from ..language import _

MAX_TEXT = 2000
"""Characters of a value, a message or a print that are passed on."""

MAX_ELEMENTS = 40
"""Elements of an array up to which all are shown."""

_MAX_PARTS = 6
"""Parts of a tuple or list of arrays that are shown."""

_USUAL = ("ndarray", "Tensor", "Parameter")
_PLAIN = (type(None), bool, int, float, complex, str)
_NAME = type.__dict__["__name__"]


class _Shortener(reprlib.Repr):
    """A repr that does not look at all of what is long or deep, and goes on where that of an instance raises."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = MAX_ELEMENTS
        self.maxdict = self.maxdeque = self.maxarray = _MAX_PARTS
        self.maxstring = self.maxlong = 200

    def repr_instance(self, x: Any, level: int) -> str:
        try:
            return clipped(repr(x), 200)
        except BaseException:
            return _("a value of type {type_name}", type_name=type_name(x))


_shortened = _Shortener().repr


def described(value: Any) -> str:
    """A value with its shape and type, as far as it has one."""
    try:
        return clipped(_described(value))
    except BaseException:
        return _("a value of type {type_name}", type_name=type_name(value))


def _described(value: Any) -> str:
    array = as_array(value)
    if array is not None:
        import numpy as np

        text = np.array2string(array, precision=6, threshold=MAX_ELEMENTS, edgeitems=3, separator=", ")
        return (
            f"{text} ({_('shape {shape}, ', shape=array.shape) if array.shape else ''}{_kind(value, array)})"
        )
    if type(value) in (tuple, list) and any(is_array(part) for part in value[:_MAX_PARTS]):
        parts = [described(part) for part in value[:_MAX_PARTS]] + ["..."] * (len(value) > _MAX_PARTS)
        return clipped(_("{type_name} of {parts}", type_name=type_name(value), parts=", ".join(parts)), 400)
    return clipped(_shortened(value), 200)


def _kind(value: Any, array: Any) -> str:
    """The dtype of what became an array; before it the name of a class that people would not expect."""
    dtype = value.dtype if _is_tensor(type(value)) else array.dtype
    name = type_name(value)
    return (
        f"{dtype}"
        if name in (*_USUAL, array.dtype.type.__name__)
        else _("{name} of {dtype}", name=name, dtype=dtype)
    )


def argument(value: Any) -> str:
    """What stands behind a parameter's name in a call: `: (3, 3) float64`, `=1.0`, or nothing for a function."""
    try:
        if is_array(value):
            return f": {tuple(value.shape)} {value.dtype}"
        if type(value) in _PLAIN:
            return f"={clipped(_shortened(value), 60)}"
        if type(value) in (tuple, list):
            if len(value) <= MAX_ELEMENTS and all(type(part) in _PLAIN for part in value):
                return f"={clipped(_shortened(value), 60)}"
            return _(": {type_name} of {count}", type_name=type_name(value), count=len(value))
        if callable(value) or type(value).__module__.startswith("numpy.random"):
            return ""
    except BaseException:
        return ""
    return f": {type_name(value)}"


def is_array(value: Any) -> bool:
    """Whether it is a number or array of numpy's, or a tensor."""
    return _is_numpys(type(value)) or _is_tensor(type(value))


def _is_numpys(kind: type) -> bool:
    numpy: Any = sys.modules.get("numpy")
    return hasattr(numpy, "ndarray") and issubclass(kind, (numpy.ndarray, numpy.generic))


def _is_tensor(kind: type) -> bool:
    torch: Any = sys.modules.get("torch")
    return hasattr(torch, "Tensor") and issubclass(kind, torch.Tensor)


def as_array(value: Any) -> Any:
    """A number or array of numpy's, or a tensor, as an array of numpy's own class; None for whatever else.

    None too for masked arrays and for tensors without elements that numpy could hold.
    """
    kind = type(value)
    try:
        if _is_numpys(kind):
            import numpy as np

            if issubclass(kind, np.generic):
                return np.asarray(value)
            return None if issubclass(kind, np.ma.MaskedArray) else np.ndarray.view(value, np.ndarray)
        if _is_tensor(kind):
            import torch

            tensor = torch.Tensor.detach(value).cpu().resolve_conj().resolve_neg()
            return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()
    except Exception:
        return None
    return None


def same_array(one: Any, other: Any) -> bool:
    """Whether two arrays are the same; NaN is the same as NaN."""
    return bool(one.shape == other.shape and ((one == other) | ((one != one) & (other != other))).all())


def like(came: Any, expected: Any) -> Any:
    """The expected value as an array where one came, so that both are shown with their shapes."""
    array = as_array(came)
    if array is None or type(expected) not in (list, tuple, float):
        return expected
    import numpy as np

    try:
        return np.asarray(expected, dtype=array.dtype if array.dtype.kind == "f" else None)
    except ValueError:
        return expected


def difference(came: Any, expected: Any) -> str:
    """Where two arrays of one shape are furthest apart; "" where that cannot be said."""
    try:
        import numpy as np

        first, second = as_array(came), as_array(like(came, expected))
        if first is None or second is None or first.shape != second.shape or first.ndim == 0:
            return ""
        if first.size == 0 or first.dtype.kind not in "biuf" or second.dtype.kind not in "biuf":
            return ""
        first, second = first.astype(float), second.astype(float)
        with np.errstate(all="ignore"):
            apart = np.abs(first - second)
        apart[np.isnan(apart)] = np.inf
        apart[(first == second) | (np.isnan(first) & np.isnan(second))] = 0
        worst = np.unravel_index(int(np.argmax(apart)), apart.shape)
        index = ", ".join(str(int(part)) for part in worst)
        return _(
            "furthest apart at [{index}]: {first:.6g} came, {second:.6g} was expected",
            index=index,
            first=first[worst],
            second=second[worst],
        )
    except Exception:
        return ""


def type_name(value: Any) -> str:
    """The name of a value's type, past any metaclass of its own."""
    return clipped(_NAME.__get__(type(value)), 100)


def error_text(error: BaseException) -> str:
    """An exception's own words; "" where it has none, or raises when it is asked."""
    try:
        return clipped(str(error)).strip()
    except BaseException:
        return ""


def clipped(text: str, size: int = MAX_TEXT) -> str:
    """An ordinary text that can be printed everywhere, of at most `size` characters before what is unprintable is
    written as its code."""
    text = str.__str__(text)
    if len(text) > size:
        text = text[: size - 4] + " ..."
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else letter.encode("unicode_escape").decode()
        for letter in text
    )
