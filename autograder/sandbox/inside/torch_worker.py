"""What a worker does more where an assignment uses torch: tensors, derivatives, and objects that stay here.

Imported before the system call filter and the limits are there, and only for an
assignment that uses torch. Like `worker.py` it must never receive an expected value, and nothing that it sends
is trusted by the other side.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

import torch

from . import encoding, protocol, tensors
from .importing.own_files import OwnFiles
from .worker import Worker

MAX_KEPT = 16
"""Most objects that a worker keeps at a time."""


def prepare(settings: dict[str, Any]) -> None:
    """Set torch up before the submission is there: threads, seed and, where the worker has one, the GPU."""
    torch.set_num_threads(settings["cpu_threads"])
    torch.set_num_interop_threads(1)
    # The first optimizer imports eight hundred modules, for more than a second: not in a student's call, and once for all.
    torch.optim.SGD([torch.zeros(1)], lr=0.1)
    torch.manual_seed(0)
    # Looks the processor up in /proc, which is there no more later: without it torch computes by other kernels, and not
    # at all in half precision.
    torch.ones(1).half()
    if settings["device"] != "cpu":  # not tried on a machine with a GPU yet
        torch.cuda.init()  # type: ignore[no-untyped-call]
        torch.cuda.set_per_process_memory_fraction(settings["gpu_memory_fraction"])


def refuse_once_differentiable(outputs: list[torch.Tensor]) -> None:
    """Say what `backward` would say where a derivative has none of its own.

    `torch.autograd.grad` follows only the paths to its inputs; the node that raises lies on none of them, and
    the second derivative would silently lack a part.

    Raises:
        RuntimeError: a function marked with once_differentiable is being differentiated twice.
    """
    waiting = [output.grad_fn for output in outputs]
    seen = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if node.name() == "torch::autograd::Error":
            raise RuntimeError(
                "trying to differentiate twice a function that was marked with @once_differentiable"
            )
        waiting += [following for following, _ in node.next_functions]


def by_own_names(weights: Mapping[str, torch.Tensor], names: list[str]) -> Mapping[str, torch.Tensor]:
    """Weights by the names that a model has for them, also where one of both was compiled or trained on several GPUs.

    `torch.compile` puts `_orig_mod` into names, and `DataParallel` `module` before them.
    """

    def plain(name: str) -> str:
        parts = [part for part in name.split(".") if part != "_orig_mod"]
        return ".".join(parts[1:] if parts[0] == "module" else parts)

    own = {plain(name): name for name in names}
    if not isinstance(weights, Mapping) or not all(isinstance(name, str) for name in weights):
        return weights  # a file can hold anything; the model says what is wrong with it
    if len(own) < len(names) or len(set(map(plain, weights))) < len(weights):
        return weights
    return {own.get(plain(name), name): weight for name, weight in weights.items()}


class TorchWorker(Worker):
    """Answers the requests of a `Worker`, and `differentiate`, `predict` and `load_weights`."""

    def __init__(self, sock: socket.socket, settings: dict[str, Any], imports: OwnFiles) -> None:
        super().__init__(sock, settings, imports)
        self.attached: str = settings["attached"]
        self.device: str = settings["device"]
        self.kept: dict[int, object] = {}
        self.numbers = 0

    def do_call(self, request: dict[str, Any]) -> dict[str, Any]:
        """As for arrays; the reply also holds the state that torch's own generator had before the call."""
        self.reset()
        for number in request["release"]:
            self.kept.pop(number, None)
        random, kept = torch.get_rng_state(), dict(self.kept)
        try:
            with torch.set_grad_enabled(request["grad"]):
                reply = super().do_call(request)
        except BaseException:
            self.kept = kept  # the grader will not learn of what was kept for the reply
            raise
        return {**reply, "random": random.numpy().tobytes()}

    def do_differentiate(self, request: dict[str, Any]) -> dict[str, Any]:
        """The vector-Jacobian product of a call that is made again, or, with several lists of cotangents, the
        product of the product: the gradients of every tensor argument that requires one, then of those
        cotangents that do."""
        self.reset()
        args, kwargs = self.arguments(request)
        inputs = list(tensors.with_gradient([*args, *kwargs.values()]))
        levels = [[tensors.decode(message) for message in level] for level in request["cotangents"]]
        function = self.function(request)
        random = torch.get_rng_state()
        torch.set_rng_state(torch.frombuffer(bytearray(request["random"]), dtype=torch.uint8))
        try:
            outputs = list(tensors.with_gradient(encoding.call(function, args, kwargs)))
        finally:
            torch.set_rng_state(random)
        gradients: tuple[torch.Tensor | None, ...] = ()
        for depth, cotangents in enumerate(levels, 1):
            if depth > 1:
                refuse_once_differentiable(outputs)
            gradients = torch.autograd.grad(
                outputs,
                inputs,
                cotangents,
                create_graph=depth < len(levels) or request["create_graph"],
                allow_unused=True,
            )
            outputs = list(tensors.with_gradient(gradients))
            inputs += tensors.with_gradient(cotangents)
        return {"gradients": [None if item is None else tensors.encode(item) for item in gradients]}

    def do_predict(self, request: dict[str, Any]) -> dict[str, Any]:
        """What a kept model makes of images (N, 32, 32, 3), given to it as (n, 3, 32, 32) in batches."""
        self.reset()
        model = self.model(request)
        images = torch.from_numpy(encoding.decode(request["images"], self.argument))
        model.eval()
        with torch.no_grad():
            scores = [
                model(batch.permute(0, 3, 1, 2).contiguous().to(self.device)).float().cpu()
                for batch in torch.split(images, request["batch_size"])
            ]
            return {"scores": tensors.encode(torch.cat(scores))}

    def do_load_weights(self, request: dict[str, Any]) -> dict[str, Any]:
        """Load an attached file into a kept model; shapes must be the model's own, and names as in `by_own_names`."""
        self.reset()
        model = self.model(request)
        path = os.path.join(self.attached, request["file"])
        if request["kind"] == "safetensors":
            import safetensors.torch

            weights = safetensors.torch.load_file(path)
        else:
            weights = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(by_own_names(weights, list(model.state_dict())), strict=True)
        return {}

    def model(self, request: dict[str, Any]) -> torch.nn.Module:
        model = self.kept[request["object"]]
        if not isinstance(model, torch.nn.Module):
            raise TypeError(f"an object of type {type(model).__name__} is no torch.nn.Module")
        return model

    def reset(self) -> None:
        """Undo what a student's code may have set for everything that comes after it."""
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        torch.set_grad_enabled(True)

    def function(self, request: dict[str, Any]) -> Callable[..., Any]:
        if "object" not in request:
            return super().function(request)
        function = self.kept[request["object"]]
        if not callable(function):
            raise TypeError(f"an object of type {type(function).__name__} cannot be called")
        return function

    def encode(self, value: object) -> Any:
        return encoding.encode(value, self.encode_special)

    def encode_special(self, value: object) -> dict[str, Any]:
        """A tensor; anything else stays here and its number is sent."""
        if isinstance(value, torch.Tensor):
            return tensors.encode(value)
        if len(self.kept) >= MAX_KEPT:
            raise protocol.ProtocolError(
                f"an object of type {type(value).__name__}, beside {MAX_KEPT} others"
            )
        self.numbers += 1
        self.kept[self.numbers] = value
        return {"object": self.numbers}

    def argument(self, message: dict[str, Any]) -> object:
        if "tensor" in message:
            return tensors.decode(message)
        if "torch_generator" in message:
            generator = torch.Generator()
            tensors.restore_generator(generator, message)
            return generator
        if set(message) == {"network", "given"}:
            return tensors.decode_network(message)
        if set(message) == {"object"}:
            return self.kept[message["object"]]
        return super().argument(message)

    def is_network(self, arg: object) -> TypeGuard[torch.nn.Module]:
        """Whether it is a network of the grader's, and none that stays here."""
        return isinstance(arg, torch.nn.Module) and not any(arg is kept for kept in self.kept.values())

    def snapshot(self, arg: object) -> object:
        if isinstance(arg, torch.Tensor):
            return arg.detach().clone()
        if isinstance(arg, torch.Generator):
            return tensors.encode_generator(arg)
        if self.is_network(arg):
            return tensors.network_state(arg)
        return super().snapshot(arg)

    def same(self, arg: Any, before: Any) -> bool:
        if isinstance(arg, torch.Tensor):
            if (arg.shape, arg.dtype, arg.device) != (before.shape, before.dtype, before.device):
                return True  # replaced, not written to: the caller's tensor is still what it was
            return tensors.equal(arg.detach(), before)
        if isinstance(arg, torch.Generator):
            return bool(tensors.encode_generator(arg) == before)
        if self.is_network(arg):
            return tensors.same_state(tensors.network_state(arg), before)
        return super().same(arg, before)

    def encode_changed(self, snapshot: object) -> object:
        if isinstance(snapshot, torch.Tensor):
            return tensors.encode(snapshot)
        if isinstance(snapshot, dict) and "torch_generator" in snapshot:
            return snapshot
        if isinstance(snapshot, dict) and "modes" in snapshot:
            return tensors.encode_state(snapshot)
        return super().encode_changed(snapshot)
