"""One call of a student's function: its arguments as messages, and what the reply holds.

A reply is not trusted. Where it is no reply, `Call.read` raises an exception of whatever type and the session
makes a crash of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .callbacks import Callbacks
from .conversation import Conversation, Target
from .errors import SandboxError, Unusable, changed_argument
from .inside import encoding, protocol


@dataclass(frozen=True)
class MappedArray:
    """An array in a file that the worker maps instead of receiving it; see `Confinement.data`."""

    name: str
    path: Path

    def load(self) -> np.ndarray[Any, Any]:
        """The same array for the grader, read-only."""
        mapped: np.ndarray[Any, Any] = np.load(self.path, mmap_mode="r")
        return mapped


class Call:
    """A call with its arguments.

    Args:
        session: where it is made; its worker is there.
        target: what is called.
        args: the positional arguments.
        kwargs: the keyword arguments.
    """

    def __init__(
        self, session: Conversation, target: Target, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self.session = session
        self.target = target
        self.random = b""
        self.matrix = False
        self.callbacks = Callbacks()
        args = tuple(map(encoding.Once.of, args))
        kwargs = {name: encoding.Once.of(arg) for name, arg in kwargs.items()}
        self.args = [self.encode(arg) for arg in args]
        self.kwargs = {name: self.encode(arg) for name, arg in kwargs.items()}
        named = {**{str(i): arg for i, arg in enumerate(args)}, **kwargs}
        self.given = dict(item for name, arg in named.items() for item in encoding.items(name, arg))

    def request(self) -> dict[str, Any]:
        """What is called, and with what."""
        return {**self.target.request(), "args": self.args, "kwargs": self.kwargs}

    def run(self) -> Any:
        """The value that the student's function returns; see `StudentFunction` for what it raises."""
        return self.session.exchange(
            self.target.name, {**self.request(), "op": "call"}, self.target.seconds, self.read, self.callbacks
        )

    def read(self, reply: dict[str, Any]) -> Any:
        """The value in a reply; the changes to arguments are made in the caller's own."""
        value = encoding.decode(reply["value"])
        self.matrix = reply.get("matrix") is True
        self.write_back(reply["changed"])
        return value

    def encode(self, arg: Any) -> Any:
        try:
            return encoding.encode(arg, self.special)
        except protocol.ProtocolError as error:
            raise SandboxError(f"A test passes an argument that cannot be sent: {error}.") from error

    def special(self, arg: object) -> Any:
        """The message for an argument that is more than a value."""
        if isinstance(arg, MappedArray):
            return {"mapped": arg.name}
        if isinstance(arg, np.random.Generator):
            return {"generator": encoding.encode_generator(arg)}
        if callable(arg):
            return {"callback": self.callbacks.add(arg)}
        return None

    def write_back(self, changes: Any) -> None:
        """Make the student's changes to arguments in the caller's own arrays and generators."""
        if not isinstance(changes, dict):
            raise protocol.ProtocolError("a reply without its changes")
        for path, message in changes.items():
            self.change(self.given.get(path), message, str(path))

    def change(self, ours: object, message: Any, path: str) -> None:
        """Make one change.

        Raises:
            Unusable: it is one of an array that the caller must find as it was: it is read-only here.
        """
        if (
            isinstance(ours, np.random.Generator)
            and isinstance(message, dict)
            and set(message) == {"generator"}
        ):
            encoding.restore_generator(ours, message["generator"])
        elif isinstance(ours, np.ndarray):
            theirs = encoding.decode(message)
            if not isinstance(theirs, np.ndarray) or theirs.dtype != ours.dtype:
                raise protocol.ProtocolError("a changed argument of another type")
            if not ours.flags.writeable:
                raise Unusable(changed_argument(self.target.name, path))
            if theirs.shape == ours.shape:
                ours[...] = theirs
        else:
            raise protocol.ProtocolError("a change of something that cannot change")


def refused_argument(value: object) -> str:
    """Why a value cannot be given to a function in a sandbox without torch; "" where it can."""
    ways = (np.random.Generator, MappedArray, Iterator)  # an iterator is used up where it is looked into
    return _refused(value, lambda arg: callable(arg) or isinstance(arg, ways))


def refused_answer(value: object) -> str:
    """Why a value cannot be a function's answer out of a sandbox without torch; "" where it can."""
    return _refused(value, lambda answer: False)


def _refused(value: object, has_way: Callable[[object], bool]) -> str:
    try:
        encoding.encode(value, lambda part: {} if has_way(part) else None)
    except protocol.ProtocolError as error:
        return str(error)
    return ""
