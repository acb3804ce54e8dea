"""Runs a student's functions inside the sandbox, one call at a time, on a socket.

It must never receive an expected value: it gets inputs and returns outputs. What this process sends is not trusted by
the other side, since the student's code shares it.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from . import encoding, protocol
from .importing import alike
from .importing.own_files import UMBRELLA, BlockedModule, ModuleBlocked, OwnFiles

TORCH_OUT_OF_MEMORY = ("DefaultCPUAllocator: can't allocate memory", "std::bad_alloc", "CUDA out of memory")
"""What torch's RuntimeError says where Python's own would be a MemoryError."""


NO_PYTHON = {
    "%": ": this is a command of notebooks and no Python",
    "!": ": this is a command of notebooks and no Python",
    "<<<<<<<": ": a merge was not finished here",
    "{\\rtf": ": the file is a document of a word processor",
    "<!doctype": ": the file is a web page",
    "<html": ": the file is a web page",
    ">>>": ": this was copied out of a console",
    "in [": ": this was copied out of a console",
    "oid sha256:": ": this is a pointer of Git LFS and not the file itself",
    "```": ": this is Markdown and no Python",
}
"""What is told of a line that is no Python, by how it begins."""

PASTED = {
    r"'[\u2018-\u201f]'": ": it was pasted from a text; type a plain ' or \" in its place",
    r"U\+(00A0|20[0-2].|FEFF)$": ": it was pasted from a text; delete it and type a space",
    r"'[\uff01-\uff5e\u3001\u3002]'": ": it was typed with an input method; type the plain one in its place",
}
"""What is told of a character that is none of Python's, by what Python says of it."""

TOLD = {
    "'utf-8' codec can't decode": "the file is not saved as UTF-8 text: save it as UTF-8 in the editor",
    "EOF when reading a line": "nobody can answer input() here",
    "name resolution": "there is no network where it is graded",
    "Failed to resolve": "there is no network where it is graded",
    "Network is unreachable": "there is no network where it is graded",
    "[Errno 1] Operation not permitted": "this is not allowed where it is graded",
}
"""What is told of an exception, by what its text holds."""


class Missing(Exception):
    """The function that is called is not there."""


def without_places(text: str, folder: str) -> str:
    """A text without the folders of this machine, of which it says nothing to anybody else."""
    places = {folder, sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), *sys.path}
    for place in sorted(filter(None, places), key=len, reverse=True):
        text = text.replace(f"{place}/", "")
    return text.replace(f"{UMBRELLA}.", "")


def describe(error: BaseException, folder: str) -> dict[str, Any]:
    """An exception as a message: its kind, the name of its type, its text and the student's line."""
    try:
        text = without_places(str(error)[:2000], folder).encode("utf-8", "replace").decode()
    except Exception:
        text = ""
    kind = "raised"
    if isinstance(error, MemoryError) or any(sign in text for sign in TORCH_OUT_OF_MEMORY):
        kind = "memory"
    elif isinstance(error, ModuleBlocked):
        kind = "blocked"
    elif isinstance(error, Missing):
        kind = "missing"
    elif isinstance(error, NotImplementedError):
        kind = "unfinished"
    elif isinstance(error, SystemExit):
        kind = "exit"
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(folder):
        line = (error.text or "").strip().lower()
        told = next((why for begins, why in NO_PYTHON.items() if line.startswith(begins)), "")
        told = told or next((why for said, why in PASTED.items() if re.search(said, error.msg)), "")
        if not told and re.match(r"\d+[:.|]?\s+\S", line):
            told = ": this was copied with its line numbers"
        text = f"{error.msg}{told}"
        # Of a coding that is unknown Python does not say the line.
        where = f"{os.path.basename(error.filename)}, line {error.lineno or 1}"
    else:
        lines = [
            f"{os.path.basename(frame.f_code.co_filename)}, line {line}"
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_code.co_filename.startswith(folder)
        ]
        where = lines[-1] if lines else ""
    text += next((f": {why}" for sign, why in TOLD.items() if sign in text), "")
    return {"kind": kind, "type": type(error).__name__[:100], "text": text, "where": where}


def unsendable(error: Exception) -> dict[str, Any]:
    """A value that the protocol does not carry, as a message."""
    return {"kind": "value", "type": "", "text": str(error), "where": ""}


class Worker:
    """Answers the requests `files`, `import` and `call` of the grader until the socket closes."""

    def __init__(self, sock: socket.socket, settings: dict[str, Any], imports: OwnFiles) -> None:
        self.sock = sock
        self.imports = imports
        self.folder: str = settings["folder"]
        self.data: str = settings["data"]
        self.mapped: dict[str, Any] = {}

    def serve(self) -> None:
        protocol.send(self.sock, {"ready": True})
        while True:
            request = protocol.receive(self.sock)
            reply: dict[str, Any] = {"id": request["id"]}
            try:
                reply.update(getattr(self, "do_" + request["op"])(request))
                protocol.send(self.sock, reply)
            except protocol.Disconnected:
                raise
            except protocol.ProtocolError as error:
                protocol.send(self.sock, {"id": request["id"], "error": unsendable(error)})
            except BaseException as error:
                protocol.send(self.sock, {"id": request["id"], "error": describe(error, self.folder)})

    def do_files(self, request: dict[str, Any]) -> dict[str, Any]:
        """Write the submission's modules to the sandbox's own disk."""
        for name, source in request["files"].items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(source)
        os.chdir(self.folder)  # where a module finds what lies beside it, as at home
        return {}

    def do_import(self, request: dict[str, Any]) -> dict[str, Any]:
        """Import one module from the submission, or put a blocked one in its place."""
        name, blocked = request["module"], request["blocked"]
        if blocked is not None:
            sys.modules[self.imports.key(name)] = BlockedModule(name, blocked)
            return {}
        try:
            self.imports.load(name)
        except BaseException as error:
            message = describe(error, self.folder)
            where = f" ({message['where']})" if message["where"] else ""
            said = message["text"] or ("the code calls exit()" if message["kind"] == "exit" else "")
            reason = f"{name}.py could not be imported: {message['type']}{said and f': {said}'}{where}"
            sys.modules[self.imports.key(name)] = BlockedModule(name, reason)
            return {"blocked": reason}
        return {}

    def do_call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call one function; the reply holds its value and those arguments that it has changed."""
        args, kwargs = self.arguments(request)
        named = {**{str(i): arg for i, arg in enumerate(args)}, **kwargs}
        given = {path: item for name, arg in named.items() for path, item in encoding.items(name, arg)}
        before = {path: self.snapshot(item) for path, item in given.items()}
        value = encoding.call(self.function(request), args, kwargs)
        changed = {
            path: self.snapshot(item) for path, item in given.items() if not self.same(item, before[path])
        }
        return {
            "value": self.encode(value),
            "matrix": isinstance(value, np.matrix),
            "changed": {path: self.encode_changed(item) for path, item in changed.items()},
        }

    def arguments(self, request: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        args = [encoding.decode(arg, self.argument) for arg in request["args"]]
        return args, {name: encoding.decode(arg, self.argument) for name, arg in request["kwargs"].items()}

    def function(self, request: dict[str, Any]) -> Callable[..., Any]:
        """The function, or the `apply` of the class, that a request names."""
        module = sys.modules[self.imports.key(request["module"])]
        if isinstance(module, BlockedModule):
            getattr(module, request["function"])()
        function = getattr(module, request["function"], None)
        if request["apply"]:
            function = getattr(function, "apply", None)
        if not callable(function):
            why, other = alike.instead(module, request["function"])
            raise Missing(why.format(other=other))
        found: Callable[..., Any] = function
        return found

    def encode(self, value: object) -> Any:
        """What a student's function returned, as a message."""
        return encoding.encode(value)

    def argument(self, message: dict[str, Any]) -> object:
        """Arguments that are more than values: a function of the grader's, a generator, a mapped array."""
        if set(message) == {"callback"}:
            return self.callback(message["callback"])
        if set(message) == {"generator"}:
            rng = np.random.default_rng(0)
            encoding.restore_generator(rng, message["generator"])
            return rng
        if set(message) == {"mapped"}:
            return self.map_array(message["mapped"])
        if set(message) == {"once"}:
            return encoding.Once(encoding.decode(item, self.argument, 1) for item in message["once"])
        raise protocol.ProtocolError("an argument of an unknown kind")

    def callback(self, number: int) -> Any:
        def function(*args: object, **kwargs: object) -> Any:
            encode = encoding.encode
            protocol.send(
                self.sock,
                {
                    "callback": number,
                    "args": [encode(arg) for arg in args],
                    "kwargs": {name: encode(arg) for name, arg in kwargs.items()},
                },
            )
            answer = protocol.receive(self.sock)
            if "raise" in answer:
                raise RuntimeError(answer["raise"])
            return encoding.decode(answer["return"])

        return function

    def map_array(self, name: str) -> Any:
        """A data file as an array; writes stay in this process's memory (copy on write)."""
        if name not in self.mapped:
            path = os.path.join(self.data, f"{name}.npy")
            self.mapped[name] = np.load(path, mmap_mode="c").view(np.ndarray)
        return self.mapped[name]

    def snapshot(self, arg: object) -> object:
        if isinstance(arg, np.random.Generator):
            return encoding.encode_generator(arg)
        if isinstance(arg, np.ndarray) and not any(arg is array for array in self.mapped.values()):
            return arg.copy()
        return None

    def same(self, arg: Any, before: Any) -> bool:
        if isinstance(arg, np.random.Generator):
            return bool(encoding.encode_generator(arg) == before)
        if before is None:
            return True
        return bool(
            arg.shape == before.shape and np.array_equal(arg, before, equal_nan=arg.dtype.kind == "f")
        )

    def encode_changed(self, snapshot: object) -> object:
        return {"generator": snapshot} if isinstance(snapshot, dict) else encoding.encode(snapshot)
