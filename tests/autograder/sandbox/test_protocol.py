"""The wire between grader and worker."""

import math
import socket
import struct
import threading
import time

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox.inside import encoding, protocol


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


dtypes = st.sampled_from(sorted(encoding.DTYPES)).map(np.dtype)
arrays = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))


@pytest.mark.slow
@given(arrays)
def test_an_array_crosses_with_its_dtype_shape_and_bits(array):
    back = encoding.decode(encoding.encode(array))
    assert type(back) is np.ndarray
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()
    assert back.flags.writeable


plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=9)
)
keys = (
    st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=3)
    | st.tuples(st.integers(-9, 9), st.text(max_size=2))
)
nested = st.recursive(
    plain | st.sets(keys, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.slow
@given(nested)
def test_plain_values_and_what_holds_them_cross_unchanged(value):
    back = encoding.decode(encoding.encode(value))
    assert back == value
    assert type(back) is type(value)


def test_subclasses_and_wide_floats_arrive_as_plain_arrays():
    class Loud(np.ndarray):
        def __eq__(self, other):
            return True

    matrix = np.ones((1, 2)).view(np.matrix)
    for array in (matrix, np.ones(3).view(Loud), np.ones(2, dtype=np.longdouble), np.ones(2, ">f8")):
        back = encoding.decode(encoding.encode(array))
        assert type(back) is np.ndarray
        assert back.dtype == np.float64
    assert type(encoding.decode(encoding.encode(np.float32(2.5)))) is np.float32


def test_the_items_of_a_value_have_paths():
    assert list(encoding.items("0", 5)) == [("0", 5)]
    assert list(encoding.items("x", [1, (2, []), {"a": 3}])) == [("x.0", 1), ("x.1.0", 2), ("x.2.0", 3)]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.array([1j]), "complex128"),
        (np.array([object()]), "object"),
        (np.array(["a"]), "str"),
        (object(), "type object"),
        ({1: range(2)}, "type range"),
        (2**70, "64 bits"),
        ({(i,): 0 for i in range(encoding.MAX_TUPLES + 1)}, "a dict of 1,001 entries, 1,001 of them tuples"),
        ("a" * (encoding.MAX_TEXT + 1), "string"),
    ],
)
def test_other_values_are_refused_with_their_type(value, words):
    with pytest.raises(protocol.ProtocolError, match=words):
        encoding.encode(value)


def test_endless_nesting_is_refused_on_both_sides():
    value: list = []
    value.append(value)
    with pytest.raises(protocol.ProtocolError, match="nested"):
        encoding.encode(value)
    message: dict = {"list": []}
    for _ in range(50):
        message = {"list": [message]}
    with pytest.raises(protocol.ProtocolError, match="nested"):
        encoding.decode(message)


@pytest.mark.parametrize(
    "message",
    [
        {"array": "|O", "shape": [1], "data": b"12345678"},
        {"array": "<f8", "shape": [2], "data": b"12345678"},
        {"dict": [[{"list": []}, 1]]},
        {"dict": [[1]]},
        {"dict": [[]]},
        {"set": [{"tuple": [i]} for i in range(encoding.MAX_TUPLES + 1)]},
        {"set": list(range(encoding.MAX_KEYS + 1))},
        {"set": [{"array": "<f8", "shape": [1], "data": b"12345678"}]},
        {"array": "<f8", "shape": [-1], "data": b""},
        {"array": "<f8", "shape": [2**40, 2**40, 0, 2**31], "data": b""},
        {"array": "<f8", "shape": [True], "data": b"12345678"},
        {"array": "<f8", "shape": [1.0], "data": b"12345678"},
        {"array": "<f8", "shape": [1] * 40, "data": b"12345678"},
        {"array": "f8,O", "shape": [], "data": b"12345678"},
        {"scalar": "<f8", "data": b"1234"},
        {"scalar": "<f8", "data": "12345678"},
        {"list": "abc"},
        {"callback": 0},
        {},
        b"bytes",
        [1, 2],
        msgpack.Timestamp(0),
    ],
)
def test_malformed_values_are_refused(message):
    with pytest.raises(protocol.ProtocolError):
        encoding.decode(message)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_from_the_worker_raise_anything_but_protocol_errors(body):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack(">II", 1, len(body)) + body)
        try:
            message = protocol.receive(ours, time.monotonic() + 5)
            encoding.decode(message.get("value"))
        except protocol.ProtocolError:
            return
        assert isinstance(message, dict)


def test_frames_cross_whole(pair):
    ours, theirs = pair
    array = np.arange(1_000_000, dtype=np.float64)
    sender = threading.Thread(target=protocol.send, args=(theirs, {"value": encoding.encode(array)}))
    sender.start()
    message = protocol.receive(ours, time.monotonic() + 20)
    sender.join()
    assert np.array_equal(encoding.decode(message["value"]), array)


def test_a_frame_that_claims_to_be_huge_is_refused_before_it_is_read(pair):
    ours, theirs = pair
    theirs.sendall(struct.pack(">III", 2, 10, protocol.MAX_FRAME))
    with pytest.raises(protocol.ProtocolError, match="larger"):
        protocol.receive(ours, time.monotonic() + 5)


@pytest.mark.parametrize("count", [0, 2**31])
def test_a_frame_of_no_or_of_too_many_parts_is_refused(pair, count):
    ours, theirs = pair
    theirs.sendall(struct.pack(">I", count))
    with pytest.raises(protocol.ProtocolError, match="parts"):
        protocol.receive(ours, time.monotonic() + 5)


def test_a_frame_cannot_make_the_grader_create_millions_of_objects(pair):
    ours, theirs = pair
    body = msgpack.packb({"value": [{} for _ in range(protocol.MAX_BODY + 1)]})
    theirs.sendall(struct.pack(">II", 1, len(body)))
    with pytest.raises(protocol.ProtocolError, match="larger"):
        protocol.receive(ours, time.monotonic() + 5)


def test_one_buffer_cannot_stand_for_many_arrays(pair):
    ours, theirs = pair
    array = {"array": "|u1", "shape": [1000], "data": msgpack.ExtType(1, b"\0\0\0\0")}
    body = msgpack.packb({"value": [array, array]})
    theirs.sendall(struct.pack(">III", 2, len(body), 1000) + body + b"x" * 1000)
    with pytest.raises(protocol.ProtocolError, match="reference to nothing"):
        protocol.receive(ours, time.monotonic() + 5)


def test_other_extensions_are_refused(pair):
    ours, theirs = pair
    body = msgpack.packb({"value": msgpack.ExtType(5, b"abc")})
    theirs.sendall(struct.pack(">II", 1, len(body)) + body)
    with pytest.raises(protocol.ProtocolError, match="reference to nothing"):
        protocol.receive(ours, time.monotonic() + 5)


def test_a_frame_that_stops_half_way_is_given_up_at_the_deadline(pair):
    ours, theirs = pair
    theirs.sendall(struct.pack(">II", 1, 100) + b"half")
    with pytest.raises(protocol.DeadlineExceeded):
        protocol.receive(ours, time.monotonic() + 0.2)


def test_a_reader_that_never_reads_does_not_hold_the_grader(pair):
    ours, _ = pair
    message = {"value": encoding.encode(np.zeros(4_000_000))}
    with pytest.raises(protocol.DeadlineExceeded):
        protocol.send(ours, message, time.monotonic() + 0.2)


def test_a_closed_socket_is_told_apart(pair):
    ours, theirs = pair
    theirs.close()
    with pytest.raises(protocol.Disconnected):
        protocol.receive(ours, math.inf)


def test_a_generator_crosses_with_its_state():
    rng = np.random.default_rng(5)
    rng.integers(10, size=3, dtype=np.uint32)
    copy = np.random.default_rng(0)
    encoding.restore_generator(copy, encoding.encode_generator(rng))
    assert np.array_equal(rng.random(4), copy.random(4))
    assert rng.integers(10, dtype=np.uint32) == copy.integers(10, dtype=np.uint32)


@pytest.mark.parametrize(
    "change",
    [{"state": b"short"}, {"inc": 5}, {"has_uint32": 2}, {"uinteger": -1}, {"uinteger": 2**40}, {"more": 1}],
)
def test_a_forged_generator_state_is_refused(change):
    state = {**encoding.encode_generator(np.random.default_rng(1)), **change}
    with pytest.raises(protocol.ProtocolError):
        encoding.restore_generator(np.random.default_rng(0), state)
