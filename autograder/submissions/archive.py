"""Lists the files of a zip or a folder that a stranger made, and reads single ones into memory within limits.

It must never write to disk, follow a link, wait for a pipe, or trust a size or a name that a zip declares.
The list of names is checked before the first byte of a file is read. An entry that must not be read, such as a link, does
no harm while nobody reads it: it is refused when somebody does.
"""

from __future__ import annotations

import copy
import io
import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

from ..text import composed
from .junk import is_left_out

MAX_TOTAL_BYTES = 2_000_000_000
"""Of all files together. It is wide, since a large file that nobody reads must not cost the modules beside it."""

MAX_ENTRIES = 100_000
"""A data set of images unpacked beside the modules has tens of thousands; as many names take about 150 MB to list."""

# zipfile reads a zip's list of names in one piece: 100,000 entries with names of 110 bytes fit.
MAX_LISTING_BYTES = 16_000_000

READ = (".py", ".ipynb")
"""What a grader reads wherever it lies: a path that leads out of the submission is refused for these, and left out for others."""

_CHUNK_BYTES = 65_536
_LOCAL_HEADER_BYTES = 30
_UTF8_FLAG, _ENCRYPTED_FLAGS, _AES_METHOD = 0x800, 0x1 | 0x40 | 0x2000, 99

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, OverflowError)
UNREADABLE = (*DAMAGED, OSError, MemoryError, RuntimeError)
"""What reading a file can raise beside SubmissionError."""

AGAIN = "put the module files themselves into one ordinary zip and submit it again"


class SubmissionError(Exception):
    """Why a submission was refused and what to do: one sentence for the student and the TA."""


@dataclass(frozen=True)
class Entry:
    """A file found.

    Attributes:
        parts: its checked path.
        size: as it is declared.
        source: the file on disk that holds it, or the zip that does.
        read: gives exactly `size` bytes, or raises SubmissionError, also where the file must not be read.
        changed: when it was changed, as a zip tells it; () where nothing does.
        fault: why it must not be read; "" for nothing.
    """

    parts: tuple[str, ...]
    size: int
    source: Path
    read: Callable[[], bytes]
    changed: tuple[int, ...] = ()
    fault: str = ""


def normal(name: str) -> str:
    """A file name in the one form that compares equal: composed, without what cannot be written as UTF-8."""
    return composed(name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def shown(name: str) -> str:
    """A student's file name as it may stand in a message: one line, no control characters, not too long."""
    text = "".join(character if character.isprintable() else "_" for character in normal(name)) or "(no name)"
    return text if len(text) <= 80 else f"{text[:40]}...{text[-37:]}"


def entry_of_file(path: Path, name: str) -> Entry:
    """One file on its own, to be known under `name`."""
    size = os.lstat(path).st_size
    return Entry((name,), size, path, _file_reader(path, size))


def entries_of_folder(root: Path) -> list[Entry]:
    """The files below a folder, without junk; no link is followed. Refuses more than the limits."""
    entries: list[Entry] = []
    count = total = 0
    pending = [root]
    while pending:
        with os.scandir(pending.pop()) as listing:
            for item in listing:
                count += 1
                status = item.stat(follow_symlinks=False)
                place = Path(item.path)
                parts, fault = _parts(str(place.relative_to(root)))
                total += status.st_size if stat.S_ISREG(status.st_mode) else 0
                _check_limits(count, total)
                junk = is_left_out((*parts[:-1], item.name))
                # Where a course site gives a folder to each student, `.an.zip` may be all that is in it.
                if junk and not (place.parent == root and stat.S_ISREG(status.st_mode) and _is_zip(place)):
                    continue
                if stat.S_ISDIR(status.st_mode):
                    pending.append(place)
                else:
                    fault = fault or _fault_of_file(status, parts)
                    read = _refuser(fault) if fault else _file_reader(place, status.st_size)
                    entries.append(Entry(parts, status.st_size, place, read, fault=fault))
    return entries


def _is_zip(file: Path) -> bool:
    with open_regular(file) as opened:
        return opened.read(2) == b"PK" and file.name.lower().endswith(".zip")


@contextmanager
def entries_of_zip(path: Path, content: bytes | None = None) -> Iterator[list[Entry]]:
    """The files of a zip, without junk, readable while the context lasts.

    Args:
        path: the zip or, where it lies in another one, that other one.
        content: of a zip that lies in another one.

    Raises:
        SubmissionError: it holds more than the limits, overlaps itself, or leads out of the submission.
    """
    inner = cast(io.BufferedReader, io.BufferedReader(io.BytesIO(content or b"")))
    with (
        open_regular(path) if content is None else inner as raw,
        _ListingBound(raw) as file,
        zipfile.ZipFile(file) as archive,
    ):
        infos = archive.infolist()
        _check_limits(len(infos), sum(info.file_size for info in infos))
        if not infos:
            raise SubmissionError(f"The zip is empty: {AGAIN}.")
        entries = []
        for info in infos:
            parts, fault = _parts(_name_in_zip(info))
            kind = stat.S_IFMT(info.external_attr >> 16)
            is_folder = kind == stat.S_IFDIR or info.orig_filename.endswith(("/", "\\"))
            if parts and not is_folder and not is_left_out(parts):
                fault = fault or _fault_in_zip(info, kind, parts)
                read = _refuser(fault) if fault else _zip_reader(archive, info)
                entries.append(Entry(parts, info.file_size, path, read, info.date_time, fault))
        for first, second in pairwise(sorted(infos, key=lambda info: info.header_offset)):
            if first.header_offset + _LOCAL_HEADER_BYTES + first.compress_size > second.header_offset:
                raise SubmissionError(f"Files in the zip overlap, as in a zip bomb: {AGAIN}.")
        yield entries


def _fault_in_zip(info: zipfile.ZipInfo, kind: int, parts: tuple[str, ...]) -> str:
    """Why an entry must not be read; "" for nothing."""
    if kind not in (0, stat.S_IFREG):
        return f"{shown('/'.join(parts))} is a link or a device and no file: {AGAIN}."
    if info.flag_bits & _ENCRYPTED_FLAGS or info.compress_type == _AES_METHOD:
        return "The zip is encrypted: make it without a password and submit it again."
    # zipfile unpacks only these piece by piece; bzip2 and LZMA expand without a bound.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"The zip is packed by an uncommon method (number {info.compress_type}): {AGAIN}."
    return ""


def _refuser(fault: str) -> Callable[[], bytes]:
    def read() -> bytes:
        raise SubmissionError(fault)

    return read


def open_regular(path: Path) -> io.BufferedReader:
    """Open a regular file for reading: no link is followed, and a pipe put in its place does not block."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise SubmissionError(f"{shown(path.name)} is a link or a device and no file: {AGAIN}.")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    opened = os.fstat(descriptor)
    if not os.path.samestat(status, opened):
        os.close(descriptor)
        raise SubmissionError(f"{shown(path.name)} changed while it was opened: grade it again.")
    if opened.st_size > MAX_TOTAL_BYTES:
        os.close(descriptor)
        raise SubmissionError(_too_large())
    return os.fdopen(descriptor, "rb")


def _read_exactly(stream: IO[bytes], size: int, name: str) -> bytes:
    """The whole of a stream that must hold `size` bytes; reads at most one byte more than that."""
    data = bytearray()
    while len(data) <= size and (piece := stream.read(min(_CHUNK_BYTES, size + 1 - len(data)))):
        data += piece
    if len(data) != size:
        raise SubmissionError(f"{shown(name)} does not have the size that it is said to have: {AGAIN}.")
    return bytes(data)


class _ListingBound(io.BufferedReader):
    """A file that gives at most MAX_LISTING_BYTES at once: zipfile asks for as much as a zip declares."""

    def __init__(self, file: io.BufferedReader) -> None:
        super().__init__(file.raw)
        self._size = self.seek(0, os.SEEK_END)

    def read(self, size: int | None = -1, /) -> bytes:
        asked = MAX_LISTING_BYTES + 1 if size is None or size < 0 else min(size, MAX_LISTING_BYTES + 1)
        data = super().read(min(asked, self._size))  # as much memory is taken as is asked for
        if len(data) > MAX_LISTING_BYTES:
            raise SubmissionError(_too_many())
        return data


def _file_reader(path: Path, size: int) -> Callable[[], bytes]:
    def read() -> bytes:
        with open_regular(path) as file:
            return _read_exactly(file, size, path.name)

    return read


def _zip_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        # zipfile ends in silence at the declared size; given one out of reach it goes on to the true end.
        endless = copy.copy(info)
        endless.file_size = 2 * MAX_TOTAL_BYTES
        with archive.open(endless) as stream:
            return _read_exactly(stream, info.file_size, info.orig_filename)

    return read


def _name_in_zip(info: zipfile.ZipInfo) -> str:
    """The name as its maker saw it: where macOS leaves out the flag for UTF-8, zipfile reads cp437."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        with suppress(UnicodeError):
            return name.encode("cp437").decode("utf-8")
    return name


def _parts(name: str) -> tuple[tuple[str, ...], str]:
    """A path in parts, whichever separator it uses, and why it must not be read.

    One that leads out of the submission becomes a single name that is no file's, and is refused at once if it is of
    those that are read.
    """
    path = normal(name).replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if "\0" in path:
        fault = f"A file name holds a NUL character ({shown(name)}): {AGAIN}."
    elif path.startswith("/") or re.match("[A-Za-z]:(?:/|[^/]*$)", path):
        fault = f"A file has an absolute path ({shown(name)}): {AGAIN}."
    elif ".." in parts:
        fault = f"A path leads out of the submission ({shown(name)}): {AGAIN}."
    else:
        return parts, ""
    if any(part.lower().endswith(READ) for part in re.split("[/\0]", path)):
        raise SubmissionError(fault)
    return (f"({shown(name)})",), fault


def _fault_of_file(status: os.stat_result, parts: tuple[str, ...]) -> str:
    """Why a file in a folder must not be read; "" for nothing."""
    name = shown("/".join(parts))
    if not stat.S_ISREG(status.st_mode):
        return f"{name} is a link or a device and no file: {AGAIN}."
    if status.st_nlink > 1:
        return f"{name} is a hard link to a file that also lies elsewhere: {AGAIN}."
    return ""


def _check_limits(entries: int, size: int) -> None:
    if entries > MAX_ENTRIES:
        raise SubmissionError(_too_many())
    if size > MAX_TOTAL_BYTES:
        raise SubmissionError(_too_large())


def _too_many() -> str:
    return f"The submission holds more than {MAX_ENTRIES:,} files and folders: {AGAIN}."


def _too_large() -> str:
    gigabytes = MAX_TOTAL_BYTES // 1_000_000_000
    return f"The submission is larger than {gigabytes} GB unpacked: leave the data out and submit it again."
