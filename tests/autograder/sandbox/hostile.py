"""A confinement whose workers do anything at any moment: queued, late, partial, malformed, dead. By a seed, no sandbox needed."""

import os
import socket
import struct
import subprocess
import threading
import time
from contextlib import suppress
from random import Random

import msgpack

from autograder.sandbox.confinement import WorkerProcess
from autograder.sandbox.confinement.interpreters import OURS
from autograder.sandbox.inside import protocol

WRONG = [
    -7.5, -(2**63), 2**64 - 1, float("nan"), None, True, "text", b"bytes", [], {}, [[[]]], {"self": 8}, {"tuple": []},
    {"list": [{"list": []}] * 3}, {"array": "<f8", "shape": [0], "data": b""}, {"array": "<f8", "shape": [2**26] * 4, "data": b""},
    {"array": "|b1", "shape": [1], "data": b"\7"}, {"array": "<f2", "shape": [2], "data": bytes(4)}, {"scalar": "<f8", "data": b"1"},
    {"scalar": "|O", "data": bytes(8)}, {"object": 1}, {"generator": {"state": b"", "inc": 1}}, {"callback": 0}, {"mapped": "x"},
    {"generator": {"state": bytes(16), "inc": bytes(16), "has_uint32": 0, "uinteger": 0}},
    msgpack.ExtType(1, bytes(4)), msgpack.ExtType(5, b"x"), msgpack.Timestamp(2**40), ["a"] * 20_000,
]  # fmt: skip
"""What a value of a message may be; nothing that a test of the tiny assignment would take for an answer."""


class Gone:
    """A process that may be gone, and cannot be ended or waited for by whoever tries."""

    def __init__(self, rng):
        self.rng = rng
        self.pid = 2**22 + 1

    def kill(self):
        self._fail()

    def wait(self, timeout=None):
        if self.rng.random() < 0.1:
            raise subprocess.TimeoutExpired("worker", timeout)
        self._fail()
        return self.rng.choice([0, 1, -9, -11, 137, 70])

    def _fail(self):
        if self.rng.random() < 0.5:
            raise self.rng.choice(
                [ProcessLookupError, PermissionError, ChildProcessError, OSError, ValueError]
            )


class Hostile:
    """Starts such workers.

    Args:
        seed: of what they do.
        settles: how often one takes files and imports as it should: a module that was not imported is never called.
    """

    name = "hostile"
    python = OURS

    def __init__(self, seed, settles=0.9):
        self.rng = Random(seed)
        self.settles = settles
        self.threads = []

    def prepare(self, limits):
        pass

    def start(self, limits, attachments=None):
        ours, theirs = socket.socketpair()
        rng = Random(self.rng.random())
        thread = threading.Thread(target=self.serve, args=(theirs, rng), daemon=True)
        self.threads.append(thread)
        thread.start()

        def clean_up():
            raise OSError("Argument list too long")

        return WorkerProcess(Gone(rng), ours, clean_up)

    def serve(self, sock, rng):
        with sock, suppress(Exception):  # what it cannot send, or no longer
            protocol.send(sock, {"ready": True})
            while True:
                request = protocol.receive(sock, time.monotonic() + 20)
                if request["op"] in ("files", "import") and rng.random() < self.settles:
                    protocol.send(sock, {"id": request["id"]})
                    continue
                for _ in range(rng.choice([1, 1, 1, 2, 5])):
                    rng.choice(DEEDS)(sock, request["id"], rng)


def reply(sock, number, rng):
    message = {
        "id": number,
        "value": rng.choice(WRONG),
        "changed": rng.choice([{}, {}, {}, {"0": rng.choice(WRONG)}, [], None]),
    }
    if rng.random() < 0.3:
        message.pop(rng.choice(list(message)))
    if rng.random() < 0.3:
        message[rng.choice(["error", "blocked", "random", "callback", "id", "self"])] = rng.choice(WRONG)
    protocol.send(sock, message)


def ahead(sock, number, rng):
    for step in range(5):
        protocol.send(sock, {"id": number + step, "value": -7.5, "changed": {}})


def error(sock, number, rng):
    words = [
        "raised",
        "grader error",
        "unfinished",
        "missing",
        "blocked",
        "memory",
        "exit",
        "value",
        None,
        3,
        ["x"],
        {},
    ]
    fields = {name: rng.choice(words) for name in ("kind", "type", "text", "where") if rng.random() < 0.9}
    protocol.send(sock, {"id": number, "error": rng.choice([fields, fields, [], 1, "x"])})


def callback(sock, number, rng):
    args, kwargs = (
        rng.choice([[-1.5], [rng.choice(WRONG)], [], {}, None]),
        rng.choice([{}, {}, {"x": 1}, {"self": rng.choice(WRONG)}, []]),
    )
    protocol.send(
        sock,
        {"callback": rng.choice([0, 0, 0, 1, -1, True, "0", 2**70 % 2**64]), "args": args, "kwargs": kwargs},
    )
    if rng.random() < 0.7:
        protocol.receive(sock, time.monotonic() + 0.1)


def noise(sock, number, rng):
    sock.sendall(rng.randbytes(rng.choice([1, 3, 4, 40, 4000])))


def part(sock, number, rng):
    body = msgpack.packb({"id": number, "value": -7.5, "changed": {}})
    frame = struct.pack(">II", 1, len(body)) + body
    sock.sendall(frame[: rng.randrange(len(frame))])


def cut(sock, number, rng):
    body = msgpack.packb({"id": number, "value": ["x"] * 30_000, "changed": {}})[: rng.randrange(30_000)]
    sock.sendall(struct.pack(">II", 1, len(body)) + body)


def itself(sock, number, rng):
    socket.send_fds(sock, [b"\0"], [sock.fileno()] * rng.choice([1, 50]))


def end(sock, number, rng):
    time.sleep(rng.choice([0, 0, 0.001, 0.005]))
    sock.close()


def half(sock, number, rng):
    sock.shutdown(rng.choice([socket.SHUT_RD, socket.SHUT_WR, socket.SHUT_RDWR]))


def wait(sock, number, rng):
    time.sleep(rng.choice([0.001, 0.01, 0.15]))


DEEDS = (reply, reply, reply, ahead, error, callback, callback, noise, part, cut, itself, end, half, wait)


def open_files():
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))
