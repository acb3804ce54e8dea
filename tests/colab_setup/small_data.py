"""Makes small data sets in each of the forms that CIFAR-10 comes in."""

from __future__ import annotations

import io
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from colab_setup.data.loading import CLASSES

Files = dict[str, bytes]


def jpeg(seed: int, side: int = 32) -> bytes:
    pixels = np.random.default_rng(seed).integers(256, size=(4, 4, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).resize((side, side)).save(buffer, "JPEG")
    return buffer.getvalue()


def image_files(train: int = 3, test: int = 2) -> Files:
    """`train` and `test` images of each class, by their path; every image is another one."""
    files: Files = {}
    for split, count in (("train", train), ("test", test)):
        for name in CLASSES:
            for number in range(count):
                files[f"cifar10/{split}/{name}/{number + 1:04d}.jpg"] = jpeg(len(files))
    return files


def write_zip(path: Path, files: Files, *, compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_folder(path: Path, files: Files) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")


def batch_arrays(count: int = 4) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The images (count, 32, 32, 3) and labels of each batch."""
    rng = np.random.default_rng(0)
    return {
        name: (
            rng.integers(256, size=(count, 32, 32, 3), dtype=np.uint8),
            rng.integers(len(CLASSES), size=count),
        )
        for name in BATCHES
    }


def python_batches(arrays: dict[str, tuple[np.ndarray, np.ndarray]]) -> Files:
    files: Files = {"batches.meta": pickle.dumps({"label_names": list(CLASSES)}, protocol=2)}
    for name, (images, labels) in arrays.items():
        planes = np.ascontiguousarray(images.transpose(0, 3, 1, 2)).reshape(len(images), -1)
        files[name] = pickle.dumps({b"data": planes, b"labels": labels.tolist()}, protocol=2)
    return files


def binary_batches(arrays: dict[str, tuple[np.ndarray, np.ndarray]]) -> Files:
    files: Files = {"batches.meta.txt": "\n".join(CLASSES).encode()}
    for name, (images, labels) in arrays.items():
        planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
        files[f"{name}.bin"] = np.hstack([labels[:, None].astype(np.uint8), planes]).tobytes()
    return files


def write_tar(path: Path, files: Files, folder: str = "cifar-10-batches-py") -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


FORMS: dict[str, Callable[[dict[str, tuple[np.ndarray, np.ndarray]]], Files]] = {
    "python": python_batches,
    "binary": binary_batches,
}
