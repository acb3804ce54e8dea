"""The grader's end of a submission's worker: functions that look like the student's and act at a distance.

A call that hangs, crashes, exits or runs out of memory ends the worker; the next call gets a new one. What
comes back is a plain number, list or base-class ndarray, and each way to fail is an exception of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, TypeVar

from .calls import Call, Target
from .confinement import NOTHING, Confinement, Limits, WorkerProcess, describe_status
from .errors import Blocked, Crashed, OutOfMemory, SandboxError, StudentError, TimedOut, reported
from .inside import encoding, protocol

Value = TypeVar("Value")

NO_SOURCES: Mapping[str, str] = MappingProxyType({})

FREE_CALLBACKS = 1_000_000
"""Most calls of the grader's own functions within one call of the student's."""


@dataclass(frozen=True)
class StudentFunction:
    """A function of a submission; calling it calls the student's code in the sandbox.

    Arguments may be numbers, arrays, lists, functions (called back here), numpy Generators and mapped arrays.
    Changes that the student's code makes to array arguments and generators show in the caller's, as they
    would without a sandbox. Where the assignment uses torch, tensors and torch's generators on the CPU are
    arguments too, and what the function returns is attached to the graph of those that require a gradient. So are
    networks of torch's layers and of classes that the assignment gives: their parameters, buffers and modes cross both
    ways, their gradients do not.

    Raises, when called:
        StudentError: one of its subclasses, where the student's code gave no value.
        SandboxError: the grader itself failed.
    """

    session: Session
    module: str
    function: str
    seconds: float
    by_apply: bool = False

    @property
    def name(self) -> str:
        return self.function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.session.call(self, args, kwargs)

    def apply(self, *args: Any) -> Any:
        """For a `torch.autograd.Function`: call the class's `apply`."""
        return dataclasses.replace(self, by_apply=True)(*args)

    def cpu_seconds(self) -> float:
        """Processor time that the submission has used so far; it starts anew with each worker."""
        worker = self.session.worker
        return worker.cpu_seconds() if worker else 0.0

    def within(self, seconds: float) -> StudentFunction:
        """The same function with another time limit for each call, in wall-clock seconds."""
        return dataclasses.replace(self, seconds=seconds)

    def request(self) -> dict[str, Any]:
        """The part of a request that names it.

        Raises:
            Blocked: its module is not there.
        """
        if self.module in self.session.blocked:
            raise Blocked(
                f"{self.name} could not be called, since {self.module}.py was not imported:",
                self.session.blocked[self.module],
            )
        return {"module": self.module, "function": self.function, "apply": self.by_apply}


class Session:
    """One submission's code, in one worker at a time.

    Args:
        confinement: how workers are started.
        files: the submission's Python files by relative path, as bytes.
        modules: names of the assignment's modules in the order of their import.
        limits: what the submission may use.
        attachments: other files of the submission by name; see `Confinement.start`.
        given: the modules' sources by name as students were given them; see `tensors.encode_network`.
    """

    def __init__(
        self,
        confinement: Confinement,
        files: Mapping[str, bytes],
        modules: tuple[str, ...],
        limits: Limits,
        attachments: Mapping[str, Path] = NOTHING,
        given: Mapping[str, str] = NO_SOURCES,
    ) -> None:
        self.confinement = confinement
        self.files = dict(files)
        self.modules = modules
        self.limits = limits
        self.attachments = attachments
        self.given = given
        self.blocked = {
            name: f"{name}.py is not in the submission." for name in modules if f"{name}.py" not in self.files
        }
        self.imported: set[str] = set()
        self.worker: WorkerProcess | None = None
        self.student_seconds = 0.0
        self.answered = 0
        self.requests = 0
        self.workers = 0
        self.released: list[tuple[int, int]] = []
        self.random = b""
        self.new_call: type[Call] = Call
        if limits.torch:  # and never otherwise: it imports torch
            from .torch_calls import TorchCall

            self.new_call = TorchCall

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Have the submission imported, if it is not yet; `blocked` then tells what could not be."""
        with contextlib.suppress(StudentError):
            self._ready_worker()

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

    def call(self, target: Target, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run one call; see `StudentFunction`."""
        self._ready_worker()
        target.request()
        call = self.new_call(self, target, args, kwargs)
        value = call.run()
        self.random = call.random
        return value

    def exchange(
        self,
        name: str,
        request: dict[str, Any],
        seconds: float,
        read: Callable[[dict[str, Any]], Value],
        call: Call | None = None,
    ) -> Value:
        """Send a request to the worker and read its reply.

        Args:
            name: of what is called, for messages.
            request: a map for `protocol.send`.
            seconds: the time limit in wall-clock seconds.
            read: what makes a value of the reply. Whatever it raises makes the reply a malformed one.
            call: the call to which the request belongs, where it may call back.

        Raises:
            StudentError: there is no value.
            SandboxError: the grader itself failed.
        """
        reply = self._ask(self._ready_worker(), request, seconds, name, call)
        if call is not None and call.callback_error is not None and "error" in reply:
            raise call.callback_error
        try:
            if "error" in reply:
                raise reported(name, reply["error"])
            value = read(reply)
        except StudentError:
            raise
        except Exception as error:  # as in _ask
            raise self._malformed(name) from error
        self.answered += 1
        return value

    def _ready_worker(self) -> WorkerProcess:
        """The worker, or a new one that has imported the submission."""
        if self.worker is None:
            worker = self.confinement.start(self.limits, self.attachments)
            worker.wait_until_ready()
            self.worker = worker
            self.workers += 1
            self._ask(
                worker, {"op": "files", "files": self.files}, self.limits.import_seconds, "the submission"
            )
            for module in self.modules:
                request = {"op": "import", "module": module, "blocked": self.blocked.get(module)}
                try:
                    reply = self._ask(worker, request, self.limits.import_seconds, f"importing {module}.py")
                except StudentError as error:  # this worker is gone: the next one leaves the module out
                    self._block(module, str(error))
                    return self._ready_worker()
                if "error" in reply or "blocked" in reply:
                    self._block(module, str(reply.get("blocked", "It could not be imported.")))
                else:
                    self.imported.add(module)
        return self.worker

    def _block(self, module: str, reason: str) -> None:
        """Leave a module out from now on.

        The reason is shown. A worker that takes the place of another may have learnt of hidden inputs, by what that
        one left on the machine, and could tell them in it.
        """
        again = f"{module}.py was imported once and could not be imported again."
        self.blocked[module] = again if module in self.imported else reason[: encoding.MAX_TEXT]

    def _ask(
        self,
        worker: WorkerProcess,
        request: dict[str, Any],
        seconds: float,
        what: str,
        call: Call | None = None,
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
            if worker.fault:
                raise Crashed(f"{what} did not return: {worker.fault}.") from None
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
