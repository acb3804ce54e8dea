"""Reads the official "python" and "binary" archives of CIFAR-10, packed or unpacked.

A pickle from outside can run any code: the python archive's are read by an unpickler that knows five names,
each bound to an inert stand-in of this module, so that not even numpy's own reconstruction runs.

An archive or batch file that has the official name and size must have the official MD5 sum; one of another
size (a mirror's, or a small one of the same layout) cannot be compared with anything, so that gzip's own sum
and the layout have to do, and `Batches.checked` is False.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ..language import _
from .archives import damaged
from .dataset import CLASSES, IMAGE_BYTES, SIDE, DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCHES = ("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")
MAX_BATCH_BYTES = 64_000_000

OFFICIAL = {  # name: (bytes, MD5)
    "cifar-10-python.tar.gz": (170498071, "c58f30108f718f92721af3b95e74349a"),
    "cifar-10-binary.tar.gz": (170052171, "c32a1d4ab5d03f1284b67883e8d87530"),
    "data_batch_1": (31035704, "c99cafc152244af753f735de768cd75f"),
    "data_batch_2": (31035320, "d4bba439e000b95fd0a9bffe97cbabec"),
    "data_batch_3": (31035999, "54ebc095f3ab1f0389bbae665268c751"),
    "data_batch_4": (31035696, "634d18415352ddfa80567beed471001a"),
    "data_batch_5": (31035623, "482c414d41f54cd18b22e5b47cb7c3cb"),
    "test_batch": (31035526, "40351d587109b95175f43aff81a1287e"),
}


@dataclass(frozen=True)
class Batches:
    """The images (N, 32, 32, 3) and labels of each split, in the official order.

    `form` is "python" or "binary"; `checked` says whether all sums were compared with the official ones.
    """

    form: str
    checked: bool
    images: dict[str, NDArray[np.uint8]]
    labels: dict[str, NDArray[np.int64]]


def batch_folder(folder: Path) -> Path | None:
    """The folder itself or its only sub-folder that holds batch files, or None."""
    candidates = [folder, *(path for path in sorted(folder.iterdir()) if path.is_dir())]
    for path in candidates:
        if any((path / (name + suffix)).is_file() for name in BATCHES for suffix in ("", ".bin")):
            return path
    return None


def read_batch_folder(folder: Path) -> Batches:
    """Raises DataError for a missing, damaged or wrong batch file."""
    contents: dict[str, bytes] = {}
    checks = []
    for name in (name + suffix for name in BATCHES for suffix in ("", ".bin")):
        path = folder / name
        if path.is_file():
            if path.stat().st_size > MAX_BATCH_BYTES:
                raise damaged(path, _("is too large for a CIFAR-10 batch"))
            checks.append(_check(path))
            contents[name] = path.read_bytes()
    return _assembled(folder, contents, all(checks))


def read_batch_archive(path: Path) -> Batches:
    """Raises DataError for an archive that is damaged, has a wrong sum or not the official layout."""
    checked = _check(path)
    contents: dict[str, bytes] = {}
    try:
        with _decompressed(path) as stream:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    parts = member.name.split("/")
                    if member.name.startswith("/") or ".." in parts:
                        raise DataError(
                            _(
                                "{name} holds {member!r}, a name that points outside its folder: get the archive from the "
                                "official CIFAR-10 page.",
                                name=path.name,
                                member=member.name,
                            )
                        )
                    if not member.isfile() or parts[-1].removesuffix(".bin") not in BATCHES:
                        continue
                    file = archive.extractfile(member)
                    if member.size > MAX_BATCH_BYTES or parts[-1] in contents or file is None:
                        raise damaged(path, _("holds an impossible {name}", name=member.name))
                    contents[parts[-1]] = file.read()
            while stream.read(1 << 20):  # to the end, where gzip compares its sum
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(path, _("is damaged or was copied only in part")) from error
    return _assembled(path, contents, checked)


def _decompressed(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _check(path: Path) -> bool:
    """True for the official file, False for one that cannot be compared, DataError for a falsified one."""
    size, official = OFFICIAL.get(path.name, (-1, ""))
    if path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found != official:
        raise damaged(
            path,
            _(
                "has the MD5 sum {found} where the official file has {official}",
                found=found,
                official=official,
            ),
        )
    return True


def _assembled(source: Path, contents: dict[str, bytes], checked: bool) -> Batches:
    import numpy as np

    form = "binary" if any(name.endswith(".bin") for name in contents) else "python"
    names = [name + (".bin" if form == "binary" else "") for name in BATCHES]
    missing = [name for name in names if name not in contents]
    if missing:
        raise DataError(
            _(
                "{name} has no {missing}: it is no whole CIFAR-10 archive, so get it again.",
                name=source.name,
                missing=", ".join(missing),
            )
        )
    read = _read_binary if form == "binary" else _read_pickle
    batches = [read(name, contents.pop(name)) for name in names]
    images, labels = zip(*batches, strict=True)
    return Batches(
        form,
        checked,
        {"train": np.concatenate(images[:-1]), "test": images[-1]},
        {"train": np.concatenate(labels[:-1]), "test": labels[-1]},
    )


def _read_binary(name: str, content: bytes) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Records of one byte label and 3,072 bytes of pixels, the red, green and blue planes one after the other."""
    import numpy as np

    if not content or len(content) % (1 + IMAGE_BYTES):
        raise _not_a_batch(name)
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, 1 + IMAGE_BYTES)
    return _checked(name, records[:, 1:], records[:, 0].astype(np.int64))


def _read_pickle(name: str, content: bytes) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """A dictionary with `data`, a (N, 3072) uint8 array of planes, and `labels`, a list of N integers."""
    import numpy as np

    try:
        batch = {_text(key): value for key, value in _BatchUnpickler(io.BytesIO(content)).load().items()}
        pixels = batch["data"].array()
        labels = [int(label) for label in batch["labels"]]
    except Exception as error:  # a hostile or damaged pickle can raise anything
        raise _not_a_batch(name) from error
    return _checked(name, pixels, np.array(labels, dtype=np.int64))


def _checked(
    name: str, planes: NDArray[np.uint8], labels: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    import numpy as np

    if planes.ndim != 2 or planes.shape != (len(labels), IMAGE_BYTES) or not len(labels):
        raise _not_a_batch(name)
    if labels.min() < 0 or labels.max() >= len(CLASSES):
        raise DataError(
            _("{name} has labels that CIFAR-10 does not have: get the CIFAR-10 archive again.", name=name)
        )
    images = planes.reshape(-1, 3, SIDE, SIDE).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), labels


def _not_a_batch(name: str) -> DataError:
    return DataError(
        _("{name} is no CIFAR-10 batch or is damaged: get the official archive again.", name=name)
    )


def _text(key: object) -> str:
    return key.decode() if isinstance(key, bytes) else str(key)


class _Array:
    """What a pickled numpy array turns into: its shape, its type and its bytes."""

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state: tuple[object, ...] = ()

    def __setstate__(self, state: tuple[object, ...]) -> None:
        self._state = state

    def array(self) -> NDArray[np.uint8]:
        """Raises some exception for anything but a uint8 array in C order."""
        import numpy as np

        _version, shape, kind, fortran, raw = self._state
        if not isinstance(kind, _Type) or kind.code != "u1" or fortran or not isinstance(raw, bytes):
            raise ValueError("not an array of bytes")
        return np.frombuffer(raw, dtype=np.uint8).reshape(cast("tuple[int, ...]", shape))


class _Type:
    """What a pickled numpy dtype turns into: its code, `u1` for uint8."""

    __slots__ = ("code",)

    def __init__(self, code: object, *flags: object) -> None:
        self.code = _text(code)

    def __setstate__(self, state: object) -> None:
        pass  # byte order and alignment, of no meaning for single bytes


class _Reconstruct:
    """Stands for numpy's `_reconstruct(ndarray, shape, typecode)`, which makes an empty array to be filled."""

    __slots__ = ()

    def __call__(self, kind: object, shape: object, code: object) -> _Array:
        return _Array()

    def __setstate__(self, state: object) -> None:
        raise pickle.UnpicklingError("no state")


class _Encode:
    """Stands for `_codecs.encode(text, "latin1")`, the form of bytes in pickles of protocol 2."""

    __slots__ = ()

    def __call__(self, text: str, encoding: object) -> bytes:
        return text.encode("latin1")

    def __setstate__(self, state: object) -> None:
        raise pickle.UnpicklingError("no state")


_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _Reconstruct(),
    ("numpy._core.multiarray", "_reconstruct"): _Reconstruct(),
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
    ("_codecs", "encode"): _Encode(),
}


class _BatchUnpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, encoding="bytes")

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed") from None

    def persistent_load(self, pid: object) -> Any:
        raise pickle.UnpicklingError("persistent ids are not allowed")
