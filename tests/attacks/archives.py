"""Zips that no honest student makes."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.autograder.submissions.raw_zips import Raw, raw_zip

MODULE = b"def square(x):\n    return x * x\n"


def link(solutions: Path) -> bytes:
    return raw_zip(
        Raw(b"use.py", MODULE), Raw(b"area.py", str(solutions / "area.py").encode(), mode=0o120777)
    )


def device(solutions: Path) -> bytes:
    return raw_zip(Raw(b"area.py", MODULE), Raw(b"helper.py", mode=0o020666), Raw(b"use.py", mode=0o010666))


def path_out(solutions: Path) -> bytes:
    return raw_zip(
        Raw(b"area.py", MODULE),
        Raw(b"../../area.py", MODULE),
        Raw(str(solutions / "area.py").encode(), MODULE),
    )


def bomb(solutions: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("area.py", b"x = 1\n")
        for number in range(4):
            archive.writestr(f"data{number}.bin", bytes(2**20))
    # Each says that it is 1 GB, which only unpacking could disprove.
    data = bytearray(content.getvalue())
    place = data.find(b"PK\1\2")
    while place >= 0:
        if data[place + 46 : place + 50] == b"data":
            data[place + 24 : place + 28] = struct.pack("<I", 2**30)
        place = data.find(b"PK\1\2", place + 4)
    return bytes(data)


def overlapping(solutions: Path) -> bytes:
    return raw_zip(
        Raw(b"area.py", MODULE), *(Raw(f"{n}.bin".encode(), MODULE, offset=0) for n in range(3000))
    )


def lying(solutions: Path) -> bytes:
    return raw_zip(Raw(b"area.py", MODULE * 1000, method=8, size=len(MODULE), crc=zlib.crc32(MODULE)))


def quine(solutions: Path) -> bytes:
    """Zips in a zip, as deep as a quine would look to whoever opened the first hundred."""
    inner = raw_zip(Raw(b"area.py", MODULE))
    for _ in range(100):
        inner = raw_zip(Raw(b"r/r.zip", inner))
    return inner


def many(solutions: Path) -> bytes:
    return raw_zip(Raw(b"area.py", MODULE), *(Raw(f"{n}".encode()) for n in range(100_001)))


ARCHIVES: dict[str, Callable[[Path], bytes]] = {
    each.__name__: each for each in (link, device, path_out, bomb, overlapping, lying, quine, many)
}
