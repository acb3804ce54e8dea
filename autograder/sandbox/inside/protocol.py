"""The wire between the grader and the worker that runs a student's code.

A frame is the number of its parts, their lengths (4 bytes each, big-endian), one msgpack map, and the arrays'
raw little-endian buffers, to which the map refers. Values are numbers, strings, None, lists, tuples and numpy
arrays with a dtype from an allow-list. Nothing is ever unpickled or evaluated, and every size is bounded
before memory is spent on it.

Both sides use this module, and the worker's side runs inside the sandbox: it imports nothing but the
standard library, numpy and msgpack.
"""

from __future__ import annotations

import itertools
import math
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgpack
import numpy as np

MAX_FRAME = 64 * 1024 * 1024
"""Largest frame in bytes that either side accepts."""

MAX_DEPTH = 8
"""Deepest nesting of lists and tuples in a value."""

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

MAX_BODY = 1 << 20
"""Largest msgpack map in bytes. It bounds the number of objects that a frame can make the reader create."""

MAX_BUFFERS = 4096
"""Most byte strings that travel beside the map."""

DETACHED = 256
"""Bytes from which a byte string travels beside the map."""

_COUNT = struct.Struct(">I")
_SIZE = struct.Struct(">I")
_BUFFER = 1
_CHUNK = 1 << 20
_SMALL = 1 << 14


class ProtocolError(Exception):
    """A frame or value that does not follow the protocol; the message names what is wrong with it."""


class Disconnected(Exception):
    """The other side has closed its end of the socket."""


class DeadlineExceeded(Exception):
    """The other side did not send or take a frame in time."""


def send(sock: socket.socket, message: Mapping[str, Any], deadline: float = math.inf) -> None:
    """Write one frame.

    Args:
        sock: a connected stream socket.
        message: a map of msgpack's own types, its values made with `encode` where they are arrays.
        deadline: the `time.monotonic()` second by which the frame must be taken.

    Raises:
        ProtocolError: the frame is larger than `MAX_FRAME`.
        DeadlineExceeded: the other side does not read.
        Disconnected: the other side is gone.
    """
    buffers: list[bytes] = []
    body = msgpack.packb(_detach(dict(message), buffers), use_bin_type=True)
    sizes = [len(body), *map(len, buffers)]
    if len(body) > MAX_BODY or sum(sizes) > MAX_FRAME or len(buffers) > MAX_BUFFERS:
        raise ProtocolError(
            f"a message of {sum(sizes):,} bytes, {len(body):,} of them beside {len(buffers)} arrays, is larger than allowed"
        )
    header = _COUNT.pack(len(sizes)) + b"".join(map(_SIZE.pack, sizes))
    data = memoryview(b"".join((header, body, *buffers)))
    try:
        while data:
            _arm(sock, deadline)
            data = data[sock.send(data[:_CHUNK]) :]
    except TimeoutError:
        raise DeadlineExceeded from None
    except OSError as error:
        raise Disconnected from error


def receive(sock: socket.socket, deadline: float = math.inf) -> dict[str, Any]:
    """Read one frame; memory grows only with the bytes that really arrive.

    Raises:
        ProtocolError: the frame is too large, is not msgpack, or is no map with string keys.
        DeadlineExceeded: it did not arrive whole before `deadline` (a `time.monotonic()` second).
        Disconnected: the other side closed the socket.
    """
    # Most frames arrive with the first read. The two sides take turns, so what comes behind a frame is no frame.
    data = bytearray()
    _fill(data, sock, _COUNT.size, deadline)
    (count,) = _COUNT.unpack_from(data)
    if not 1 <= count <= MAX_BUFFERS + 1:
        raise ProtocolError(f"a message of {count:,} parts, more than are allowed")
    begin = _COUNT.size + count * _SIZE.size
    _fill(data, sock, begin, deadline)
    sizes = [size for (size,) in _SIZE.iter_unpack(data[_COUNT.size : begin])]
    if sizes[0] > MAX_BODY or sum(sizes) > MAX_FRAME:
        raise ProtocolError(f"a message of {sum(sizes):,} bytes is larger than allowed")
    _fill(data, sock, begin + sum(sizes), deadline)
    if len(data) > begin + sum(sizes):
        raise ProtocolError("a message with something behind it")
    ends = list(itertools.accumulate(sizes, initial=begin))
    view = memoryview(data)
    body, *buffers = (bytes(view[start:end]) for start, end in itertools.pairwise(ends))
    waiting = dict(enumerate(buffers))

    def attach(code: int, data: bytes) -> bytes:
        # Once only: a buffer that is used a thousand times would be copied a thousand times.
        buffer = waiting.pop(int.from_bytes(data, "big"), None) if code == _BUFFER else None
        if buffer is None:
            raise ProtocolError("a reference to nothing")
        return buffer

    try:
        message = msgpack.unpackb(body, raw=False, strict_map_key=True, ext_hook=attach)
    except (ValueError, TypeError, RecursionError, OverflowError, msgpack.UnpackException) as error:
        raise ProtocolError("a message is not valid msgpack") from error
    if not isinstance(message, dict) or not all(isinstance(key, str) for key in message):
        raise ProtocolError("a message is not a map with string keys")
    return message


def encode(value: object, special: Callable[[object], Any] | None = None, depth: int = 0) -> Any:
    """Turn a value into msgpack's own types.

    ndarray subclasses (`np.matrix`, memory maps) cross as plain arrays and `longdouble` as float64.

    Args:
        value: None, bool, int within 64 bits, float, str, numpy scalar or array, or a list or tuple of these.
        special: asked first for every value that is none of these; returns its encoding or None.
        depth: how deep `value` lies inside lists.

    Raises:
        ProtocolError: the value is of another type; the message says which, for the person who returned it.
    """
    if depth > MAX_DEPTH:
        raise ProtocolError(f"a list nested more than {MAX_DEPTH} deep")
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
            raise ProtocolError("an integer of more than 64 bits")
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ProtocolError(f"a string of {len(value):,} characters")
        return str(value)
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [encode(item, special, depth + 1) for item in value]}
    encoded = special(value) if special is not None else None
    if encoded is None:
        raise ProtocolError(
            f"an object of type {type(value).__name__}, which is neither a number nor an array"
        )
    return encoded


def decode(message: Any, special: Callable[[dict[str, Any]], object] | None = None, depth: int = 0) -> Any:
    """Turn what `encode` made back into plain numbers, lists, tuples and base-class ndarrays of one's own.

    Args:
        message: a value out of a frame, not trusted.
        special: asked for every map that is no array, scalar, list or tuple; raises ProtocolError itself.
        depth: how deep the value lies inside lists.

    Raises:
        ProtocolError: the value does not follow the protocol.
    """
    if depth > MAX_DEPTH:
        raise ProtocolError(f"a list nested more than {MAX_DEPTH} deep")
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
        if special is not None:
            return special(message)
    raise ProtocolError("a value of a kind that the protocol does not know")


def items(path: str, value: object) -> Iterator[tuple[str, object]]:
    """The value, or those inside it where it is a list or tuple, each with its path: `0`, `0.2`, `0.2.1`.

    The value must have crossed, or be about to: `encode` and `decode` refuse endless nesting.
    """
    if isinstance(value, list | tuple):
        for position, item in enumerate(value):
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
        raise ProtocolError("a random generator other than numpy's default_rng")
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
        raise ProtocolError("a random generator's state is incomplete")
    words = (message["state"], message["inc"])
    flags = (message["has_uint32"], message["uinteger"])
    if not all(isinstance(word, bytes) and len(word) == 16 for word in words):
        raise ProtocolError("a random generator's state has the wrong size")
    if not all(isinstance(flag, int) and 0 <= flag < 2**32 for flag in flags) or flags[0] > 1:
        raise ProtocolError("a random generator's state is out of range")
    state, inc = (int.from_bytes(word, "little") for word in words)
    rng.bit_generator.state = {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": inc},
        "has_uint32": int(flags[0]),
        "uinteger": int(flags[1]),
    }


def _detach(value: Any, buffers: list[bytes]) -> Any:
    """The message with its longer byte strings moved to `buffers` and referred to from there."""
    if isinstance(value, bytes) and len(value) >= DETACHED:
        buffers.append(value)
        return msgpack.ExtType(_BUFFER, (len(buffers) - 1).to_bytes(4, "big"))
    if isinstance(value, dict):
        return {key: _detach(item, buffers) for key, item in value.items()}
    if isinstance(value, list):
        return [_detach(item, buffers) for item in value]
    return value


def _arm(sock: socket.socket, deadline: float) -> None:
    if math.isinf(deadline):
        sock.settimeout(None)
        return
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise DeadlineExceeded
    sock.settimeout(remaining)


def _fill(data: bytearray, sock: socket.socket, count: int, deadline: float) -> None:
    """Read until there are `count` bytes, or a few more."""
    try:
        while len(data) < count:
            _arm(sock, deadline)
            missing = count - len(data)
            # Without min and max: in a worker a submission may have put others in their place.
            chunk = sock.recv(_SMALL if missing < _SMALL else missing if missing < _CHUNK else _CHUNK)
            if not chunk:
                raise Disconnected
            data += chunk
    except TimeoutError:
        raise DeadlineExceeded from None
    except OSError as error:
        raise Disconnected from error


def _crossing(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.dtype == np.longdouble and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    array = np.asarray(array, dtype=array.dtype.newbyteorder("<"))
    if array.dtype.str not in DTYPES:
        raise ProtocolError(f"an array of dtype {array.dtype.name}")
    if array.nbytes > MAX_FRAME // 2:
        raise ProtocolError(f"an array of {array.nbytes:,} bytes, shape {array.shape}")
    return array


def _array(dtype: Any, shape: Any, data: Any) -> np.ndarray[Any, Any]:
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise ProtocolError("an array of a dtype that is not allowed")
    if not isinstance(shape, list) or len(shape) > 32:
        raise ProtocolError("an array without a proper shape")
    if not all(type(size) is int and 0 <= size <= MAX_FRAME for size in shape):
        raise ProtocolError("an array with an impossible shape")
    kind = np.dtype(dtype)
    if not isinstance(data, bytes) or len(data) != math.prod(shape) * kind.itemsize:
        raise ProtocolError("an array whose data does not fit its shape")
    try:
        return np.frombuffer(data, dtype=kind).reshape(shape).copy()
    except (
        ValueError
    ) as error:  # numpy has limits of its own, for instance on the product of a shape with a zero
        raise ProtocolError("an array with an impossible shape") from error
