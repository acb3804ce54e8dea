"""What a worker may use; an assignment's settings hold one such record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

_Positive = Annotated[float, Field(gt=0)]
_Count = Annotated[int, Field(ge=1)]


def _device(name: str) -> str:
    if name not in ("cpu", "cuda"):
        raise ValueError(f"there is no device {name!r}: cpu or cuda.")
    return name


@dataclass(frozen=True)
class Limits:
    """What a worker may use. Seconds are such of processor time, on each of its threads; what waits is ended too, later:
    see `Patience`.

    Attributes:
        call_seconds: for one call.
        import_seconds: for importing one module.
        training_seconds: for a call that trains a model.
        submission_seconds: inside student code for all of a submission.
        memory_mb: address space in MiB; where torch is used, what comes on top of its own.
        disk_mb: size in MiB of the worker's /tmp, and of any one file.
        torch: whether the functions work on tensors, so that workers import torch before anything else.
        cpu_threads: threads of numpy and torch.
        device: "cpu", or "cuda" for a worker that sees the machine's GPUs; see `devices`.
        gpu_memory_fraction: share of the GPU's memory.
    """

    # Read from a file of settings too: nothing unknown, and nothing converted.
    __pydantic_config__: ClassVar[Mapping[str, object]] = {
        "extra": "forbid",
        "strict": True,
        "allow_inf_nan": False,
    }

    call_seconds: _Positive = 10.0
    import_seconds: _Positive = 30.0
    training_seconds: _Positive = 60.0
    submission_seconds: _Positive = 600.0
    memory_mb: _Count = 4096
    disk_mb: _Count = 64
    torch: bool = False
    cpu_threads: _Count = 1
    device: Annotated[str, AfterValidator(_device)] = "cpu"
    gpu_memory_fraction: Annotated[float, Field(gt=0, le=1)] = 0.9
