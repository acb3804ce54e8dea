"""Decodes a list of small image files, straight from a zip, into the body of a .npy file.

Runs in the calling process or, where there are many images, as a script of its own in several processes:
a job comes as JSON on the standard input, one JSON line goes to the standard output after each chunk. Pillow
holds the interpreter's lock for about half of the time that a 32x32 image takes, so that threads are
slower than one thread; processes that write to disjoint parts of one file are not.

It must never import the rest of the package: as a script it runs without it.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

SIDE = 32
STORED, DEFLATED = 0, 8
LOCAL_HEADER_BYTES = 30
MAX_ZIP_IN_MEMORY = 300_000_000


class DecodeError(Exception):
    """One file that is not the image that it should be; `args` are its name, what is wrong with it, and a
    detail that belongs there, if any: the caller says it in the student's language."""


class Entry(NamedTuple):
    """One image file: where its bytes are in the zip, or only its path below the folder (method -1).

    A tuple, since tens of thousands of them go through JSON, where a tuple is a list.
    """

    name: str
    offset: int = 0
    compressed: int = 0
    size: int = 0
    crc: int = 0
    method: int = -1


class Chunk(NamedTuple):
    """Entries whose pixels stand one after the other in the file `out`, from the byte `start` on."""

    out: str
    start: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Job:
    """Chunks of images from one zip file or one folder."""

    source: str
    chunks: tuple[Chunk, ...]

    def to_json(self) -> str:
        return json.dumps([self.source, self.chunks])

    @classmethod
    def from_json(cls, text: str) -> Job:
        source, chunks = json.loads(text)
        return cls(
            source,
            tuple(
                Chunk(out, start, tuple(Entry(*entry) for entry in entries)) for out, start, entries in chunks
            ),
        )


def entry_bytes(archive: BinaryIO, entry: Entry) -> bytes:
    """The file's bytes as they were packed.

    Raises DecodeError for bytes that end too early, do not unpack, or have another CRC-32 than the zip says.
    """
    archive.seek(entry.offset)
    header = archive.read(LOCAL_HEADER_BYTES)
    if len(header) < LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
        raise DecodeError(entry.name, "is not where the zip's table says")
    name_and_extra = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    archive.seek(entry.offset + LOCAL_HEADER_BYTES + name_and_extra)
    data = archive.read(entry.compressed)
    if entry.method == DEFLATED:
        try:
            data = zlib.decompressobj(-15).decompress(data, entry.size + 1)
        except zlib.error as error:
            raise DecodeError(entry.name, "does not unpack") from error
    if len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise DecodeError(entry.name, "has a wrong checksum")
    return data


def decode(job: Job, report: Callable[[int], object]) -> None:
    """Write every chunk's pixels, calling `report` with the number of images after each.

    Raises DecodeError for a file that cannot be read or is no 32x32 JPEG or PNG image, and OSError where
    writing fails.
    """
    from PIL import Image

    read = _reader(Path(job.source))
    for chunk in job.chunks:
        # All images of a chunk are pasted below each other into one: its bytes are then theirs in order.
        sheet = Image.new("RGB", (SIDE, SIDE * len(chunk.entries)))
        for row, entry in enumerate(chunk.entries):
            data = read(entry)
            try:
                with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                    if image.size != (SIDE, SIDE):
                        width, height = image.size
                        raise DecodeError(entry.name, "is {detail} pixels, not 32x32", f"{width}x{height}")
                    sheet.paste(image if image.mode == "RGB" else image.convert("RGB"), (0, SIDE * row))
            except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
                raise DecodeError(entry.name, "is not a whole JPEG or PNG image") from error
        # Ordinary writes, not a memory map: on a full disk these raise, a map kills the process.
        with Path(chunk.out).open("r+b", buffering=0) as out:
            out.seek(chunk.start)
            pixels = memoryview(sheet.tobytes())
            while pixels:
                pixels = pixels[out.write(pixels) :]
        report(len(chunk.entries))


def _reader(source: Path) -> Callable[[Entry], bytes]:
    """What gives the bytes of an entry of the zip or folder."""
    if source.is_dir():

        def from_folder(entry: Entry) -> bytes:
            try:
                return (source / entry.name).read_bytes()
            except OSError as error:
                raise DecodeError(entry.name, "cannot be read ({detail})", error.strerror) from error

        return from_folder
    try:
        # The order of the data set is not that of the zip, and Google Drive is slow at reading here and there.
        small = source.stat().st_size <= MAX_ZIP_IN_MEMORY
        archive: BinaryIO = io.BytesIO(source.read_bytes()) if small else source.open("rb", buffering=0)
    except OSError as error:
        raise DecodeError(source.name, "cannot be read ({detail})", error.strerror) from error
    return lambda entry: entry_bytes(archive, entry)


def main() -> int:
    job = Job.from_json(sys.stdin.read())
    try:
        decode(job, lambda count: _say(done=count))
    except DecodeError as error:
        _say(problem=error.args)
        return 1
    except OSError as error:
        _say(errno=error.errno, text=error.strerror)
        return 1
    return 0


def _say(**message: object) -> None:
    # One write, so that the lines of several processes on one pipe do not mix.
    os.write(sys.stdout.fileno(), json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main())
