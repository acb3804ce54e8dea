"""Handles of objects that stay in a worker: what a student's function returned and no message can carry."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .calls import MappedArray
from .conversation import Conversation
from .errors import ObjectLost, Raised, SandboxError
from .inside import encoding, protocol

if TYPE_CHECKING:
    import torch

Value = TypeVar("Value")


class StudentObject:
    """An object in a worker, for instance a model. Only its worker knows what it is.

    It can be passed back as an argument, and be called. When nobody refers to the handle any more, the worker
    lets go of the object. It is lost with its worker: using it then raises `ObjectLost`.

    Args:
        session: the submission's session.
        number: what the worker calls it.
        origin: the function that returned it.
        seconds: the time limit of a call of it.
    """

    def __init__(self, session: Conversation, number: int, origin: str, seconds: float) -> None:
        self.session = session
        self.number = number
        self.name = f"what {origin} returned"
        self.seconds = seconds
        self.worker = session.workers
        # A finalizer may run at any moment, even within an exchange: it only notes the number, and the next call tells.
        weakref.finalize(self, session.released.append, (session.workers, number)).atexit = False

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)

    def forward(self, /, *args: Any, **kwargs: Any) -> Any:
        """What a call does, under the name that a model has for it."""
        return self.session.call(self, args, kwargs)

    def request(self) -> dict[str, Any]:
        """The part of a request, or the argument, that names it; the session's worker must be there.

        Raises:
            ObjectLost: the worker that held it has ended.
        """
        if self.session.worker is None or self.worker != self.session.workers:
            raise ObjectLost(
                f"{self.name[:1].upper()}{self.name[1:]} was lost when the process that held it ended before."
            )
        return {"object": self.number}

    def predict(
        self, images: np.ndarray[Any, Any] | MappedArray, batch_size: int = 500, seconds: float | None = None
    ) -> torch.Tensor:
        """What a kept model makes of images, in evaluation mode and without gradients.

        Args:
            images: uint8 (N, 32, 32, 3); the model gets (n, 3, 32, 32).
            batch_size: images at a time.
            seconds: the time limit, by default that of a call.

        Returns:
            Float32 (N, C), any numbers, NaN included.

        Raises:
            Raised: the object is no model, or does not return one row for each image.
        """
        from .inside import tensors  # it imports torch, which a grader of arrays never needs

        count = len(images.load() if isinstance(images, MappedArray) else images)

        def read(reply: dict[str, Any]) -> torch.Tensor:
            scores = tensors.decode(reply["scores"])
            if str(scores.dtype) != "torch.float32" or scores.requires_grad:
                raise protocol.ProtocolError("scores of another type")
            if scores.ndim != 2 or len(scores) != count:
                shape = f"Its shape is {tuple(scores.shape)} for {count} images."
                raise Raised(f"{self.name} does not give one row of scores for each image.", shape)
            return scores

        if isinstance(images, MappedArray):
            message: Any = {"mapped": images.name}
        else:
            message = encoding.encode(images)
        return self._ask("predict", {"images": message, "batch_size": batch_size}, seconds, read)

    def load_weights(self, attachment: str, kind: str, seconds: float | None = None) -> None:
        """Load weights into a kept model, whose names and shapes they must have exactly.

        Args:
            attachment: the name of a file of the submission; see `Confinement.start`.
            kind: "safetensors", or "torch" for what `torch.load(weights_only=True)` takes.
            seconds: the time limit, by default that of a call.

        Raises:
            Raised: the file is none of this kind, or its weights are another model's.
        """
        if attachment not in self.session.attachments or kind not in ("safetensors", "torch"):
            raise SandboxError(f"There is no attachment {attachment!r}, or no kind {kind!r} of weights.")
        self._ask("load_weights", {"file": attachment, "kind": kind}, seconds, lambda reply: None)

    def _ask(
        self,
        operation: str,
        fields: dict[str, Any],
        seconds: float | None,
        read: Callable[[dict[str, Any]], Value],
    ) -> Value:
        request = {**fields, **self.request(), "op": operation}
        return self.session.exchange(self.name, request, seconds or self.seconds, read)
