"""Passes the calls of public tests on to the student's functions, and remembers the last one.

It must never import more than the standard library; arrays are numpy's where that has been imported.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..language import _
from .describing import described, same_array
from .explaining import SECONDS, call_text, definition
from .hinting.answers import Answers
from .limiting import TimeIsUp, time_limit


class Changed(AssertionError):
    """An argument that must stay as it was is another after a call."""


_TABLES = {"PIL", "jax", "jaxlib", "pandas", "polars", "tensorflow", "xarray"}
"""Packages whose values numpy takes for arrays, and the grader does not."""


class Recorder:
    """Passes calls on to a student's function and remembers the last one.

    Arrays that a test file keeps are read-only, see `freeze`; the student gets copies, which must be the same afterwards.

    Args:
        remark: takes what is to be said of calls that went well.

    Attributes:
        answers: what the functions have answered.
        comparisons: what was compared of what they returned: the call's arguments by name, what came, what was expected,
            and the absolute and relative difference that is allowed.
        calls: how many calls there were.
    """

    def __init__(self, remark: Callable[[str], None]) -> None:
        self.remark = remark
        self.begin()

    def begin(self) -> None:
        """A question's cases begin."""
        self.answers = Answers()
        self.comparisons: list[tuple[dict[str, Any], Any, Any, float, float]] = []
        self.calls = 0
        self.last: dict[str, Any] = {}

    def comparing(self, expect: object) -> Callable[..., Any] | None:
        """A test file's function of `got` and `expected`, which notes what a call returned; None for anything else."""
        if type(expect) is not types.FunctionType:
            return None
        signature = inspect.signature(expect)
        if not {"got", "expected"} <= set(signature.parameters):
            return None

        @functools.wraps(expect)
        def noted(*args: Any, **kwargs: Any) -> Any:
            with contextlib.suppress(TypeError):
                bound = signature.bind(*args, **kwargs)
                bound.apply_defaults()
                told = bound.arguments
                if "value" in self.last and told["got"] is self.last["value"]:
                    given = self.last["given"]
                    atol, rtol = (float(told.get(name, 1e-6)) for name in ("atol", "rtol"))
                    self.comparisons.append((given, told["got"], told["expected"], atol, rtol))
            return expect(*args, **kwargs)

        return noted

    def noting(self, name: str, value: Any, folder: Path) -> Any:
        """What a name of the student's is in a case: calls of functions are noted, and of torch's kind of operations."""
        if type(value) is types.FunctionType:
            return self.wrap(name, value, folder)
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, type) and issubclass(value, torch.autograd.Function):
            return self.wrap_operation(name, value, folder)
        return value

    def wrap(self, name: str, function: Callable[..., Any], folder: Path) -> Callable[..., Any]:
        place = definition(function, folder)

        @functools.wraps(function)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            call: dict[str, Any] = {"text": call_text(name, function, args, kwargs), "place": place}
            self.last = call
            self.calls += 1
            given = [_writable(arg) for arg in args]
            named = {key: _writable(arg) for key, arg in kwargs.items()}
            before = self.answers.before(given, named)
            try:
                call["value"] = result = function(*given, **named)
                call["given"] = _named(function, args, kwargs)
            except BaseException as error:
                self.answers.raised(name, error)
                raise
            if type(result).__module__.partition(".")[0] in _TABLES:
                raise TypeError(
                    _(
                        "{name} returns a {kind}, which is neither a number nor an array: return np.asarray(...) of it",
                        name=name,
                        kind=type(result).__name__,
                    )
                )
            self.answers.returned(name, result, given, named, before)
            self.last = call
            if _is_matrix(result):
                self.remark(
                    _(
                        "{name} returns a numpy.matrix, for which * and ** are other operations: return np.asarray(...) "
                        "of it.",
                        name=name,
                    )
                )
            for key, kept, now in _by_name(function, (args, kwargs), (given, named)):
                if now is not kept and not same_array(now, kept):
                    raise Changed(
                        _(
                            "{name} changes its argument {key}, which must stay as it was: compute with a copy of it",
                            name=name,
                            key=key,
                        )
                    )
            return result

        return recorded

    def wrap_operation(self, name: str, kind: Any, folder: Path) -> Any:
        """A class of torch's own kind of operations, whose `apply` is passed on as the calls of functions are."""

        def apply(*args: Any) -> Any:
            return kind.apply(*args)

        with contextlib.suppress(Exception):  # forward's own, without ctx
            forward = inspect.signature(kind.forward)
            names = list(forward.parameters.values())[1:]
            apply.__signature__ = forward.replace(parameters=names)  # type: ignore[attr-defined]
        return types.SimpleNamespace(apply=self.wrap(name, apply, folder))

    def described(self) -> dict[str, Any]:
        """The last call: its text, its function's place, and what it returned, as a text, if it did.

        Only now, so that a value that cannot be looked at does not spoil a case that passes.
        """
        call = {name: part for name, part in self.last.items() if name != "given"}
        if "value" in call:
            value, call["returned"] = call.pop("value"), ""
            with contextlib.suppress(TimeIsUp), time_limit(SECONDS):
                call["returned"] = described(value)
        return call


def _named(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by their names, as far as they can be told, also those that were left out."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)
    except (TypeError, ValueError):
        return dict(kwargs)


def _is_matrix(value: object) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.matrix)


def _writable(arg: Any) -> Any:
    """The argument, or a copy of an array that is read-only."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(arg) is numpy.ndarray and not arg.flags.writeable:
        return arg.copy()
    return arg


def _by_name(
    function: Callable[..., Any], *calls: tuple[Sequence[Any], Mapping[str, Any]]
) -> Iterator[tuple[str, Any, Any]]:
    """The arguments of two calls with their names, or with their places where the names cannot be told."""
    given, named = zip(*calls, strict=True)
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    labels = [*names, *(str(place + 1) for place in range(len(names), len(given[0])))]
    yield from zip(labels, *given)  # noqa: B905  (there may be more names than arguments)
    for key in named[0]:
        yield key, named[0][key], named[1][key]


def freeze(value: object) -> None:
    """Make arrays read-only, also those in lists, tuples and dictionaries."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray):
        value.setflags(write=False)
    elif isinstance(value, list | tuple):
        for item in value:
            freeze(item)
    elif isinstance(value, dict):
        freeze(list(value.values()))
