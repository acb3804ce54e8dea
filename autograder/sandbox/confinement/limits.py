"""What a worker may use; an assignment's settings hold one such record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


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

    call_seconds: float = 10.0
    import_seconds: float = 30.0
    training_seconds: float = 60.0
    submission_seconds: float = 600.0
    memory_mb: int = 4096
    disk_mb: int = 64
    torch: bool = False
    cpu_threads: int = 1
    device: str = "cpu"
    gpu_memory_fraction: float = 0.9
