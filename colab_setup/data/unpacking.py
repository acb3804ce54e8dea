"""The lecture's `unzip -uq data.zip`, so made that a session that is cut off leaves nothing half-written.

Each file is written under another name and then renamed; the folder `.unpacking` is there from before the first
file until after the last, and `.unpacked` is written at the very end.
"""

from __future__ import annotations

import json
import lzma
import os
import shutil
import time
import zipfile
import zlib
from pathlib import Path

from ..language import _, reason
from .archives import damaged, open_zip, safe_name
from .cache import NO_SPACE
from .dataset import DataError, progress_bar

IN_PROGRESS = ".unpacking"
COMPLETE = ".unpacked"
DRIVE = Path("/content/drive")

_ZIP_CLOCK_SECONDS = 2  # a zip keeps even seconds only


def unpack(archive: Path, dest: Path, *, progress: bool = False) -> int:
    """Unpack what is missing in `dest`, newer in the zip, or there with another size. Returns how many files.

    A file of another size is taken for one that an earlier, interrupted `unzip` left. Raises DataError for a
    zip that is not there, damaged, or holds a name that points outside; for a full disk; and for a folder on
    Google Drive, where tens of thousands of small files take hours.
    """
    archive, dest = Path(archive), Path(dest)
    if not archive.is_file():
        raise DataError(
            _(
                "There is no zip at {archive}: check the path, and whether the Drive is mounted.",
                archive=archive,
            )
        )
    if dest.resolve().is_relative_to(DRIVE):
        raise DataError(
            _("{dest} is on Google Drive, where unpacking takes hours: unpack to /content/data.", dest=dest)
        )
    try:
        with open_zip(archive) as opened:
            return _unpack(opened, archive, dest, progress)
    except OSError as error:
        if error.errno in NO_SPACE:
            raise _disk_full(dest) from error
        raise DataError(
            _(
                "{name} could not be unpacked to {dest} ({reason}): unpack to another folder.",
                name=archive.name,
                dest=dest,
                reason=reason(error),
            )
        ) from error


def is_partial(folder: Path) -> bool:
    """Whether `unpack` has begun in this folder and not come to its end."""
    return (folder / IN_PROGRESS).exists()


def _unpack(opened: zipfile.ZipFile, archive: Path, dest: Path, progress: bool) -> int:
    named = [(dest / safe_name(info.filename), info) for info in opened.infolist()]
    folders = {path for path, info in named if info.is_dir()}
    missing = [(path, info) for path, info in named if not info.is_dir() and not _is_current(path, info)]
    if not missing and not is_partial(dest) and (dest / COMPLETE).exists():
        return 0

    working = dest / IN_PROGRESS
    working.mkdir(parents=True, exist_ok=True)
    (dest / COMPLETE).unlink(missing_ok=True)
    if shutil.disk_usage(dest).free < sum(info.file_size for _, info in missing):
        raise _disk_full(dest)
    for folder in sorted(folders | {path.parent for path, _info in missing}):
        folder.mkdir(parents=True, exist_ok=True)
    with progress_bar(len(missing), _("unpacking {name}", name=archive.name), shown=progress) as advance:
        temporary = working / f"{os.getpid()}.part"
        try:
            for path, info in missing:
                _extract(opened, archive, info, temporary)
                temporary.replace(path)
                advance(1)
        finally:
            temporary.unlink(missing_ok=True)
    shutil.rmtree(working)
    (dest / COMPLETE).write_text(
        json.dumps({"archive": archive.name, "files": len(named) - len(folders)}) + "\n"
    )
    return len(missing)


def _is_current(path: Path, info: zipfile.ZipInfo) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return status.st_size == info.file_size and status.st_mtime >= _changed(info) - _ZIP_CLOCK_SECONDS


def _changed(info: zipfile.ZipInfo) -> float:
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (OverflowError, ValueError):
        return 0.0


def _extract(opened: zipfile.ZipFile, archive: Path, info: zipfile.ZipInfo, path: Path) -> None:
    try:
        with opened.open(info) as packed, path.open("wb") as file:
            shutil.copyfileobj(packed, file)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError) as error:
        raise damaged(archive, _("is damaged at {filename}", filename=info.filename)) from error
    changed = _changed(info)
    os.utime(path, (changed, changed))


def _disk_full(dest: Path) -> DataError:
    return DataError(
        _(
            "The disk that holds {dest} is full: free some space, then run the same again, which goes on "
            "where it stopped.",
            dest=dest,
        )
    )
