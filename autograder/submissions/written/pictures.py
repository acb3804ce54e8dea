"""Takes the pictures that were pasted into a notebook, as far as a page may show them.

A picture is a PNG or a JPEG by its first bytes, whatever it says that it is, and not too large: nothing else is ever
put into a page. Long runs of base64, of which a large notebook is full, are set aside before its JSON is read.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from typing import Any

MAX_PICTURE_BYTES = 2_000_000
MAX_PICTURES_BYTES = 4_000_000
MAX_PICTURES = 6
"""Of one answer."""

MAX_PIXELS = 50_000_000
MAX_TEXT = 100_000
"""Characters of one cell that are looked through."""

# A line's end is written \n in JSON. Each run is looked at once, from its beginning, whatever it is made of.
_LONG = re.compile(rb"(?<![A-Za-z0-9+/=\\])[A-Za-z0-9+/=\\]{8000,}+")
_ASIDE = re.compile(r"@aside-(\d+)@")
_MARKDOWN = re.compile(
    r"!\[[^\]\n]{0,200}\]\((attachment:[^)\s]{1,200}|data:image/[\w+/=;,:.@\-]{1,12000})\)"
)
_TAG = re.compile(
    r"<img\b[^>]{0,300}?\bsrc=[\"'](attachment:[^\"'>]{1,200}|data:image/[\w+/=;,:.@\-]{1,12000})[\"'][^>]{0,500}>"
)


class Aside:
    """The long runs of base64 of one notebook.

    Args:
        notebook: its content.
    """

    def __init__(self, notebook: bytes) -> None:
        self._runs: list[bytes] = []
        self.rest = _LONG.sub(self._keep, notebook)

    def _keep(self, found: re.Match[bytes]) -> bytes:
        run = found[0].rstrip(b"\\")  # the sign before a quote belongs to the quote
        self._runs.append(run)
        return f"@aside-{len(self._runs) - 1}@".encode() + found[0][len(run) :]

    def restored(self, text: str) -> str:
        """A text with its runs of base64, if these are as long as a picture may be."""

        def run(found: re.Match[str]) -> str:
            number = int(found[1]) if len(found[1]) < 9 else len(self._runs)
            kept = self._runs[number] if number < len(self._runs) else b""
            return (
                kept.replace(b"\\n", b"").decode("ascii")
                if len(kept) < 2 * MAX_PICTURE_BYTES
                else "too-large"
            )

        return _ASIDE.sub(run, text)


def taken(text: str, cell: dict[str, Any], aside: Aside, before: int) -> tuple[str, tuple[str, ...]]:
    """A cell's text with a mark in the place of each picture, and the pictures as data URIs.

    Args:
        text: of the cell.
        cell: with its attachments.
        aside: what was set aside of its notebook.
        before: how many pictures the answer has already.
    """
    text, rest = text[:MAX_TEXT], text[MAX_TEXT:]
    found: list[str] = []
    attached = cell.get("attachments")
    attached = attached if isinstance(attached, dict) else {}

    def mark(match: re.Match[str]) -> str:
        uri = _uri(match[1], attached, aside)
        if uri is None:
            return "[a picture that cannot be shown: it is no PNG or JPEG, or too large]"
        room = MAX_PICTURES_BYTES - sum(map(len, found)) * 3 // 4
        if before + len(found) >= MAX_PICTURES or len(uri) * 3 // 4 > room:
            return f"[one more picture than the {MAX_PICTURES}, or 4 MB, that are shown]"
        found.append(uri)
        return f"[picture {before + len(found)}]"

    return aside.restored(_TAG.sub(mark, _MARKDOWN.sub(mark, text)) + rest), tuple(found)


def _uri(source: str, attached: dict[str, Any], aside: Aside) -> str | None:
    if source.startswith("attachment:"):
        content = attached.get(source.removeprefix("attachment:"))
        encoded = next(iter(content.values()), None) if isinstance(content, dict) else None
        encoded = (
            "".join(encoded)
            if isinstance(encoded, list) and all(isinstance(e, str) for e in encoded)
            else encoded
        )
    else:
        encoded = source.partition("base64,")[2]
    if not isinstance(encoded, str):
        return None
    try:
        data = base64.b64decode("".join(aside.restored(encoded).split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    kind = _kind(data)
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}" if kind else None


def _kind(data: bytes) -> str:
    """ "png" or "jpeg"; "" for what is not shown."""
    if len(data) > MAX_PICTURE_BYTES:
        return ""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) > 24:
        width, height = struct.unpack(">II", data[16:24])
        return "png" if 0 < width * height <= MAX_PIXELS else ""
    return "jpeg" if data[:3] == b"\xff\xd8\xff" else ""
