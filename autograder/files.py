"""Writes files: results whole or not at all, and arrays that workers map."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

SECRET = 0o600
"""The mode of a file that holds a course's secret."""


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace `path` by a file with this content, readable by everyone; with `SECRET` as its mode by its owner alone.

    Raises:
        OSError: it cannot be written; what was there before is still there.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_array(
    path: Path, dtype: str, shape: tuple[int, ...], parts: Iterable[np.ndarray[Any, Any]]
) -> None:
    """Write a `.npy` file from parts of it, in order, so that no second copy of everything is in memory.

    It is written and not mapped: on a full disk that is an error and no signal.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("wb") as file:
        header = {"descr": dtype, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for part in parts:
            file.write(part.data)
    path.chmod(0o644)  # a worker may be another user; the folder keeps everyone else out
