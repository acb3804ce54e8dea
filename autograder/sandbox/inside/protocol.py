"""The wire between the grader and the worker that runs a student's code.

A frame is the number of its parts, their lengths (4 bytes each, big-endian), one msgpack map, and the arrays'
raw little-endian buffers, to which the map refers; `encoding` says how values are written in it. Nothing is ever
unpickled or evaluated, and every size is bounded before memory is spent on it.

Both sides use this module, and the worker's side runs inside the sandbox: it imports nothing but the standard library
and msgpack.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import socket
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgpack

MAX_FRAME = 64 * 1024 * 1024
"""Largest frame in bytes that either side accepts."""

MAX_BODY = 1 << 20
"""Largest msgpack map in bytes. It bounds the number of objects that a frame can make the reader create."""

MAX_BUFFERS = 4096
"""Most byte strings that travel beside the map."""

DETACHED = 256
"""Bytes from which a byte string travels beside the map."""

Deadline = float | Callable[[], float]
"""The `time.monotonic()` second after which nobody waits any more; or what tells how many seconds may be waited before it
is asked again, and raises `DeadlineExceeded` itself."""

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


def send(sock: socket.socket, message: Mapping[str, Any], deadline: Deadline = math.inf) -> None:
    """Write one frame.

    Args:
        sock: a connected stream socket.
        message: a map of msgpack's own types, its values made with `encode` where they are arrays.
        deadline: when the frame must be taken.

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
            with contextlib.suppress(TimeoutError):
                data = data[sock.send(data[:_CHUNK]) :]
    except OSError as error:
        raise Disconnected from error


def receive(sock: socket.socket, deadline: Deadline = math.inf) -> dict[str, Any]:
    """Read one frame; memory grows only with the bytes that really arrive.

    Raises:
        ProtocolError: the frame is too large, is not msgpack, or is no map with string keys.
        DeadlineExceeded: it did not arrive whole before `deadline`.
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


def _arm(sock: socket.socket, deadline: Deadline) -> None:
    """Have the socket wait until the deadline is to be looked at again."""
    if not isinstance(deadline, float | int):
        sock.settimeout(deadline())
        return
    if math.isinf(deadline):
        sock.settimeout(None)
        return
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise DeadlineExceeded
    sock.settimeout(remaining)


def _fill(data: bytearray, sock: socket.socket, count: int, deadline: Deadline) -> None:
    """Read until there are `count` bytes, or a few more."""
    try:
        while len(data) < count:
            _arm(sock, deadline)
            missing = count - len(data)
            # Without min and max: in a worker a submission may have put others in their place.
            try:
                chunk = sock.recv(_SMALL if missing < _SMALL else missing if missing < _CHUNK else _CHUNK)
            except TimeoutError:
                continue
            if not chunk:
                raise Disconnected
            data += chunk
    except OSError as error:
        raise Disconnected from error
