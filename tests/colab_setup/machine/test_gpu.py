"""What is said of the GPU, and how python, numpy and torch are set up."""

import random

import numpy as np
import pytest
import torch

from colab_setup.machine import gpu

T4 = "Tesla T4, 15360, 535.104.05\n"
TABLE = """
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 535.104.05             Driver Version: 535.104.05   CUDA Version: 12.2        |
+-----------------------------------------------------------------------------------------+
"""


@pytest.fixture(autouse=True)
def torch_settings():
    """Torch's settings are the process's: put them back."""
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.benchmark
    yield
    torch.set_float32_matmul_precision(before[0])
    torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = before[1], False
    torch.backends.cudnn.allow_tf32 = True
    torch.use_deterministic_algorithms(False)


def test_a_gpu_is_told_by_name_memory_driver_and_cuda(nvidia_smi):
    nvidia_smi(T4, TABLE)
    assert gpu.find_gpus() == (gpu.Gpu("Tesla T4", 15360, "535.104.05", "12.2"),)
    assert str(gpu.find_gpus()[0]) == "Tesla T4, 15 GB, driver 535.104.05, CUDA 12.2"


def test_several_gpus_are_all_told(nvidia_smi):
    nvidia_smi(T4 + "NVIDIA A100, 80GB, 81920, 550.1\n", TABLE)
    assert [found.name for found in gpu.find_gpus()] == ["Tesla T4", "NVIDIA A100, 80GB"]


@pytest.mark.parametrize("shell", ["exit 9", "echo NVIDIA-SMI has failed; exit 0", "kill -9 $$"])
def test_a_driver_that_does_not_work_counts_as_no_gpu(nvidia_smi, shell):
    nvidia_smi(shell=shell)
    assert gpu.find_gpus() == ()


def test_an_nvidia_smi_that_hangs_counts_as_no_gpu(nvidia_smi, monkeypatch):
    monkeypatch.setattr(gpu, "NVIDIA_SMI_SECONDS", 0.2)
    nvidia_smi(T4, TABLE, shell="exec sleep 20")
    assert gpu.find_gpus() == ()


def test_without_a_gpu_colab_is_told_the_menu_and_a_laptop_nothing(monkeypatch):
    monkeypatch.setattr(gpu, "find_gpus", lambda: ())
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    in_colab = gpu.prepare(seed=1, colab=True)
    assert in_colab.name == "cpu"
    assert "Runtime > Change runtime type" in in_colab.problem
    assert gpu.prepare(seed=1, colab=False).problem is None


def test_a_gpu_that_this_torch_cannot_use_is_told_with_the_reason(nvidia_smi, monkeypatch):
    nvidia_smi(T4, TABLE)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", None)
    assert "built for the CPU alone" in gpu.prepare(seed=1).problem
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    device = gpu.prepare(seed=1)
    assert (device.name, device.gpus[0].name) == ("cpu", "Tesla T4")
    assert "built for CUDA 13.0 while the driver 535.104.05 runs CUDA 12.2" in device.problem


def test_without_torch_the_seeds_are_still_set(nvidia_smi, monkeypatch):
    nvidia_smi(T4, TABLE)
    monkeypatch.setattr(gpu, "_installed", lambda package: package != "torch")
    device = gpu.prepare(seed=3)
    drawn = random.random(), np.random.rand()
    assert (device.name, device.torch) == ("cpu", None)
    assert "pip install torch" in device.problem
    gpu.prepare(seed=3)
    assert (random.random(), np.random.rand()) == drawn


def test_one_seed_makes_python_numpy_and_torch_repeat_themselves():
    def draw():
        return random.random(), np.random.rand(), float(torch.rand(()))

    gpu.seed_all(5)
    first = draw()
    assert all(one != two for one, two in zip(draw(), first, strict=True))
    gpu.seed_all(5)
    assert draw() == first
    gpu.seed_all(6)
    assert all(one != two for one, two in zip(draw(), first, strict=True))


def test_speed_or_determinism_is_set_as_asked(nvidia_smi, monkeypatch):
    nvidia_smi(T4, TABLE)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    fast = gpu.prepare(seed=1)
    assert (fast.name, fast.problem) == ("cuda", None)
    assert fast.settings == "seed 1, cuDNN benchmark, TF32"
    assert torch.backends.cudnn.benchmark
    assert torch.backends.cuda.matmul.allow_tf32
    assert not torch.are_deterministic_algorithms_enabled()
    exact = gpu.prepare(seed=1, deterministic=True, tf32=False)
    assert exact.settings == "seed 1, deterministic algorithms, full float32"
    assert torch.are_deterministic_algorithms_enabled()
    assert torch.backends.cudnn.deterministic
    assert not torch.backends.cudnn.benchmark
    assert not torch.backends.cuda.matmul.allow_tf32
    assert not torch.backends.cudnn.allow_tf32


@pytest.mark.gpu
def test_a_real_gpu_is_found_and_used():
    if not torch.cuda.is_available():
        pytest.skip("needs a CUDA device")
    device = gpu.prepare(seed=1)
    assert device.name == "cuda"
    assert device.gpus[0].memory_mib > 1000
    assert device.gpus[0].name in torch.cuda.get_device_name(0)
