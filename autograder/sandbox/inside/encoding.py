"""Values as messages: what the grader and a worker may tell each other, beside `protocol`, which sends them.

They are numbers, strings, None, lists, tuples, dictionaries, sets and numpy arrays with a dtype from an allow-list, and the
states of numpy's generators. Nothing is ever unpickled or evaluated.

Both sides use this module, and the worker's side runs inside the sandbox: it imports nothing but the standard library
and numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from . import protocol

MAX_DEPTH = 8
"""Deepest nesting of lists, tuples and dictionaries in a value."""

MAX_KEYS, MAX_TUPLES = 100_000, 1_000
"""Most entries of a dictionary or set, and most that are tuples: of these thousands can have one hash, and each is then
compared with all others."""

MAX_TEXT = 64 * 1024
"""Longest string in characters inside a value."""

DTYPES = frozenset(
    np.dtype(name).str
    for name in (
        "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "float16", "float32", "float64",
    )
)  # fmt: skip
"""The dtypes that may cross, as little-endian numpy type strings."""


class Once(list[Any]):
    """An argument that can be gone through only once: an iterator where the function is called, a list until then."""

    @classmethod
    def of(cls, value: Any) -> Any:
        """A value as it is sent and kept: the items of an iterator, which is used up, and anything else as it is."""
        return cls(value) if isinstance(value, Iterator) else value


def call(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call a function with arguments that have crossed: an iterator for each `Once`."""

    def given(value: Any) -> Any:
        return iter(value) if isinstance(value, Once) else value

    return function(*map(given, args), **{name: given(value) for name, value in kwargs.items()})


def encode(value: object, special: Callable[[object], Any] | None = None, depth: int = 0) -> Any:
    """Turn a value into msgpack's own types.

    ndarray subclasses (`np.matrix`, memory maps) cross as plain arrays and `longdouble` as float64.

    Args:
        value: None, bool, int within 64 bits, float, str, numpy scalar or array, or a list, tuple, `Once`, dict or set of these.
        special: asked first for every value that is none of these; returns its encoding or None.
        depth: how deep `value` lies inside lists.

    Raises:
        ProtocolError: the value is of another type; the message says which, for the person who returned it.
    """
    if depth > MAX_DEPTH:
        raise protocol.ProtocolError(f"a list nested more than {MAX_DEPTH} deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, np.ndarray):
        array = _crossing(np.asarray(value))
        return {"array": array.dtype.str, "shape": list(array.shape), "data": array.tobytes()}
    if isinstance(value, np.generic):
        array = _crossing(np.asarray(value))
        return {"scalar": array.dtype.str, "data": array.tobytes()}
    if isinstance(value, int):
        if not -(2**63) <= value < 2**64:
            raise protocol.ProtocolError("an integer of more than 64 bits")
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise protocol.ProtocolError(f"a string of {len(value):,} characters")
        return str(value)
    if isinstance(value, list | tuple):
        kind = "once" if isinstance(value, Once) else "list" if isinstance(value, list) else "tuple"
        return {kind: [encode(item, special, depth + 1) for item in value]}
    if isinstance(value, dict | set | frozenset):
        _bound(value, type(value).__name__)
    if isinstance(value, dict):
        return {"dict": [[encode(part, special, depth + 1) for part in item] for item in value.items()]}
    if isinstance(value, set | frozenset):
        return {"set": [encode(item, special, depth + 1) for item in value]}
    encoded = special(value) if special is not None else None
    if encoded is None:
        raise protocol.ProtocolError(
            f"an object of type {type(value).__name__}, which is neither a number nor an array"
        )
    return encoded


def decode(message: Any, special: Callable[[dict[str, Any]], object] | None = None, depth: int = 0) -> Any:
    """Turn what `encode` made back into plain numbers, lists, tuples, dictionaries, sets and base-class ndarrays of one's own.

    Args:
        message: a value out of a frame, not trusted.
        special: asked for every map that is none of a value's own; raises ProtocolError itself.
        depth: how deep the value lies inside lists.

    Raises:
        ProtocolError: the value does not follow the protocol.
    """
    if depth > MAX_DEPTH:
        raise protocol.ProtocolError(f"a list nested more than {MAX_DEPTH} deep")
    if message is None or isinstance(message, bool | int | float | str):
        return message
    if isinstance(message, dict):
        keys = set(message)
        if keys == {"array", "shape", "data"}:
            return _array(message["array"], message["shape"], message["data"])
        if keys == {"scalar", "data"}:
            return _array(message["scalar"], [], message["data"])[()]
        if keys == {"list"} and isinstance(message["list"], list):
            return [decode(item, special, depth + 1) for item in message["list"]]
        if keys == {"tuple"} and isinstance(message["tuple"], list):
            return tuple(decode(item, special, depth + 1) for item in message["tuple"])
        if keys == {"dict"} and isinstance(message["dict"], list):
            return _dictionary([decode({"tuple": item}, special, depth) for item in message["dict"]])
        if keys == {"set"} and isinstance(message["set"], list):
            return set(_dictionary([(decode(item, special, depth + 1), None) for item in message["set"]]))
        if special is not None:
            return special(message)
    raise protocol.ProtocolError("a value of a kind that the protocol does not know")


def items(path: str, value: object) -> Iterator[tuple[str, object]]:
    """The value, or those inside it where it is a list, tuple or dictionary, each with its path: `0`, `0.2`, `0.2.1`.

    The value must have crossed, or be about to: `encode` and `decode` refuse endless nesting.
    """
    if isinstance(value, list | tuple | dict):
        for position, item in enumerate(value.values() if isinstance(value, dict) else value):
            yield from items(f"{path}.{position}", item)
    else:
        yield path, value


def encode_generator(rng: np.random.Generator) -> dict[str, Any]:
    """The whole state of a PCG64 generator, 128-bit integers as bytes.

    Raises:
        ProtocolError: the generator is not numpy's default one.
    """
    state = rng.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise protocol.ProtocolError("a random generator other than numpy's default_rng")
    return {
        "state": state["state"]["state"].to_bytes(16, "little"),
        "inc": state["state"]["inc"].to_bytes(16, "little"),
        "has_uint32": int(state["has_uint32"]),
        "uinteger": int(state["uinteger"]),
    }


def restore_generator(rng: np.random.Generator, message: Any) -> None:
    """Set a PCG64 generator to a state made by `encode_generator`.

    Raises:
        ProtocolError: the message is no such state.
    """
    if not isinstance(message, dict) or set(message) != {"state", "inc", "has_uint32", "uinteger"}:
        raise protocol.ProtocolError("a random generator's state is incomplete")
    words = (message["state"], message["inc"])
    flags = (message["has_uint32"], message["uinteger"])
    if not all(isinstance(word, bytes) and len(word) == 16 for word in words):
        raise protocol.ProtocolError("a random generator's state has the wrong size")
    if not all(isinstance(flag, int) and 0 <= flag < 2**32 for flag in flags) or flags[0] > 1:
        raise protocol.ProtocolError("a random generator's state is out of range")
    state, inc = (int.from_bytes(word, "little") for word in words)
    rng.bit_generator.state = {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": inc},
        "has_uint32": int(flags[0]),
        "uinteger": int(flags[1]),
    }


def _dictionary(pairs: list[tuple[Any, ...]]) -> dict[Any, Any]:
    """A dictionary, whose keys may be whatever Python takes as one."""
    _bound([pair[0] for pair in pairs if pair], "dict or set")
    try:
        return dict(pairs)
    except (TypeError, ValueError) as error:
        raise protocol.ProtocolError("a dictionary or set of what cannot be in one") from error


def _bound(keys: Collection[Any], kind: str) -> None:
    tuples = sum(isinstance(key, tuple) for key in keys)
    if len(keys) > MAX_KEYS or tuples > MAX_TUPLES:
        raise protocol.ProtocolError(f"a {kind} of {len(keys):,} entries, {tuples:,} of them tuples")


def _crossing(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.dtype == np.longdouble and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    array = np.asarray(array, dtype=array.dtype.newbyteorder("<"))
    if array.dtype.str not in DTYPES:
        raise protocol.ProtocolError(f"an array of dtype {array.dtype.name}")
    if array.nbytes > protocol.MAX_FRAME // 2:
        raise protocol.ProtocolError(f"an array of {array.nbytes:,} bytes, shape {array.shape}")
    return array


def _array(dtype: Any, shape: Any, data: Any) -> np.ndarray[Any, Any]:
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise protocol.ProtocolError("an array of a dtype that is not allowed")
    if not isinstance(shape, list) or len(shape) > 32:
        raise protocol.ProtocolError("an array without a proper shape")
    if not all(type(size) is int and 0 <= size <= protocol.MAX_FRAME for size in shape):
        raise protocol.ProtocolError("an array with an impossible shape")
    kind = np.dtype(dtype)
    if not isinstance(data, bytes) or len(data) != math.prod(shape) * kind.itemsize:
        raise protocol.ProtocolError("an array whose data does not fit its shape")
    try:
        return np.frombuffer(data, dtype=kind).reshape(shape).copy()
    except (
        ValueError
    ) as error:  # numpy has limits of its own, for instance on the product of a shape with a zero
        raise protocol.ProtocolError("an array with an impossible shape") from error
