"""The grader's own functions that a call passes to the student's code, which calls them back from the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .inside import encoding, protocol

MAX_CALLBACK_BYTES = 1 << 20
"""Most bytes of arguments in a call of the grader's own functions."""


class Callbacks:
    """The functions of one call.

    Attributes:
        error: the assertion that one of them has failed with; it says more than what becomes of it on the other side.
    """

    def __init__(self) -> None:
        self.functions: list[Callable[..., Any]] = []
        self.error: AssertionError | None = None

    def add(self, function: Callable[..., Any]) -> int:
        """The number by which the worker calls a function."""
        self.functions.append(function)
        return len(self.functions) - 1

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call one of the functions with arguments from the worker.

        Raises:
            ProtocolError: the request is none.
        """
        number, args, kwargs = request["callback"], request.get("args"), request.get("kwargs")
        if not isinstance(number, int) or not 0 <= number < len(self.functions):
            raise protocol.ProtocolError("a call of a function that was not passed")
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise protocol.ProtocolError("a call without arguments")
        values = [encoding.decode(arg) for arg in args]
        named = {str(name): encoding.decode(arg) for name, arg in kwargs.items()}
        if sum(map(_bytes, (*values, *named.values()))) > MAX_CALLBACK_BYTES:
            # Two broad arrays of a few MB are enough to make a harmless expression fill the grader's memory.
            raise protocol.ProtocolError("a call with more than the function's arguments can be")
        try:
            return {"return": encoding.encode(self.functions[number](*values, **named))}
        except Exception as error:
            if isinstance(error, AssertionError):
                self.error = error
            return {"raise": f"{type(error).__name__}: {error}"[:2000]}


def _bytes(arg: object) -> int:
    """How large an array of an argument would be; none is made, since one long text among many is as long as all of them."""
    leaves = [leaf for _, leaf in encoding.items("", arg)]
    arrays = [leaf.nbytes for leaf in leaves if isinstance(leaf, np.ndarray)]
    longest = max((len(leaf) for leaf in leaves if isinstance(leaf, str)), default=0)
    return sum(arrays) + (len(leaves) - len(arrays)) * max(8, 4 * longest)
