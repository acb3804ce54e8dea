"""Finds the GPU and sets torch up for it: what nvidia-smi and torch say, TF32, cuDNN, and the seeds.

Neither has to be there: without a GPU everything goes on with the CPU, without torch only the seeds are set.
"""

from __future__ import annotations

import importlib.util
import os
import random
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..language import N_, _

NVIDIA_SMI_SECONDS = 30
_COLAB_NVIDIA_SMI = Path("/opt/bin/nvidia-smi")
_FIELDS = "name,memory.total,driver_version"

NO_GPU = N_(
    "This runtime has no GPU, so everything runs on the CPU: for a GPU choose Runtime > Change runtime type in Colab's "
    "menu, there T4 GPU as hardware accelerator, then Save, and run this cell again."
)


@dataclass(frozen=True)
class Gpu:
    """What nvidia-smi says of a GPU: its memory in MiB, its driver, and the newest CUDA that the driver runs."""

    name: str
    memory_mib: int
    driver: str
    cuda: str

    def __str__(self) -> str:
        return _(
            "{name}, {memory_mib:.0f} GB, driver {driver}, CUDA {cuda}",
            name=self.name,
            memory_mib=self.memory_mib / 1024,
            driver=self.driver,
            cuda=self.cuda or "?",
        )


@dataclass(frozen=True)
class Device:
    """What to compute on.

    `name` is for torch ("cuda" or "cpu"), `gpus` are those of the machine, whether torch can use them or not,
    `torch` is its version or None, `settings` says in words what was set, and `problem` what to do, if anything.
    """

    name: str
    gpus: tuple[Gpu, ...]
    torch: str | None
    settings: str
    problem: str | None


def find_gpus() -> tuple[Gpu, ...]:
    """The GPUs that nvidia-smi lists; none where it is not installed, fails, or does not answer."""
    command = shutil.which("nvidia-smi") or (str(_COLAB_NVIDIA_SMI) if _COLAB_NVIDIA_SMI.exists() else None)
    if command is None:
        return ()
    listed = _output([command, f"--query-gpu={_FIELDS}", "--format=csv,noheader,nounits"])
    rows = [[field.strip() for field in line.rsplit(",", 2)] for line in listed.splitlines()]
    rows = [row for row in rows if len(row) == 3 and row[1].isdigit()]
    if not rows:
        return ()
    # Only the table for people says which CUDA the driver runs.
    found = re.search(r"CUDA[^:|]*Version:\s*([\d.]+)", _output([command]))
    return tuple(Gpu(name, int(memory), driver, found[1] if found else "") for name, memory, driver in rows)


def prepare(
    *,
    seed: int,
    deterministic: bool = False,
    tf32: bool = True,
    colab: bool = False,
    with_torch: bool = True,
) -> Device:
    """Seed python, numpy and torch, and set torch up for the GPU if there is one that it can use.

    Without `with_torch` neither torch, which takes seconds to import, nor a GPU is looked at.

    `deterministic` asks for the same numbers in every run, which is slower; otherwise cuDNN searches for the
    fastest algorithm. `tf32` lets float32 products run in TensorFloat-32. That there is no GPU is told as a
    problem in `colab` only, where one click gives one.
    """
    if deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS reads it when CUDA starts
    seed_all(seed, with_torch=with_torch)
    if not with_torch:
        return Device("cpu", (), None, _("seed {seed}", seed=seed), None)
    gpus = find_gpus()
    problem = None
    if not _installed("torch"):
        if gpus:
            problem = _(
                "The {name} cannot be used without torch: run `pip install torch`, then this again.",
                name=gpus[0].name,
            )
        elif colab:
            problem = _(NO_GPU)
        return Device("cpu", gpus, None, _("seed {seed}", seed=seed), problem)
    import torch

    cuda = bool(torch.cuda.is_available())
    settings = [_("seed {seed}", seed=seed)]
    torch.use_deterministic_algorithms(deterministic, warn_only=True)
    torch.backends.cudnn.deterministic = deterministic
    torch.backends.cudnn.benchmark = not deterministic
    torch.set_float32_matmul_precision("high" if tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = tf32
    if deterministic:
        settings.append(_("deterministic algorithms"))
    elif cuda:
        settings.append(_("cuDNN benchmark"))
    if cuda:
        settings.append("TF32" if tf32 else _("full float32"))
    elif gpus:
        problem = _unusable(gpus[0], torch.version.cuda)
    elif colab:
        problem = _(NO_GPU)
    return Device("cuda" if cuda else "cpu", gpus, str(torch.__version__), ", ".join(settings), problem)


def seed_all(seed: int, *, with_torch: bool = True) -> None:
    """Seed the global generators of python and, where they are installed, numpy and torch (CPU and GPU)."""
    random.seed(seed)
    if _installed("numpy"):
        import numpy as np

        np.random.seed(seed % 2**32)
    if with_torch and _installed("torch"):
        import torch

        torch.manual_seed(seed)


def _unusable(gpu: Gpu, built_for: str | None) -> str:
    if built_for is None:
        return _(
            "The {name} cannot be used because this torch is built for the CPU alone: install one with CUDA, "
            "as pytorch.org/get-started says.",
            name=gpu.name,
        )
    return _(
        "The {name} cannot be used by this torch, which is built for CUDA {built_for} while the driver "
        "{driver} runs CUDA {cuda}: restart the runtime, or install a torch that fits.",
        name=gpu.name,
        built_for=built_for,
        driver=gpu.driver,
        cuda=gpu.cuda or "?",
    )


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=NVIDIA_SMI_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
