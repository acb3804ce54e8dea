"""Torch's tensors and generators as messages, beside `protocol`; both sides use this module.

One of the worker's files. It imports torch, so it must only be imported where an assignment uses torch: never
for one whose functions work on arrays. A tensor crosses as the dtype's name out of an allow-list, its shape
and its bytes; what arrives is a plain, contiguous tensor on the CPU that the receiving side made itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

if __package__:
    from . import protocol
else:  # in the worker, where this file stands alone
    import protocol  # type: ignore[import-not-found, no-redef]

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
    array = protocol.encode(plain.numpy())
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
    array = protocol.decode({"array": wire, "shape": message["shape"], "data": message["data"]})
    tensor = torch.from_numpy(array)
    if dtype is torch.bool:
        tensor = tensor != 0  # a byte other than 0 and 1 is no truth value
    elif dtype is torch.bfloat16:
        tensor = tensor.view(torch.bfloat16)
    if grad and not dtype.is_floating_point:
        raise protocol.ProtocolError("a tensor of integers with a gradient")
    return tensor.requires_grad_(grad)


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
    if not isinstance(state, bytes) or len(state) != STATE_BYTES:
        raise protocol.ProtocolError("a random generator's state has the wrong size")
    try:
        generator.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
    except RuntimeError as error:
        raise protocol.ProtocolError("a random generator's state is out of range") from error


def with_gradient(value: object) -> Iterator[torch.Tensor]:
    """The tensors that require a gradient in a value, lists and tuples included, in the order of their place."""
    for _, item in protocol.items("", value):
        if isinstance(item, torch.Tensor) and item.requires_grad:
            yield item
