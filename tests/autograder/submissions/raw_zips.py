"""Zips made by hand, in which every field may lie. The standard library alone: attacks bring them into containers."""

import struct
import zipfile
import zlib
from dataclasses import dataclass


@dataclass
class Raw:
    """One entry of a zip made by hand, in which every field may lie."""

    name: bytes
    data: bytes = b""
    flags: int = 0
    method: int = zipfile.ZIP_STORED
    mode: int = 0
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    offset: int | None = None


def raw_zip(*entries: Raw) -> bytes:
    body, listing = bytearray(), bytearray()
    for raw in entries:
        packed = raw.data
        if raw.method == zipfile.ZIP_DEFLATED:
            deflate = zlib.compressobj(wbits=-15)
            packed = deflate.compress(raw.data) + deflate.flush()
        offset = len(body) if raw.offset is None else raw.offset
        shared = struct.pack(
            "<5H3I2H",
            *(20, raw.flags, raw.method, 0, 0x21),
            zlib.crc32(raw.data) if raw.crc is None else raw.crc,
            len(packed) if raw.packed_size is None else raw.packed_size,
            len(raw.data) if raw.size is None else raw.size,
            *(len(raw.name), 0),
        )
        listing += struct.pack("<IH", 0x02014B50, 0x031E) + shared
        listing += struct.pack("<3H2I", 0, 0, 0, raw.mode << 16, offset) + raw.name
        if raw.offset is None:
            body += struct.pack("<I", 0x04034B50) + shared + raw.name + packed
    count = len(entries) & 0xFFFF
    return bytes(body + listing) + struct.pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(listing), len(body), 0
    )
