"""Finds the images of a folder-of-images data set, in a zip or unpacked, without unpacking or decoding any.

The form is `<anything>/train/<class>/<file>.jpg` and `test/<class>/<file>.jpg`. Names come from outside: each
is checked before it is used, and nothing here writes to disk.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..language import N_, _
from .dataset import CLASSES, DataError
from .decoding import DEFLATED, STORED, Entry

SPLITS = ("train", "test")
MAX_IMAGES = 500_000
MAX_IMAGE_FILE_BYTES = 1_000_000

_IMAGE = re.compile(r"(?P<root>(?:[^/]+/)*?)(?P<key>(?P<split>train|test)/(?P<label>[^/]+)/[^/]+)")
_SUFFIXES = (".jpg", ".jpeg", ".png")
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class ImageFiles:
    """The image files of each split in the order of the data set, and their labels."""

    entries: dict[str, tuple[Entry, ...]]
    labels: dict[str, tuple[int, ...]]


def safe_name(name: str) -> str:
    """A zip entry's name with forward slashes. Raises DataError for one that could leave the folder."""
    normal = name.replace("\\", "/")
    parts = normal.rstrip("/").split("/")
    if any(part in ("", ".", "..") or part.endswith(":") for part in parts) or re.match("[A-Za-z]:", normal):
        raise DataError(
            _(
                "The zip holds {name!r}, a name that points outside its folder: get the data from the course's "
                "own Drive folder.",
                name=name,
            )
        )
    return normal


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip, whose table was read. Raises DataError for one that is damaged, cut off or encrypted."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise no_archive(path, _("cannot be read as a zip and was probably copied only in part")) from error
    with archive:
        for info in archive.infolist():
            if info.flag_bits & 0x1:
                raise DataError(_("{name} is encrypted: get a zip without a password.", name=path.name))
            if info.external_attr >> 16 & 0o170000 == 0o120000:
                raise DataError(
                    _(
                        "{name} holds {filename!r}, a link: get the data from the course's own Drive folder.",
                        name=path.name,
                        filename=info.filename,
                    )
                )
        yield archive


def damaged(path: Path, how: str) -> DataError:
    return DataError(_("{name} {how}: delete it and copy or download it again.", name=path.name, how=how))


def no_archive(path: Path, how: str) -> DataError:
    """Why a file is no archive: what it is where that can be told, otherwise `how` it is damaged."""
    with path.open("rb") as file:
        start = file.read(200_000)
    text = start.decode("utf-8", "replace").lower()
    if not start:
        return DataError(_("{name} is empty: delete it and copy or download it again.", name=path.name))
    if text.startswith("version https://git-lfs"):
        return DataError(
            _(
                "{name} is a pointer of Git LFS, not the file itself: run `git lfs pull` beside it.",
                name=path.name,
            )
        )
    if not re.match(r"\ufeff?\s*(?:<!--.*?-->\s*)?<(?:!doctype|html|head|\?xml|script)", text, re.DOTALL):
        return damaged(path, how)
    fitting = [advice for signs, advice in _PAGES if any(sign in text for sign in signs)]
    return DataError(
        _(
            "{name} is a web page that was saved in the archive's place: {advice}.",
            name=path.name,
            advice=_(fitting[0] if fitting else _PAGES[0][1]),
        )
    )


_PAGES = (
    (
        (
            "sign in",
            "sign-in",
            "accounts.google",
            "need access",
            "request access",
            "access denied",
            "permission",
        ),
        N_(
            "open its link in the browser, sign in with the account that it is shared with (or ask the course to share "
            "it with everyone who has the link), and download it there"
        ),
    ),
    (
        ("quota", "too many users", "limit exceeded"),
        N_(
            "Drive allows no more downloads of it today, so add a shortcut to it to your own Drive, or try again tomorrow"
        ),
    ),
    (
        ("virus scan", "can't scan", "too large for google", "download anyway", "uc-warning"),
        N_(
            "Drive does not check files as large as this for viruses and asks first, so open its link in the browser and "
            "choose Download anyway, or add a shortcut to it to your own Drive"
        ),
    ),
)
"""What Drive's pages hold in place of a file, and what to do then."""


def images_in_zip(path: Path) -> ImageFiles:
    with open_zip(path) as archive:
        infos = [(safe_name(info.filename), info) for info in archive.infolist() if not info.is_dir()]
        files = _chosen(path, infos)
        for infos_of_split in files.values():
            for key, info in infos_of_split:
                if info.compress_type not in (STORED, DEFLATED):
                    raise DataError(
                        _(
                            "{name} packs {key} in a way that this reader does not know: make the zip again with plain `zip "
                            "-r`.",
                            name=path.name,
                            key=key,
                        )
                    )
        return _ordered(path, files, _zip_entry)


def _zip_entry(key: str, info: zipfile.ZipInfo) -> Entry:
    if info.file_size > MAX_IMAGE_FILE_BYTES:
        raise _too_large(key)
    return Entry(key, info.header_offset, info.compress_size, info.file_size, info.CRC, info.compress_type)


def images_in_folder(folder: Path) -> ImageFiles:
    """The folder is the one that `image_folder` gave. The entries' names are relative to it."""
    found = [(f"{split}/{path}", size) for split in SPLITS for path, size, _ in listing(folder / split)]
    return _ordered(folder, _chosen(folder, found), _folder_entry)


def _folder_entry(key: str, size: int) -> Entry:
    if size > MAX_IMAGE_FILE_BYTES:
        raise _too_large(key)
    return Entry(key)


def _too_large(key: str) -> DataError:
    return DataError(
        _("{key} is too large for a 32x32 image: remove it and make the data set again.", key=key)
    )


def image_folder(folder: Path) -> Path | None:
    """The folder itself or its only sub-folder that holds `train` and `test`, or None."""
    candidates = [folder, *(path for path in sorted(folder.iterdir()) if path.is_dir())]
    return next((path for path in candidates if all((path / split).is_dir() for split in SPLITS)), None)


def listing(folder: Path) -> list[tuple[str, int, int]]:
    """Every file below the folder as (path with forward slashes, size, time of last change in ns), sorted."""
    found: list[tuple[str, int, int]] = []
    pending = [("", os.fspath(folder))]
    while pending:
        prefix, path = pending.pop()
        with os.scandir(path) as children:
            for child in children:
                if child.is_dir(follow_symlinks=False):
                    pending.append((f"{prefix}{child.name}/", child.path))
                else:
                    status = child.stat()
                    found.append((prefix + child.name, status.st_size, status.st_mtime_ns))
    return sorted(found)


def _chosen(source: Path, named: Iterable[tuple[str, _Item]]) -> dict[str, list[tuple[str, _Item]]]:
    """The image files by split, as (split/class/file, item)."""
    roots: set[str] = set()
    chosen: dict[str, dict[str, _Item]] = {split: {} for split in SPLITS}
    for name, item in named:
        if not name.lower().endswith(_SUFFIXES) or "/." in f"/{name}" or name.startswith("__MACOSX/"):
            continue
        match = _IMAGE.fullmatch(name)
        if match is None:
            continue
        roots.add(match["root"])
        if match["label"] not in CLASSES:
            raise DataError(
                _(
                    "{name} has a class folder {split}/{label} that CIFAR-10 does not have: remove it or give the "
                    "CIFAR-10 zip.",
                    name=source.name,
                    split=match["split"],
                    label=match["label"],
                )
            )
        files = chosen[match["split"]]
        if match["key"] in files or len(roots) > 1:
            raise DataError(
                _(
                    "{name} holds {match} or its folder twice: make the zip again.",
                    name=source.name,
                    match=match["key"],
                )
            )
        files[match["key"]] = item
    if not any(chosen.values()):
        raise DataError(
            _(
                "{name} holds no images as train/<class>/<name>.jpg and test/<class>/<name>.jpg: give the "
                "CIFAR-10 zip of the course, its folder, or an official CIFAR-10 archive.",
                name=source.name,
            )
        )
    if sum(map(len, chosen.values())) > MAX_IMAGES:
        raise DataError(
            _(
                "{name} holds more than {max_images:,} images: give the CIFAR-10 zip.",
                name=source.name,
                max_images=MAX_IMAGES,
            )
        )
    for split in SPLITS:
        present = {key.split("/")[1] for key in chosen[split]}
        missing = [name for name in CLASSES if name not in present]
        if missing:
            raise DataError(
                _(
                    "{name} has no images in {missing}: it was probably copied or unpacked only in part, so get it "
                    "again.",
                    name=source.name,
                    missing=", ".join(f"{split}/{name}" for name in missing),
                )
            )
    return {split: list(files.items()) for split, files in chosen.items()}


def _ordered(
    source: Path, files: dict[str, list[tuple[str, _Item]]], entry: Callable[[str, _Item], Entry]
) -> ImageFiles:
    """Shuffled by a hash of the name: the same order from a zip and a folder, on every machine."""
    ordered = {
        split: sorted(items, key=lambda item: hashlib.blake2b(item[0].encode(), digest_size=8).digest())
        for split, items in files.items()
    }
    label = {name: index for index, name in enumerate(CLASSES)}
    return ImageFiles(
        {split: tuple(entry(key, item) for key, item in items) for split, items in ordered.items()},
        {split: tuple(label[key.split("/")[1]] for key, _ in items) for split, items in ordered.items()},
    )
