"""What the grader and the worker of a submission say to each other: one request at a time, and one reply.

A call that hangs, crashes, exits or runs out of memory ends the worker; the next request gets a new one, which has
imported the submission again. A reply is not trusted.
"""

from __future__ import annotations

import contextlib
import math
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Protocol, Self, TypeVar

from .callbacks import Callbacks
from .confinement import FORGIVEN, NOTHING, Confinement, Limits, WorkerProcess
from .errors import Crashed, Killed, NotStarted, SandboxError, StudentError, TimedOut, reported
from .inside import encoding, protocol
from .parcels import parcels
from .patience import with_worker

Value = TypeVar("Value")

NO_SOURCES: Mapping[str, str] = MappingProxyType({})

FREE_CALLBACKS = 1_000_000
"""Most calls of the grader's own functions within one call of the student's."""


class Target(Protocol):
    """Something in a worker that can be called."""

    @property
    def name(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    def request(self) -> dict[str, Any]:
        """The part of a request that names it."""
        ...


class Conversation(ABC):
    """One submission's code, in one worker at a time.

    Args:
        confinement: how workers are started.
        files: the submission's Python files by relative path, as bytes.
        modules: names of the assignment's modules in the order of their import.
        limits: what the submission may use.
        attachments: other files of the submission by name; see `Confinement.start`.
        given: the modules' sources by name as students were given them; see `tensors.encode_network`.
        until: when, by `time.monotonic`, nothing more is run.

    Attributes:
        worker: the present one, if there is one that has imported the submission.
        workers: how many there have been.
        blocked: why a module cannot be used, by its name.
        heard: how often something of the submission's has come to whoever asks: an answer, an error, a file of its own.
        student_seconds: seconds that the student's code has used, as `Patience` counts them.
        slept: seconds that it has slept of its own accord.
        killed: whether a worker was killed while it imported the submission, and not from outside: that is tried once more.
        kills: how many were killed from outside.
        released: objects that no handle stands for any more: which worker held it, and its number there.
    """

    def __init__(
        self,
        confinement: Confinement,
        files: Mapping[str, bytes],
        modules: tuple[str, ...],
        limits: Limits,
        attachments: Mapping[str, Path] = NOTHING,
        given: Mapping[str, str] = NO_SOURCES,
        until: float = math.inf,
    ) -> None:
        self.confinement = confinement
        self.files = dict(files)
        self.modules = modules
        self.limits = limits
        self.attachments = attachments
        self.given = given
        self.until = until
        self.blocked = {
            name: f"{name}.py is not in the submission." for name in modules if f"{name}.py" not in self.files
        }
        self.imported: set[str] = set()
        self.worker: WorkerProcess | None = None
        self.student_seconds = 0.0
        self.slept = 0.0
        self.heard = 0
        self.workers = 0
        self.killed = False
        self.kills = 0
        self.released: list[tuple[int, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Have the submission imported, if it is not yet; `blocked` then tells what could not be, as far as it is known."""
        with contextlib.suppress(StudentError, SandboxError):
            self.ready()

    def close(self) -> None:
        """End the worker; a second time does nothing, and it never raises."""
        if self.worker is not None:
            self._drop(self.worker)

    @abstractmethod
    def call(self, target: Target, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run one call. What is held of a worker, such as an object, is called through this, and needs to know nothing
        of the kinds of calls."""

    def exchange(
        self,
        name: str,
        request: dict[str, Any],
        seconds: float,
        read: Callable[[dict[str, Any]], Value],
        callbacks: Callbacks | None = None,
    ) -> Value:
        """Send a request to the worker and read its reply.

        Args:
            name: of what is called, for messages.
            request: a map for `protocol.send`.
            seconds: the time limit in seconds of processor time; see `Patience`.
            read: what makes a value of the reply. Whatever it raises makes the reply a malformed one.
            callbacks: those of the call to which the request belongs.

        Raises:
            StudentError: there is no value.
            SandboxError: the grader itself failed.
        """
        try:
            reply = self._ask(self.ready(), request, seconds, name, callbacks)
        except StudentError:
            self.heard += 1
            raise
        self.heard += 1
        if callbacks is not None and callbacks.error is not None and "error" in reply:
            raise callbacks.error
        try:
            if "error" in reply:
                raise reported(name, reply["error"])
            value = read(reply)
        except StudentError:
            raise
        except Exception as error:  # as in _ask
            self.close()
            raise _malformed(name) from error
        return value

    def ready(self) -> WorkerProcess:
        """The worker, or a new one that has imported the submission.

        Raises:
            StudentError: it has no worker that could be asked.
            NotStarted: there is none.
        """
        while self.worker is None:
            # Before the start, which takes its time too: a submission that hangs everywhere has many.
            self._left("The submission")
            worker = self._started()
            try:
                self.worker = worker if self._imported(worker) else None
            except StudentError:
                raise
            except Exception as error:  # as in _ask
                raise _malformed("The submission") from error
            finally:
                if self.worker is not worker:
                    worker.kill()
        return self.worker

    def _started(self) -> WorkerProcess:
        """A new worker that has read nothing of the submission's yet: whatever goes wrong is the grader's to mend."""
        try:
            worker = self.confinement.start(self.limits, self.attachments)
            worker.wait_until_ready()
        except Exception as error:
            raise NotStarted(str(error) or type(error).__name__) from error
        self.workers += 1
        if (
            self.workers > 1
        ):  # the submission has ended the one before; who does that at each call has few calls
            self.student_seconds += worker.cpu_seconds()
        return worker

    def _imported(self, worker: WorkerProcess) -> bool:
        """Have a worker import the submission; False where that has ended it, and the next one leaves a module out."""
        for files in parcels(self.files, self.modules):
            self._ask(worker, {"op": "files", "files": files}, self.limits.import_seconds, "the submission")
        for module in self.modules:
            request = {"op": "import", "module": module, "blocked": self.blocked.get(module)}
            try:
                reply = self._ask(worker, request, self.limits.import_seconds, f"importing {module}.py")
            except StudentError as error:
                if module in self.blocked:  # it was left out: another module has ended the worker meanwhile
                    raise
                if isinstance(error, Killed) and (error.forgiven or not self.killed):
                    self.killed = self.killed or not error.forgiven
                    return False
                self._block(module, str(error))
                return False
            if "error" in reply or "blocked" in reply:
                self._block(module, str(reply.get("blocked", "It could not be imported.")))
            else:
                self.imported.add(module)
        return True

    def _left(self, what: str) -> float:
        """The seconds of processor time that are left to the submission."""
        if self.limits.submission_seconds <= self.student_seconds:
            raise TimedOut(
                f"{what} was not run: the submission has used its {self.limits.submission_seconds:g} s."
            )
        if time.monotonic() >= self.until:
            raise TimedOut(f"{what} was not run: the time for grading this submission was used up before.")
        return self.limits.submission_seconds - self.student_seconds

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
        callbacks: Callbacks | None = None,
    ) -> dict[str, Any]:
        """Send a request and wait for its reply, serving callbacks meanwhile. A worker that fails is ended."""
        left = self._left(what)
        # No number that could be foreseen: a reply that is sent before its request is none.
        number = secrets.randbits(62)
        patience = with_worker(worker, self.limits, min(seconds, left), self.until, self.slept)
        try:
            try:
                protocol.send(worker.sock, {**request, "id": number}, patience)
            except protocol.ProtocolError as error:  # what the grader sends is the grader's business
                raise SandboxError(f"A test passes more than can be sent: {error}.") from error
            for _ in range(FREE_CALLBACKS):
                reply = protocol.receive(worker.sock, patience)
                if callbacks is None or "callback" not in reply:
                    break
                protocol.send(worker.sock, callbacks.answer(reply), patience)
            if reply.pop("id", None) != number:
                raise protocol.ProtocolError("a reply to another request")
            return reply
        except protocol.DeadlineExceeded:
            self._drop(worker)
            raise TimedOut(patience.told(what)) from None
        except protocol.Disconnected:
            ending = worker.end()
            self._drop(worker)
            if worker.fault:
                raise Crashed(f"{what} did not return: {worker.fault}.") from None
            if ending.killed:
                killed = Killed(f"{what} was ended by the system, most likely for lack of memory.")
                self.kills += ending.from_outside
                killed.forgiven = ending.from_outside and self.kills <= FORGIVEN
                raise killed from None
            raise Crashed(f"{what} did not return: its process ended.", f"({ending.told})") from None
        except SandboxError:
            raise
        except Exception as error:  # whatever a forged message sets off here is its sender's fault
            self._drop(worker)
            raise _malformed(what) from error
        finally:
            self.student_seconds += patience.used()
            self.slept += patience.slept()

    def _drop(self, worker: WorkerProcess) -> None:
        """End a worker, the session's own or one that was not that yet."""
        worker.kill()
        if self.worker is worker:
            self.worker = None


def _malformed(what: str) -> Crashed:
    return Crashed(f"{what} did not return: its process sent something that is no reply.")
