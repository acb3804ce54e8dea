"""The images of a session: found where students put them, brought to the machine's own disk, or replaced by synthetic ones."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from .data import DataError, Dataset, finding, load
from .language import _, reason
from .machine import drive as drives
from .progress import progress as said_of

_CHUNK = 4_000_000


def find(
    given: Path | str | None,
    folder: Path,
    kept: Path,
    on_drive: tuple[Path, ...],
    mounted: bool,
    mountpoint: Path,
) -> Path | None:
    """The archive or folder that was given, or the one that lies in the session's folders or on the mounted Drive."""
    if given is not None:
        return Path(given).expanduser()
    places = [folder, kept, *on_drive]
    if mounted:
        places += [drives.my_drive(mountpoint), mountpoint.parent]
    return finding.find(places)


def fetch(
    source: Path | None, cache: Path | str | None, progress: bool, mountpoint: Path, problems: list[str]
) -> Dataset:
    """The images of an archive or folder; synthetic ones, and one more of `problems`, where they cannot be read."""
    if source is None:
        names = _(" or ").join(finding.ARCHIVES[:2])
        problems.append(
            _(
                "No data was found, so synthetic images stand in for CIFAR-10: put the course's {names} beside "
                "the notebook or into its folder on Drive and run this cell again.",
                names=names,
            )
        )
        return load(None)
    try:
        local = _on_this_machine(source, mountpoint, progress)
        return load(local, cache=None if cache is None else Path(cache), progress=progress)
    except DataError as error:
        problems.append(_("{error} Until then synthetic images stand in for CIFAR-10.", error=error))
        return load(None)


def _on_this_machine(source: Path, mountpoint: Path, shown: bool) -> Path:
    """The archive itself, or its copy on the machine's own disk where it is on Drive, which is slow to read."""
    if not (drives.is_file(source) and mountpoint in Path(os.path.abspath(source)).parents):
        return source
    folder = mountpoint.parent / "data"
    copy, partial = folder / source.name, folder / f".{source.name}.part"
    try:
        there = source.stat()
        if copy.is_file():
            here = copy.stat()
            if here.st_size == there.st_size and int(here.st_mtime) == int(there.st_mtime):
                return copy
        folder.mkdir(parents=True, exist_ok=True)
        _copied(source, partial, shown)
        if partial.stat().st_size != there.st_size:
            raise DataError(_("{name} came from Drive only in part: run this cell again.", name=source.name))
        partial.replace(copy)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DataError(
                _(
                    "The disk is full, so that {name} could not be copied to {folder}: free some space there and run "
                    "this cell again.",
                    name=source.name,
                    folder=folder,
                )
            ) from error
        raise DataError(
            _(
                "{name} could not be copied from Drive to {folder} ({reason}): run this cell again.",
                name=source.name,
                folder=folder,
                reason=reason(error),
            )
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return copy


def _copied(source: Path, to: Path, shown: bool) -> None:
    """Copy a file with its times, and say how far it is."""
    chunks = range(0, source.stat().st_size, _CHUNK)
    with source.open("rb") as read, to.open("wb") as written:
        for _start in said_of(chunks, _("copying {name} from Drive", name=source.name)) if shown else chunks:
            written.write(read.read(_CHUNK))
    shutil.copystat(source, to)
