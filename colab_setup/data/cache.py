"""A folder of .npy files for each data set that was read, after which loading it is a memory map.

A cache folder is named by a fingerprint of its source and comes into being by one rename, when everything in
it is written: one that was cut off has another name and is never read.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..language import _, reason
from .archives import listing
from .dataset import CLASSES, SIDE, DataError, Dataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

ARRAYS = ("X_train", "y_train", "X_test", "y_test")
DESCRIPTION = "dataset.json"
FORMAT = 1  # a change of what is written here, or of the order of the examples, makes it 2
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_TAIL_BYTES = 16_000_000
_ABANDONED_SECONDS = 3600
_PARTIAL = ".partial-"


def default_root() -> Path:
    """Where caches are kept unless a place is given: below $XDG_CACHE_HOME, or ~/.cache."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if os.path.isabs(given) else Path.home() / ".cache"
    return base / "deep-learning-coursework"


def fingerprint(source: Path) -> str:
    """A name for the source as it is now.

    Of a file: its path, size, time of last change, and last 16 MB, where a zip keeps the sums of all its
    entries and a gzip file that of its content. Of a folder: every file's name, size and time.
    """
    digest = hashlib.sha256(f"{FORMAT}\0{source.resolve()}\0".encode(errors="surrogateescape"))
    if source.is_dir():
        for name, size, changed in listing(source):
            digest.update(f"{name}\0{size}\0{changed}\n".encode(errors="surrogateescape"))
    else:
        status = source.stat()
        digest.update(f"{status.st_size}\0{status.st_mtime_ns}\0".encode())
        with source.open("rb") as file:
            file.seek(max(0, status.st_size - _TAIL_BYTES))
            digest.update(file.read(_TAIL_BYTES))
    return digest.hexdigest()[:32]


def read(folder: Path) -> Dataset | None:
    """The data set of a cache folder, as read-only memory maps, or None where there is no whole one."""
    import numpy as np

    try:
        description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
        name, source = str(description["name"]), str(description["source"])
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    for split in ("train", "test"):
        X, y = arrays[f"X_{split}"], arrays[f"y_{split}"]
        if X.dtype != np.uint8 or y.dtype != np.int64 or X.shape != (len(y), SIDE, SIDE, 3):
            return None
    return Dataset(name, CLASSES, **arrays, source=source)


@contextmanager
def new(folder: Path) -> Iterator[Path]:
    """A folder to write a cache in, which becomes `folder` if the block ends well and is gone if not.

    Raises DataError where the disk is full or may not be written to.
    """
    temporary = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder.parent)
        temporary = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
        yield temporary
        if read(temporary) is None:
            raise DataError(
                _("The cache in {parent} came out incomplete: run the cell again.", parent=folder.parent)
            )
        _put_in_place(temporary, folder)
    except OSError as error:
        raise _unwritable(folder.parent, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def write_header(path: Path, shape: tuple[int, ...], dtype: str) -> int:
    """Begin a .npy file of this shape and type. Returns where its body has to start, in bytes."""
    import numpy as np

    with path.open("wb") as file:
        header = {"shape": shape, "fortran_order": False, "descr": np.dtype(dtype).str}
        np.lib.format.write_array_header_1_0(file, header)
        return file.tell()


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Like numpy.save, but a full disk raises an OSError with its number, which numpy's does not have."""
    import numpy as np

    write_header(path, array.shape, array.dtype.str)
    with path.open("ab") as file:
        file.write(np.ascontiguousarray(array).data)


def write_description(folder: Path, name: str, source: str) -> None:
    text = json.dumps({"name": name, "source": source}, ensure_ascii=False)
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")


def _put_in_place(temporary: Path, folder: Path) -> None:
    temporary.chmod(0o755)
    for _attempt in range(3):
        try:
            temporary.rename(folder)
            return
        except OSError:
            if read(folder) is not None:
                return  # another process was faster
            # What is there is no whole cache: move it out of the way first, so that nobody sees it half deleted.
            rubbish = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
            with suppress(FileNotFoundError):
                folder.rename(rubbish / "old")
            shutil.rmtree(rubbish, ignore_errors=True)
    temporary.rename(folder)


def _remove_abandoned(root: Path) -> None:
    """Delete what killed processes left behind; an hour is longer than any cache takes to be written."""
    for path in root.glob(_PARTIAL + "*"):
        try:
            if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
        except FileNotFoundError:
            continue


def _unwritable(root: Path, error: OSError) -> DataError:
    if error.errno in NO_SPACE:
        return DataError(
            _(
                "The disk is full, so that the data set could not be written to {root}: free about 200 MB there, "
                "or give a cache folder on another disk (cache=...).",
                root=root,
            )
        )
    return DataError(
        _(
            "The data set could not be written to {root} ({reason}): give a cache folder that can be written "
            "to (cache=...).",
            root=root,
            reason=reason(error),
        )
    )
