"""Runs a student's functions inside the sandbox, one call at a time, on a socket given as a file descriptor.

This file and `protocol.py` are all of the kit that exists in there. It must never import more than the
standard library, numpy and msgpack, and never receive an expected value: it gets inputs and returns outputs.
What it sends is not trusted by the other side, since the student's code shares this process.

Run as `python -I -S worker.py SETTINGS`, a JSON object with what `main` reads from it.
"""

from __future__ import annotations

import ctypes
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import random
import resource
import socket
import sys
import traceback
import types
from collections.abc import Sequence
from typing import Any

COMMON_PACKAGES = (
    "IPython", "cv2", "google.colab", "h5py", "ipywidgets", "imageio", "matplotlib", "numba", "pandas", "PIL",
    "requests", "scipy", "seaborn", "skimage", "sklearn", "tensorflow", "torch", "torchvision", "tqdm",
)  # fmt: skip
"""Packages that students import out of habit; where one is not installed, its import must not cost them."""


CLONE_NEWUSER = 0x10000000
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2


class ModuleBlocked(Exception):
    """A sibling module could not be imported, and one of its names is being used."""


class Inert:
    """Stands for anything out of a package that is not installed.

    While the submission is imported it accepts every use and does nothing; a call returns its first argument,
    so that a decorator leaves the function alone. Afterwards a call raises ImportError: a wrong value in
    silence would cost the student marks without a reason.
    """

    importing = True

    def __init__(self, name: str) -> None:
        self.__name = name

    def __call__(self, *args: object, **kwargs: object) -> object:
        if not Inert.importing:
            raise ImportError(f"{self.__name} is not installed where this is graded")
        return args[0] if args else self

    def __getattr__(self, name: str) -> Inert:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert(f"{self.__name}.{name}")

    def __getitem__(self, key: object) -> Inert:
        return self

    def __setitem__(self, key: object, value: object) -> None: ...

    def __enter__(self) -> Inert:
        return self

    def __exit__(self, *exc: object) -> None: ...


class InertModule(types.ModuleType):
    """A package that is not installed."""

    __path__: list[str] = []  # noqa: RUF012  (a package without files)

    def __getattr__(self, name: str) -> Inert:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert(f"{self.__name__}.{name}")


class InertFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last on the import path and serves `COMMON_PACKAGES` that nothing else has found."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        known = any(f"{fullname}.".startswith(f"{package}.") for package in COMMON_PACKAGES)
        parent = any(package.startswith(f"{fullname}.") for package in COMMON_PACKAGES)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True) if known or parent else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return InertModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None: ...


class BlockedModule(types.ModuleType):
    """Takes the place of a module that failed to import, so that its siblings can still be graded."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.__dict__["__reason"] = reason

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        reason = self.__dict__["__reason"]

        def blocked(*args: object, **kwargs: object) -> None:
            raise ModuleBlocked(reason)

        return blocked


def limit_resources(memory_bytes: int, file_bytes: int, threads: int | None) -> None:
    """Bound what this process and whatever it starts may use; the limits cannot be raised again."""
    if threads is not None:
        resource.setrlimit(resource.RLIMIT_NPROC, (threads, threads))
    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 128),
    ):
        resource.setrlimit(kind, (limit, limit))


def become(user: int) -> None:
    """Give up root for another user, in a user namespace of its own and without any capability."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if libc.unshare(CLONE_NEWUSER) or libc.capset(header, nothing):
        raise OSError(ctypes.get_errno(), "the worker could not give up its privileges")


def filter_system_calls(program: bytes) -> None:
    """Install a seccomp program: an array of 8-byte BPF instructions. It cannot be removed again."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    pointer = ctypes.addressof(loaded := Program(len(program) // 8, program))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, None, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, pointer, 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the system call filter could not be installed")
    del loaded


def describe(error: BaseException, folder: str) -> dict[str, Any]:
    """An exception as a message: its kind, the name of its type, its text and the student's line."""
    kind = "raised"
    if isinstance(error, MemoryError):
        kind = "memory"
    elif isinstance(error, ModuleBlocked):
        kind = "blocked"
    elif isinstance(error, NotImplementedError):
        kind = "unfinished"
    elif isinstance(error, SystemExit):
        kind = "exit"
    try:
        text = str(error)[:2000].encode("utf-8", "replace").decode()
    except Exception:
        text = ""
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(folder):
        text, where = str(error.msg), f"{os.path.basename(error.filename)}, line {error.lineno}"
    else:
        lines = [
            f"{os.path.basename(frame.f_code.co_filename)}, line {line}"
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_code.co_filename.startswith(folder)
        ]
        where = lines[-1] if lines else ""
    return {"kind": kind, "type": type(error).__name__[:100], "text": text, "where": where}


def unsendable(error: Exception) -> dict[str, Any]:
    """A value that the protocol does not carry, as a message."""
    return {"kind": "value", "type": "", "text": str(error), "where": ""}


class Worker:
    """Answers the requests `files`, `import` and `call` of the grader until the socket closes."""

    def __init__(
        self, sock: socket.socket, protocol: types.ModuleType, np: types.ModuleType, folder: str, data: str
    ) -> None:
        self.sock = sock
        self.protocol = protocol
        self.np = np
        self.folder = folder
        self.data = data
        self.mapped: dict[str, Any] = {}

    def serve(self) -> None:
        self.protocol.send(self.sock, {"ready": True})
        while True:
            request = self.protocol.receive(self.sock)
            reply: dict[str, Any] = {"id": request["id"]}
            try:
                reply.update(getattr(self, "do_" + request["op"])(request))
                self.protocol.send(self.sock, reply)
            except self.protocol.Disconnected:
                raise
            except self.protocol.ProtocolError as error:
                self.protocol.send(self.sock, {"id": request["id"], "error": unsendable(error)})
            except BaseException as error:
                self.protocol.send(self.sock, {"id": request["id"], "error": describe(error, self.folder)})

    def do_files(self, request: dict[str, Any]) -> dict[str, Any]:
        """Write the submission's modules to the sandbox's own disk."""
        for name, source in request["files"].items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(source)
        return {}

    def do_import(self, request: dict[str, Any]) -> dict[str, Any]:
        """Import one module from the submission, or put a blocked one in its place."""
        name, blocked = request["module"], request["blocked"]
        if blocked is not None:
            sys.modules[name] = BlockedModule(name, blocked)
            return {}
        try:
            self.import_module(name)
        except BaseException as error:
            message = describe(error, self.folder)
            where = f" ({message['where']})" if message["where"] else ""
            reason = f"{name}.py could not be imported: {message['type']}: {message['text']}{where}"
            sys.modules[name] = BlockedModule(name, reason)
            return {"blocked": reason}
        return {}

    def import_module(self, name: str) -> None:
        if name in sys.modules:  # a sibling has imported it already
            return
        spec = importlib.util.spec_from_file_location(name, os.path.join(self.folder, f"{name}.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise

    def do_call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call one function; the reply holds its value and those arguments that it has changed."""
        Inert.importing = False
        args = [self.protocol.decode(arg, self.argument) for arg in request["args"]]
        kwargs = {name: self.protocol.decode(arg, self.argument) for name, arg in request["kwargs"].items()}
        named = {**{str(i): arg for i, arg in enumerate(args)}, **kwargs}
        before = {name: self.snapshot(arg) for name, arg in named.items()}
        module = sys.modules[request["module"]]
        if isinstance(module, BlockedModule):
            getattr(module, request["function"])()
        function = getattr(module, request["function"], None)
        if not callable(function):
            return {"error": {"kind": "missing", "type": "", "text": "", "where": ""}}
        value = function(*args, **kwargs)
        changed = {
            name: self.snapshot(arg) for name, arg in named.items() if not self.same(arg, before[name])
        }
        return {
            "value": self.protocol.encode(value),
            "changed": {name: self.encode_changed(arg) for name, arg in changed.items()},
        }

    def argument(self, message: dict[str, Any]) -> object:
        """Arguments that are more than values: a function of the grader's, a generator, a mapped array."""
        if set(message) == {"callback"}:
            return self.callback(message["callback"])
        if set(message) == {"generator"}:
            rng = self.np.random.default_rng(0)
            self.protocol.restore_generator(rng, message["generator"])
            return rng
        if set(message) == {"mapped"}:
            return self.map_array(message["mapped"])
        raise self.protocol.ProtocolError("an argument of an unknown kind")

    def callback(self, number: int) -> Any:
        def function(*args: object, **kwargs: object) -> Any:
            encode = self.protocol.encode
            self.protocol.send(
                self.sock,
                {
                    "callback": number,
                    "args": [encode(arg) for arg in args],
                    "kwargs": {name: encode(arg) for name, arg in kwargs.items()},
                },
            )
            answer = self.protocol.receive(self.sock)
            if "raise" in answer:
                raise RuntimeError(answer["raise"])
            return self.protocol.decode(answer["return"])

        return function

    def map_array(self, name: str) -> Any:
        """A data file as an array; writes stay in this process's memory (copy on write)."""
        if name not in self.mapped:
            path = os.path.join(self.data, f"{name}.npy")
            self.mapped[name] = self.np.load(path, mmap_mode="c").view(self.np.ndarray)
        return self.mapped[name]

    def snapshot(self, arg: object) -> object:
        if isinstance(arg, self.np.random.Generator):
            return self.protocol.encode_generator(arg)
        if isinstance(arg, self.np.ndarray) and not any(arg is array for array in self.mapped.values()):
            return arg.copy()
        return None

    def same(self, arg: Any, before: Any) -> bool:
        if isinstance(arg, self.np.random.Generator):
            return bool(self.protocol.encode_generator(arg) == before)
        if before is None:
            return True
        return bool(
            arg.shape == before.shape and self.np.array_equal(arg, before, equal_nan=arg.dtype.kind == "f")
        )

    def encode_changed(self, snapshot: object) -> object:
        return {"generator": snapshot} if isinstance(snapshot, dict) else self.protocol.encode(snapshot)


def main() -> None:
    settings = json.loads(sys.argv[1])
    if settings["user"] is not None:
        become(settings["user"])
    sys.path.append(settings["site_packages"])
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import numpy as np
    import protocol  # type: ignore[import-not-found]

    sys.path.pop(0)
    del sys.modules["protocol"]
    sys.argv = ["worker"]
    if settings["filter"] is not None:
        filter_system_calls(bytes.fromhex(settings["filter"]))
    limit_resources(settings["memory_bytes"], settings["disk_bytes"], settings["threads"])
    # The submission comes last: its numpy.py or random.py must not take the place of the real one.
    sys.path.append(settings["folder"])
    sys.meta_path.append(InertFinder())
    # A student's own use of these gives the same grade every time; they know nothing of the run's seed.
    np.random.seed(0)
    random.seed(0)
    sock = socket.socket(fileno=settings["socket"])
    try:
        Worker(sock, protocol, np, settings["folder"], settings["data"]).serve()
    except protocol.Disconnected:
        os._exit(0)


if __name__ == "__main__":
    main()
