"""What is fuzzed: whatever bytes come, only the errors that are meant for it come out, and little memory is spent."""

import json
import socket
import struct
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgpack
import numpy as np

from autograder.sandbox.errors import StudentError, reported
from autograder.sandbox.inside import encoding, protocol
from tests.attacks.archives import ARCHIVES
from tests.autograder.submissions.test_submission import BASES, check_any_bytes

REFUSED = (protocol.ProtocolError, protocol.Disconnected, protocol.DeadlineExceeded)
_FOLDER = tempfile.TemporaryDirectory(prefix="coursework-fuzz-")  # removed when nobody holds it
FOLDER = Path(_FOLDER.name)


def messages(data: bytes) -> None:
    """What a worker may send: an odd first byte and a raw stream, or an even one and a msgpack map with one buffer."""
    stream = data[1:]
    if data and data[0] % 2 == 0:
        buffer = bytes(256)
        stream = struct.pack(">III", 2, len(stream), len(buffer)) + stream + buffer
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(stream[:60_000])
        theirs.shutdown(socket.SHUT_WR)
        try:
            message = protocol.receive(ours, time.monotonic() + 5)
        except REFUSED:
            return
    assert isinstance(message, dict)
    assert all(isinstance(key, str) for key in message)
    for value in message.values():
        with suppress(protocol.ProtocolError):
            decoded = encoding.decode(value)
            assert_plain(decoded, len(stream))
            # What has come in can be sent again, whatever it is.
            encoding.encode(decoded)
        with suppress(protocol.ProtocolError):
            encoding.restore_generator(np.random.default_rng(0), value)
    error = reported("f", message.get("error"))
    assert isinstance(error, StudentError)
    json.dumps([str(error), error.detail])


def assert_plain(value: Any, size: int) -> None:
    """It is made of numbers, texts, lists and base-class arrays, no larger than the bytes that it came from."""
    if isinstance(value, list | tuple):
        for item in value:
            assert_plain(item, size)
    elif type(value) is np.ndarray:
        assert value.dtype.str in encoding.DTYPES
        assert value.nbytes <= size
    else:
        assert value is None or type(value) in (bool, int, float, str) or isinstance(value, np.generic)


def zips(data: bytes) -> None:
    """What a student may hand in."""
    check_any_bytes(FOLDER, data, "a.zip")


TARGETS: dict[str, Callable[[bytes], None]] = {"messages": messages, "zips": zips}


def seeds(target: str) -> list[bytes]:
    """Inputs to begin with: what is right, and attacks."""
    if target == "zips":
        small = [
            make(Path("/nowhere")) for name, make in ARCHIVES.items() if name not in ("many", "overlapping")
        ]
        return [*BASES, *(data for data in small if len(data) < 10_000)]
    values: list[Any] = [
        encoding.encode(np.arange(3.0)), encoding.encode([1, (2.5, None), "x", np.float32(1)]),
        encoding.encode_generator(np.random.default_rng(0)), {"array": "|u1", "shape": [256], "data": msgpack.ExtType(1, bytes(4))},
    ]  # fmt: skip
    bodies = [msgpack.packb({"id": 1, "value": value, "changed": {"0": value}}) for value in values]
    bodies.append(
        msgpack.packb({"id": 1, "error": {"kind": "raised", "type": "E", "text": "t", "where": "a.py"}})
    )
    bodies.append(msgpack.packb({"callback": 0, "args": [1], "kwargs": {}}))
    return [b"\0" + body for body in bodies] + [
        b"\1" + struct.pack(">II", 1, len(body)) + body for body in bodies
    ]
