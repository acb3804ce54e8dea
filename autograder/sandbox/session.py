"""The grader's end of a submission's worker: functions that look like the student's and act at a distance.

A call that hangs, crashes, exits or runs out of memory ends the worker; the next call gets a new one. What
comes back is a plain number, list or base-class ndarray, and each way to fail is an exception of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from . import protocol
from .confinement import Confinement, Limits, WorkerProcess, describe_status
from .errors import (
    Blocked,
    Crashed,
    NotAttempted,
    OutOfMemory,
    Raised,
    SandboxError,
    StudentError,
    TimedOut,
)

FREE_CALLBACKS = 1_000_000
"""Most calls of the grader's own functions within one call of the student's."""


MAX_CALLBACK_BYTES = 1 << 20
"""Most bytes of arguments in a call of the grader's own functions."""


@dataclass(frozen=True)
class MappedArray:
    """An array in a file that the worker maps instead of receiving it; see `Confinement.data`."""

    name: str
    path: Path

    def load(self) -> np.ndarray[Any, Any]:
        """The same array for the grader, read-only."""
        mapped: np.ndarray[Any, Any] = np.load(self.path, mmap_mode="r")
        return mapped


@dataclass(frozen=True)
class StudentFunction:
    """A function of a submission; calling it calls the student's code in the sandbox.

    Arguments may be numbers, arrays, lists, functions (called back here), numpy Generators and mapped arrays.
    Changes that the student's code makes to array arguments and generators show in the caller's, as they
    would without a sandbox.

    Raises, when called:
        StudentError: one of its subclasses, where the student's code gave no value.
        SandboxError: the grader itself failed.
    """

    session: Session
    module: str
    function: str
    seconds: float

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.session.call(self, args, kwargs)

    def within(self, seconds: float) -> StudentFunction:
        """The same function with another time limit for each call, in wall-clock seconds."""
        return StudentFunction(self.session, self.module, self.function, seconds)


class Session:
    """One submission's code, in one worker at a time.

    Args:
        confinement: how workers are started.
        files: the submission's Python files by relative path, as bytes.
        modules: names of the assignment's modules in the order of their import.
        limits: what the submission may use.
    """

    def __init__(
        self,
        confinement: Confinement,
        files: Mapping[str, bytes],
        modules: tuple[str, ...],
        limits: Limits,
    ) -> None:
        self.confinement = confinement
        self.files = dict(files)
        self.modules = modules
        self.limits = limits
        self.blocked = {
            name: f"{name}.py is not in the submission." for name in modules if f"{name}.py" not in self.files
        }
        self.worker: WorkerProcess | None = None
        self.student_seconds = 0.0
        self.answered = 0
        self.requests = 0

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker."""
        if self.worker is not None:
            self.worker.kill()
            self.worker = None

    def functions(self, owners: Mapping[str, str]) -> dict[str, StudentFunction]:
        """Proxies by name.

        Args:
            owners: the module of each function.
        """
        return {name: StudentFunction(self, owners[name], name, self.limits.call_seconds) for name in owners}

    def call(self, target: StudentFunction, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run one call; see `StudentFunction`."""
        name = target.function
        worker = self._ready_worker()
        if target.module in self.blocked:
            raise Blocked(f"{name} could not be called: {self.blocked[target.module]}")
        call = _Call(args, kwargs)
        request = {
            "op": "call",
            "module": target.module,
            "function": name,
            "args": call.args,
            "kwargs": call.kwargs,
        }
        reply = self._ask(worker, request, target.seconds, name, call)
        if call.callback_error is not None and "error" in reply:
            raise call.callback_error
        try:
            if "error" in reply:
                raise _error(name, reply["error"])
            value = protocol.decode(reply["value"])
            call.write_back(reply["changed"])
        except StudentError:
            raise
        except Exception as error:  # as in _ask
            raise self._malformed(name) from error
        self.answered += 1
        return value

    def _ready_worker(self) -> WorkerProcess:
        if self.worker is None:
            worker = self.confinement.start(self.limits)
            worker.wait_until_ready()
            self.worker = worker
            self._ask(
                worker, {"op": "files", "files": self.files}, self.limits.import_seconds, "the submission"
            )
            for module in self.modules:
                request = {"op": "import", "module": module, "blocked": self.blocked.get(module)}
                try:
                    reply = self._ask(worker, request, self.limits.import_seconds, f"importing {module}.py")
                except StudentError as error:  # this worker is gone: the next one leaves the module out
                    self.blocked[module] = str(error)
                    return self._ready_worker()
                if "error" in reply or "blocked" in reply:
                    self.blocked[module] = str(reply.get("blocked", "It could not be imported."))[
                        : protocol.MAX_TEXT
                    ]
        return self.worker

    def _ask(
        self,
        worker: WorkerProcess,
        request: dict[str, Any],
        seconds: float,
        what: str,
        call: _Call | None = None,
    ) -> dict[str, Any]:
        """Send a request and wait for its reply, serving callbacks meanwhile. A worker that fails is ended."""
        left = self.limits.submission_seconds - self.student_seconds
        if left <= 0:
            raise TimedOut(
                f"{what} was not run: the submission has used its {self.limits.submission_seconds:g} s."
            )
        self.requests += 1
        started = time.monotonic()
        deadline = started + min(seconds, left)
        try:
            try:
                protocol.send(worker.sock, {**request, "id": self.requests}, deadline)
            except protocol.ProtocolError as error:  # what the grader sends is the grader's business
                raise SandboxError(f"A test passes more than can be sent: {error}.") from error
            for _ in range(FREE_CALLBACKS):
                reply = protocol.receive(worker.sock, deadline)
                if call is None or "callback" not in reply:
                    break
                protocol.send(worker.sock, call.answer(reply), deadline)
            if reply.pop("id", None) != self.requests:
                raise protocol.ProtocolError("a reply to another request")
            return reply
        except protocol.DeadlineExceeded:
            self.close()
            raise TimedOut(f"{what} did not finish within {min(seconds, left):.3g} s.") from None
        except protocol.Disconnected:
            status, killed = describe_status(worker.end())
            self.close()
            if killed:
                raise OutOfMemory(
                    f"{what} was ended by the system, most likely for lack of memory."
                ) from None
            raise Crashed(f"{what} did not return: its process ended.", f"({status})") from None
        except SandboxError:
            raise
        except Exception as error:  # whatever a forged message sets off here is its sender's fault
            raise self._malformed(what) from error
        finally:
            self.student_seconds += time.monotonic() - started

    def _malformed(self, what: str) -> Crashed:
        self.close()
        return Crashed(f"{what} did not return: its process sent something that is no reply.")


class _Call:
    """The arguments of one call, encoded, and what is needed to serve its callbacks."""

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.given: dict[str, Any] = {**{str(i): arg for i, arg in enumerate(args)}, **kwargs}
        self.callbacks: list[Callable[..., Any]] = []
        self.callback_error: Exception | None = None
        self.args = [self._encode(arg) for arg in args]
        self.kwargs = {name: self._encode(arg) for name, arg in kwargs.items()}

    def _encode(self, arg: Any) -> Any:
        try:
            return protocol.encode(arg, self._special)
        except protocol.ProtocolError as error:
            raise SandboxError(f"A test passes an argument that cannot be sent: {error}.") from error

    def _special(self, arg: object) -> Any:
        if isinstance(arg, MappedArray):
            return {"mapped": arg.name}
        if isinstance(arg, np.random.Generator):
            return {"generator": protocol.encode_generator(arg)}
        if callable(arg):
            self.callbacks.append(arg)
            return {"callback": len(self.callbacks) - 1}
        return None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call one of the grader's functions with arguments from the worker."""
        number, args, kwargs = request["callback"], request.get("args"), request.get("kwargs")
        if not isinstance(number, int) or not 0 <= number < len(self.callbacks):
            raise protocol.ProtocolError("a call of a function that was not passed")
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise protocol.ProtocolError("a call without arguments")
        values = [protocol.decode(arg) for arg in args]
        named = {str(name): protocol.decode(arg) for name, arg in kwargs.items()}
        if sum(np.asarray(arg).nbytes for arg in (*values, *named.values())) > MAX_CALLBACK_BYTES:
            # Two broad arrays of a few MB are enough to make a harmless expression fill the grader's memory.
            raise protocol.ProtocolError("a call with more than the function's arguments can be")
        try:
            return {"return": protocol.encode(self.callbacks[number](*values, **named))}
        except Exception as error:
            if isinstance(error, AssertionError):
                self.callback_error = error
            return {"raise": f"{type(error).__name__}: {error}"[:2000]}

    def write_back(self, changed: Any) -> None:
        """Make the student's changes to arguments in the caller's own arrays and generators."""
        if not isinstance(changed, dict):
            raise protocol.ProtocolError("a reply without its changes")
        for name, message in changed.items():
            ours = self.given.get(name)
            if (
                isinstance(ours, np.random.Generator)
                and isinstance(message, dict)
                and set(message) == {"generator"}
            ):
                protocol.restore_generator(ours, message["generator"])
            elif isinstance(ours, np.ndarray):
                theirs = protocol.decode(message)
                if not isinstance(theirs, np.ndarray) or theirs.dtype != ours.dtype:
                    raise protocol.ProtocolError("a changed argument of another type")
                if theirs.shape == ours.shape and ours.flags.writeable:
                    ours[...] = theirs
            else:
                raise protocol.ProtocolError("a change of something that cannot change")


def _error(name: str, error: Any) -> StudentError:
    """The exception for an error that a worker reports."""
    fields = {
        key: value if isinstance(error, dict) and isinstance(value := error.get(key), str) else ""
        for key in ("kind", "type", "text", "where")
    }
    kind, place = fields["kind"], f" at {fields['where']}" if fields["where"] else ""
    detail = f"{fields['type']}{place}: {fields['text']}"
    match kind:
        case "unfinished":
            # The stub names its own question; another name says which unfinished function was called.
            other = "" if fields["text"].startswith(name) else fields["text"]
            return NotAttempted(f"{name} is not written yet.", other)
        case "missing":
            return NotAttempted(f"{name} is not defined in its module.")
        case "blocked":
            return Blocked(f"{name} needs a module that could not be imported.", fields["text"])
        case "memory":
            return OutOfMemory(f"{name} needed more memory than a submission may use.")
        case "exit":
            return Crashed(f"{name} tried to end the process (sys.exit or exit).")
        case "value":
            return Raised(f"{name} returned something that is neither a number nor an array:", fields["text"])
        case _:
            return Raised(f"{name} raised an exception:", detail, fields["type"])
