"""Torch's tensors, generators and networks as messages, beside `encoding`; both sides use this module.

It imports torch, so it must only be imported where an assignment uses torch: never
for one whose functions work on arrays. A tensor crosses as the dtype's name out of an allow-list, its shape
and its bytes; what arrives is a plain, contiguous tensor on the CPU that the receiving side made itself.
"""

from __future__ import annotations

import io
import pickle
import struct
import types
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from . import encoding, protocol

WIRE = {
    "bool": ("|u1", torch.bool),
    "uint8": ("|u1", torch.uint8),
    "int8": ("|i1", torch.int8),
    "int16": ("<i2", torch.int16),
    "int32": ("<i4", torch.int32),
    "int64": ("<i8", torch.int64),
    "float16": ("<f2", torch.float16),
    "bfloat16": ("<i2", torch.bfloat16),
    "float32": ("<f4", torch.float32),
    "float64": ("<f8", torch.float64),
}
"""The dtypes that may cross, by torch's name: the numpy dtype of their bytes, and torch's own."""

STATE_BYTES = torch.Generator().get_state().numel()
"""Size of the state of a generator on the CPU."""


def encode(tensor: torch.Tensor) -> dict[str, Any]:
    """A tensor as a message: its values, and whether it requires a gradient.

    Raises:
        protocol.ProtocolError: its dtype or layout is not allowed, or it is too large.
    """
    name = str(tensor.dtype).removeprefix("torch.")
    if name not in WIRE or tensor.layout != torch.strided:
        raise protocol.ProtocolError(f"a tensor of {tensor.dtype}, {tensor.layout}")
    if tensor.numel() * tensor.element_size() > protocol.MAX_FRAME // 2:
        raise protocol.ProtocolError(
            f"a tensor of {tensor.numel() * tensor.element_size():,} bytes, shape {tuple(tensor.shape)}"
        )
    plain = tensor.detach().cpu().contiguous()
    if name == "bool":
        plain = plain.view(torch.uint8)
    elif name == "bfloat16":
        plain = plain.view(torch.int16)
    array = encoding.encode(plain.numpy())
    return {"tensor": name, "shape": array["shape"], "data": array["data"], "grad": tensor.requires_grad}


def decode(message: dict[str, Any]) -> torch.Tensor:
    """A tensor of one's own out of a message, which is not trusted; a leaf where it requires a gradient.

    Raises:
        protocol.ProtocolError: the message is no tensor.
    """
    if set(message) != {"tensor", "shape", "data", "grad"}:
        raise protocol.ProtocolError("a value of a kind that the protocol does not know")
    name, grad = message["tensor"], message["grad"]
    if not isinstance(name, str) or name not in WIRE or not isinstance(grad, bool):
        raise protocol.ProtocolError("a tensor of a dtype that is not allowed")
    wire, dtype = WIRE[name]
    array = encoding.decode({"array": wire, "shape": message["shape"], "data": message["data"]})
    tensor = torch.from_numpy(array)
    if dtype is torch.bool:
        tensor = tensor != 0  # a byte other than 0 and 1 is no truth value
    elif dtype is torch.bfloat16:
        tensor = tensor.view(torch.bfloat16)
    if grad and not dtype.is_floating_point:
        raise protocol.ProtocolError("a tensor of integers with a gradient")
    return tensor.requires_grad_(grad)


def is_state(state: object) -> bool:
    """Whether it may be the state of a generator on the CPU.

    Of the Mersenne Twister's 624 numbers, `left - 1` are still to be drawn, from the one at `following` on. Torch reads
    beyond the last where that does not fit.
    Source: at::mt19937_data_pod in PyTorch's ATen/core/MT19937RNGEngine.h.
    """
    if not isinstance(state, bytes) or len(state) != STATE_BYTES:
        return False
    _, left, _, following = struct.unpack_from("<QiiQ", state)
    return bool(1 <= left <= 624 and left + following <= 625)


def encode_generator(generator: torch.Generator) -> dict[str, Any]:
    """A generator on the CPU as a message: its whole state.

    Raises:
        protocol.ProtocolError: it is on another device.
    """
    if generator.device.type != "cpu":
        raise protocol.ProtocolError(f"a random generator on {generator.device.type}")
    return {"torch_generator": generator.get_state().numpy().tobytes()}


def restore_generator(generator: torch.Generator, message: Any) -> None:
    """Set a generator to a state made by `encode_generator`.

    Raises:
        protocol.ProtocolError: the message is no such state.
    """
    if not isinstance(message, dict) or set(message) != {"torch_generator"}:
        raise protocol.ProtocolError("a random generator's state is incomplete")
    state = message["torch_generator"]
    if not is_state(state):
        raise protocol.ProtocolError("a random generator's state is none")
    try:
        generator.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
    except RuntimeError as error:
        raise protocol.ProtocolError("a random generator's state is out of range") from error


def with_gradient(value: object) -> Iterator[torch.Tensor]:
    """The tensors that require a gradient in a value, lists and tuples included, in the order of their place."""
    for _, item in encoding.items("", value):
        if isinstance(item, torch.Tensor) and item.requires_grad:
            yield item


class _Pickler(pickle.Pickler):
    """Refers to the classes of some modules by name and keeps those that it met."""

    def __init__(self, file: io.BytesIO, modules: Mapping[str, str]) -> None:
        super().__init__(file)
        self.modules = modules
        self.met: set[str] = set()

    def persistent_id(self, item: object) -> tuple[str, str] | None:
        if not isinstance(item, type) or item.__module__.startswith("torch."):
            return None
        if item.__module__ not in self.modules:
            if issubclass(item, torch.nn.Module):
                raise pickle.PicklingError(f"{item.__qualname__} is no class that students were given")
            return None
        self.met.add(item.__module__)
        return item.__module__, item.__qualname__


class _Unpickler(pickle.Unpickler):
    """Finds these classes in modules that are made of their sources."""

    def __init__(self, file: io.BytesIO, sources: Mapping[str, str]) -> None:
        super().__init__(file)
        self.modules = {name: types.ModuleType(name) for name in sources}
        for name, source in sources.items():
            exec(compile(source, f"{name}.py", "exec"), self.modules[name].__dict__)  # noqa: S102  # handed out

    def persistent_load(self, pid: Any) -> Any:
        module, name = pid
        return getattr(self.modules[module], name)


def encode_network(network: torch.nn.Module, given: Mapping[str, str]) -> dict[str, Any]:
    """A network of the grader's as a message to a worker, never the other way: it is pickled.

    Args:
        network: of torch's own layers and of classes of the modules in `given`.
        given: sources of modules by name, as students were given them; what they hold is no secret.

    Raises:
        protocol.ProtocolError: something in it has another class.
    """
    file = io.BytesIO()
    pickler = _Pickler(file, given)
    try:
        pickler.dump(network)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise protocol.ProtocolError(f"a network that cannot be sent: {error}") from error
    return {"network": file.getvalue(), "given": {name: given[name] for name in sorted(pickler.met)}}


def decode_network(message: dict[str, Any]) -> torch.nn.Module:
    """The network in a message of the grader's."""
    network: torch.nn.Module = _Unpickler(io.BytesIO(message["network"]), message["given"]).load()
    return network


def equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors of one shape, dtype and device hold the same; NaN equals NaN."""
    return bool(((one == other) | ((one != one) & (other != other))).all())


def network_state(network: torch.nn.Module) -> dict[str, Any]:
    """What a call can change of a network: its parameters and buffers, and the mode of each of its modules."""
    values = {name: value.detach().clone() for name, value in network.state_dict().items()}
    return {"values": values, "modes": [bool(module.training) for module in network.modules()]}


def same_state(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two states are equal; NaN equals NaN.

    Raises:
        TypeError: they are not those of one network.
    """
    kinds = [
        {name: (value.shape, value.dtype) for name, value in state["values"].items()}
        for state in (one, other)
    ]
    if kinds[0] != kinds[1] or len(one["modes"]) != len(other["modes"]):
        raise TypeError("the model's parameters and buffers have other names, shapes or dtypes than before")
    return one["modes"] == other["modes"] and all(
        equal(value.cpu(), other["values"][name].cpu()) for name, value in one["values"].items()
    )


def encode_state(state: Mapping[str, Any]) -> dict[str, Any]:
    """A network's state as a message."""
    return {
        "values": {name: encode(value) for name, value in state["values"].items()},
        "modes": state["modes"],
    }


def restore_network(network: torch.nn.Module, message: Any) -> None:
    """Set a network to a state made by `encode_state`.

    Raises:
        protocol.ProtocolError: the message is no state of this network.
    """
    if not isinstance(message, dict) or set(message) != {"values", "modes"}:
        raise protocol.ProtocolError("a network's state is incomplete")
    ours, modules = network.state_dict(), list(network.modules())
    values, modes = message["values"], message["modes"]
    if not isinstance(values, dict) or values.keys() != ours.keys():
        raise protocol.ProtocolError("a network's state with other names")
    if not isinstance(modes, list) or len(modes) != len(modules):
        raise protocol.ProtocolError("a network's state with other modules")
    if not all(isinstance(mode, bool) for mode in modes):
        raise protocol.ProtocolError("a network's mode that is none")
    theirs = {name: decode(value) for name, value in values.items()}
    if any(
        (theirs[name].dtype, theirs[name].shape) != (value.dtype, value.shape) for name, value in ours.items()
    ):
        raise protocol.ProtocolError("a network's state of another type")
    with torch.no_grad():
        for name, value in ours.items():
            value.copy_(theirs[name])
    for module, mode in zip(modules, modes, strict=True):
        module.training = mode
