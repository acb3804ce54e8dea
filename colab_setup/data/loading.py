"""The data set of an assignment, for students in Colab and for the grader: `load`, `unpack`, `synthetic`.

`load` reads CIFAR-10 in the forms that a course meets: a zip with a folder of images, the official archives, or
either unpacked. The first call decodes straight from the zip, in several processes, into a cache; every later
one maps that into memory. At import the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..language import _, reason
from . import archives, batches
from . import cache as caches
from .dataset import CLASSES, SIDE, DataError, Dataset, progress_bar
from .processes import decode_all
from .synthetic import synthetic
from .unpacking import is_partial, unpack

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLASSES", "DataError", "Dataset", "load", "synthetic", "unpack"]


def load(source: Path | None = None, *, cache: Path | None = None, progress: bool = False) -> Dataset:
    """CIFAR-10 from `source`, or without one the synthetic set, which `Dataset.source` then says.

    `source` is a zip with a folder of images (`.../train/<class>/<name>.jpg` and `.../test/...`), such a folder,
    an official python or binary archive, or its unpacked folder. The examples of a folder of images come shuffled
    by a hash of their names, those of an archive in its own order; both are the same in every call.

    `cache` is the folder that caches are kept in; by default one below $XDG_CACHE_HOME or ~/.cache. The arrays of
    CIFAR-10 are read-only memory maps. Raises DataError, whose message is one sentence for the reader.
    """
    if source is None:
        return synthetic()
    return _load(Path(source).expanduser(), cache, progress)


def _load(source: Path, cache_root: Path | None, progress: bool) -> Dataset:
    _need("numpy", "numpy")
    with _readable(source):
        if not source.exists():
            raise DataError(
                _(
                    "There is no data at {source}: check the path, and whether the Drive is mounted.",
                    source=source,
                )
            )
        if source.is_dir():
            source, write = _folder_form(source)
        else:
            write = _file_form(source)
        root = caches.default_root() if cache_root is None else Path(cache_root).expanduser()
        folder = root / f"cifar10-{caches.fingerprint(source)}"
        found = caches.read(folder)
    if found is not None:
        return found
    with caches.new(folder) as partial:
        write(source, partial, progress)
    found = caches.read(folder)
    if found is None:
        raise DataError(
            _("The cache in {folder} vanished while it was read: run the cell again.", folder=folder)
        )
    return found


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(
            _(
                "{source} cannot be read ({reason}): check its permissions, or copy it again.",
                source=source,
                reason=reason(error),
            )
        ) from error


def _need(module: str, package: str) -> None:
    try:
        __import__(module)
    except ImportError as error:
        raise DataError(
            _("Reading the data needs {package}: run `pip install {package}` first.", package=package)
        ) from error


def _folder_form(folder: Path) -> tuple[Path, Callable[[Path, Path, bool], None]]:
    """The folder below that really holds the data, and what reads it."""
    images, packed = archives.image_folder(folder), batches.batch_folder(folder)
    found = images or packed
    for place in {folder, found, found.parent} if found else {folder}:
        if place is not None and is_partial(place):
            raise DataError(
                _(
                    "{place} was not unpacked to its end: run unpack again, which goes on where it stopped.",
                    place=place,
                )
            )
    if images:
        return images, _write_image_folder
    if packed:
        return packed, _write_batches
    raise DataError(
        _(
            "{folder} holds neither train/ and test/ with a folder of images for each class nor the official "
            "CIFAR-10 batches: give the folder that does, or the CIFAR-10 zip itself.",
            folder=folder,
        )
    )


def _file_form(path: Path) -> Callable[[Path, Path, bool], None]:
    with path.open("rb") as file:
        start = file.read(262)
    if start[:2] == b"PK":
        return _write_zip
    if start[:2] == b"\x1f\x8b" or start[257:] == b"ustar":
        return _write_batches
    raise archives.no_archive(
        path, _("is neither a zip nor a CIFAR-10 archive, or was downloaded only in part")
    )


def _write_zip(path: Path, partial: Path, progress: bool) -> None:
    with _readable(path):
        files = archives.images_in_zip(path)
    _write_images(path, files, partial, _("{name}, a zip with a folder of images", name=path.name), progress)


def _write_image_folder(folder: Path, partial: Path, progress: bool) -> None:
    with _readable(folder):
        files = archives.images_in_folder(folder)
    _write_images(folder, files, partial, _("{name}, a folder of images", name=folder.name), progress)


def _write_images(
    source: Path, files: archives.ImageFiles, partial: Path, described: str, progress: bool
) -> None:
    import numpy as np

    _need("PIL", "pillow")
    bodies = []
    for split in archives.SPLITS:
        labels = np.array(files.labels[split], dtype=np.int64)
        caches.write_array(partial / f"y_{split}.npy", labels)
        images = partial / f"X_{split}.npy"
        start = caches.write_header(images, (len(labels), SIDE, SIDE, 3), "uint8")
        bodies.append((images, start, files.entries[split]))
    total = sum(len(entries) for _, _, entries in bodies)
    with progress_bar(total, _("reading {name}", name=source.name), shown=progress) as advance:
        decode_all(source, bodies, advance)
    caches.write_description(partial, "cifar10", _("CIFAR-10 from {described}", described=described))


def _write_batches(source: Path, partial: Path, progress: bool) -> None:
    with _readable(source), progress_bar(1, _("reading {name}", name=source.name), shown=progress) as advance:
        read = batches.read_batch_folder if source.is_dir() else batches.read_batch_archive
        found = read(source)
        advance(1)
    for split in archives.SPLITS:
        caches.write_array(partial / f"X_{split}.npy", found.images[split])
        caches.write_array(partial / f"y_{split}.npy", found.labels[split])
    sums = _("MD5 checked") if found.checked else _("not a file whose MD5 sum is known")
    described = _(
        "{name}, the {form} form of the official archive, {sums}",
        name=source.name,
        form=found.form,
        sums=sums,
    )
    caches.write_description(partial, "cifar10", _("CIFAR-10 from {described}", described=described))
