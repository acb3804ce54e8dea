"""The grader's end of a submission's worker: functions that look like the student's and act at a distance.

What comes back is a plain number, list or base-class ndarray, and each way to fail is an exception of its own.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .calls import Call
from .confinement import NOTHING, Confinement, Limits
from .conversation import NO_SOURCES, Conversation, Target
from .errors import Blocked


@dataclass(frozen=True)
class StudentFunction:
    """A function of a submission; calling it calls the student's code in the sandbox.

    Arguments may be numbers, arrays, lists, iterators, functions (called back here), numpy Generators and mapped arrays.
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

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.session.call(self, args, kwargs)

    def named(self, arguments: Mapping[str, Any]) -> Any:
        """Call it with keyword arguments whose names come from a submission: no function of the grader's has them."""
        return self.session.call(self, (), dict(arguments))

    def apply(self, *args: Any) -> Any:
        """For a `torch.autograd.Function`: call the class's `apply`."""
        return dataclasses.replace(self, by_apply=True)(*args)

    def cpu_seconds(self) -> float:
        """Processor time that the submission has used so far; it starts anew with each worker."""
        worker = self.session.worker
        return worker.cpu_seconds() if worker else 0.0

    def within(self, seconds: float) -> StudentFunction:
        """The same function with another time limit for each call, in seconds of processor time."""
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


class Session(Conversation):
    """A conversation by calls of the submission's functions.

    Attributes:
        random: the state of torch's own generator before the last call; empty without torch.
        matrix: whether the last call returned a numpy.matrix, as its worker says; an array has come of it here.
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
        super().__init__(confinement, files, modules, limits, attachments, given, until)
        self.random, self.matrix = b"", False
        self.new_call: type[Call] = Call
        if limits.torch:  # and never otherwise: it imports torch
            from .torch_calls import TorchCall

            self.new_call = TorchCall

    def functions(self, owners: Mapping[str, str]) -> dict[str, StudentFunction]:
        """Proxies by name.

        Args:
            owners: the module of each function.
        """
        return {name: StudentFunction(self, owners[name], name, self.limits.call_seconds) for name in owners}

    def call(self, target: Target, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run one call; see `StudentFunction`."""
        self.ready()
        target.request()
        call = self.new_call(self, target, args, kwargs)
        value = call.run()
        self.random, self.matrix = call.random, call.matrix
        return value
