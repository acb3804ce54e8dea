"""The grader's end of calls with tensors: derivatives that are asked for at a distance, and handles.

It imports torch, so it must only be imported for a session of an assignment that uses torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from .calls import Call
from .conversation import Conversation, Target
from .errors import Raised, SandboxError
from .inside import encoding, protocol, tensors
from .objects import StudentObject

MAX_OBJECTS = 16
"""Most objects in what one call returns."""

MAX_OUTPUTS = 256
"""Most tensors with a derivative in what one call returns."""

MAX_OUTPUT_BYTES = protocol.MAX_FRAME // 4
"""Most bytes of these tensors."""

Cotangents = list[dict[str, Any]]


class TorchCall(Call):
    """A call with tensors among its arguments and results."""

    def __init__(
        self, session: Conversation, target: Target, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self.objects: list[StudentObject] = [target] if isinstance(target, StudentObject) else []
        self.random = b""
        super().__init__(session, target, args, kwargs)

    def run(self) -> Any:
        released = [number for worker, number in self.session.released if worker == self.session.workers]
        self.session.released.clear()
        request = {**self.request(), "op": "call", "grad": torch.is_grad_enabled(), "release": released}
        name, seconds = self.target.name, self.target.seconds
        value, outputs = self.session.exchange(name, request, seconds, self.read, self.callbacks)
        inputs = list(tensors.with_gradient(list(self.given.values())))
        if not (torch.is_grad_enabled() and inputs and outputs):
            return value
        if len(outputs) > MAX_OUTPUTS or sum(out.nbytes for out in outputs) > MAX_OUTPUT_BYTES:
            # Their cotangents would not fit into a message, which must not become the grader's error.
            raise Raised(f"{name} returned more tensors, or larger ones, than can be differentiated.")
        attached = _attach(_Step(self, ()), outputs, inputs)
        return _replace(value, {id(old): new for old, new in zip(outputs, attached, strict=True)})

    def read(self, reply: dict[str, Any]) -> Any:
        """The value in a reply, and those of its tensors that have a derivative."""
        outputs: list[torch.Tensor] = []
        objects: list[StudentObject] = []

        def special(message: dict[str, Any]) -> object:
            if set(message) != {"object"}:
                tensor = tensors.decode(message)
                if tensor.requires_grad:
                    outputs.append(tensor.requires_grad_(False))
                return tensor
            number = message["object"]
            if type(number) is not int or not 0 <= number < 2**31 or len(objects) >= MAX_OBJECTS:
                raise protocol.ProtocolError("an object that cannot be")
            seconds = self.session.limits.call_seconds
            objects.append(StudentObject(self.session, number, self.target.name, seconds))
            return objects[-1]

        value = encoding.decode(reply["value"], special)
        self.random = reply["random"]
        if not tensors.is_state(self.random):
            raise protocol.ProtocolError("a random generator's state is none")
        self.write_back(reply["changed"])
        return value, outputs

    def special(self, arg: object) -> Any:
        if isinstance(arg, torch.Tensor):
            return tensors.encode(arg)
        if isinstance(arg, torch.Generator):
            return tensors.encode_generator(arg)
        if isinstance(arg, torch.nn.Module):
            return tensors.encode_network(arg, self.session.given)
        if isinstance(arg, StudentObject):
            if arg.session is not self.session:
                raise SandboxError("A test passes an object of another submission.")
            self.objects.append(arg)
            return arg.request()
        return super().special(arg)

    def change(self, ours: object, message: Any, path: str) -> None:
        if isinstance(ours, torch.Generator):
            tensors.restore_generator(ours, message)
        elif isinstance(ours, torch.nn.Module):
            tensors.restore_network(ours, message)
        elif isinstance(ours, torch.Tensor):
            theirs = tensors.decode(message)
            if (theirs.dtype, theirs.shape) != (ours.dtype, ours.shape):
                raise protocol.ProtocolError("a changed argument of another type")
            with torch.no_grad():
                ours.copy_(theirs)
        else:
            super().change(ours, message, path)


@dataclass(frozen=True)
class _Step:
    """A call, or the derivative of a step, whose results can be differentiated.

    Attributes:
        call: the call at the bottom.
        levels: for each derivative in between, the cotangents that it was taken with.
    """

    call: TorchCall
    levels: tuple[Cotangents, ...]

    def differentiate(
        self, inputs: tuple[torch.Tensor, ...], cotangents: tuple[torch.Tensor, ...]
    ) -> list[torch.Tensor | None]:
        """The gradients of the inputs, attached to the graph where they are to be differentiated again.

        Args:
            inputs: the tensor arguments that require a gradient, then the cotangents of the levels that do.
            cotangents: one for each result.
        """
        call, again = self.call, torch.is_grad_enabled()
        for held in call.objects:
            held.request()
        levels = (*self.levels, [tensors.encode(cotangent) for cotangent in cotangents])
        outputs: list[torch.Tensor] = []

        def read(reply: dict[str, Any]) -> list[torch.Tensor | None]:
            gradients: list[torch.Tensor | None] = []
            for message, ours in zip(reply["gradients"], inputs, strict=True):
                gradient = None if message is None else tensors.decode(message)
                if gradient is not None and (gradient.dtype, gradient.shape) != (ours.dtype, ours.shape):
                    raise protocol.ProtocolError("a gradient of another type than what it belongs to")
                if gradient is not None and gradient.requires_grad:
                    outputs.append(gradient.requires_grad_(False))
                gradients.append(gradient)
            return gradients

        request = {
            **call.request(),
            "op": "differentiate",
            "cotangents": list(levels),
            "random": call.random,
            "create_graph": again,
        }
        target = call.target
        gradients = call.session.exchange(target.name, request, target.seconds, read, call.callbacks)
        if not (again and outputs):
            return gradients
        below = (*inputs, *(cotangent for cotangent in cotangents if cotangent.requires_grad))
        attached = _attach(_Step(call, levels), outputs, below)
        new = {id(old): new for old, new in zip(outputs, attached, strict=True)}
        return [new.get(id(gradient), gradient) for gradient in gradients]


class _Remote(torch.autograd.Function):
    """Joins what a worker returned to the graph of what it was given."""

    @staticmethod
    def forward(ctx: Any, step: _Step, outputs: list[torch.Tensor], *inputs: torch.Tensor) -> Any:
        ctx.step = step
        ctx.save_for_backward(*inputs)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        return (None, None, *ctx.step.differentiate(ctx.saved_tensors, cotangents))


def _attach(step: _Step, outputs: list[torch.Tensor], inputs: Any) -> tuple[torch.Tensor, ...]:
    attached: tuple[torch.Tensor, ...] = _Remote.apply(step, outputs, *inputs)  # type: ignore[no-untyped-call]
    return attached


def _replace(value: Any, new: dict[int, torch.Tensor]) -> Any:
    """The value with some of its tensors, also in lists, tuples and dictionaries, replaced."""
    if isinstance(value, dict):
        return {key: _replace(item, new) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_replace(item, new) for item in value)
    return new.get(id(value), value)
