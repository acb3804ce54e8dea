"""Takes the pictures that were pasted into a notebook, as far as a page may show them.

A picture is a PNG or a JPEG by its first bytes, whatever it says that it is, and not too large: nothing else is ever
put into a page. Long runs of base64, of which a large notebook is full, are set aside before its JSON is read.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from ..archive import UNREADABLE, Entry, SubmissionError, shown

MAX_PICTURE_BYTES = 2_000_000
MAX_PICTURES_BYTES = 4_000_000
MAX_PICTURES = 6
"""Of one answer."""

MAX_FILES = 12
"""Pictures beside a notebook: with more of them it is a data set."""

ENDINGS = (".jpg", ".jpeg", ".png", ".heic", ".webp")
"""A photo of a page that was written by hand, as long as there are few."""

NO_FILES: Mapping[str, bytes] = {}

MAX_PIXELS = 50_000_000
MAX_TEXT = 100_000
"""Characters of one cell that are looked through."""

# A line's end is written \n in JSON. Each run is looked at once, from its beginning, whatever it is made of.
_LONG = re.compile(rb"(?<![A-Za-z0-9+/=\\])[A-Za-z0-9+/=\\]{8000,}+")
_ASIDE = re.compile(r"@aside-(\d+)@")
# None of these gives back what it has taken: a text without an end costs no more than its length.
_MARKDOWN = re.compile(
    r"!\[[^\]\n]{0,200}+\]\(<?((?:[^()\n<>\"]|\([^()\n]{0,20}+\)){1,12000}+)>?(?:\"[^\"\n]{0,200}+\")?\)"
)
_TAG = re.compile(
    r"<img\b[^>]{0,300}?\bsrc=(?:[\"']([^\"'<>\n]{1,12000}+)[\"']|([^\s\"'<>]{1,200}+))[^>]{0,500}+>",
    re.IGNORECASE,
)
_PASTED = ("attachment:", "data:image/")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.\-]+:|//|#", re.IGNORECASE)
"""How the address of what is in the net begins."""

_FILE = re.compile(r"\.\w{2,5}$")
"""How the name of a file ends."""


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


def beside(entries: Sequence[Entry]) -> dict[str, bytes]:
    """The pictures among these files by path; none where there are many, and of one that is not shown nothing but its name."""
    named = [entry for entry in entries if entry.parts[-1].lower().endswith(ENDINGS)]
    found: dict[str, bytes] = {}
    for entry in named if len(named) <= MAX_FILES else ():
        data = b""
        if not entry.fault and entry.size <= MAX_PICTURE_BYTES:
            with suppress(SubmissionError, *UNREADABLE):
                data = entry.read()
        found["/".join(entry.parts)] = data
    return found


def taken(
    text: str, cell: dict[str, Any], aside: Aside, before: int, files: Mapping[str, bytes] = NO_FILES
) -> tuple[str, tuple[str, ...]]:
    """A cell's text with a mark in the place of each picture, and the pictures as data URIs.

    Args:
        text: of the cell.
        cell: with its attachments.
        aside: what was set aside of its notebook.
        before: how many pictures the answer has already.
        files: pictures that were handed in beside the notebook, by path.
    """
    text, rest = text[:MAX_TEXT], text[MAX_TEXT:]
    found: list[str] = []
    attached = cell.get("attachments")
    attached = attached if isinstance(attached, dict) else {}

    def mark(match: re.Match[str]) -> str:
        source = next(filter(None, match.groups())).strip()
        is_pasted = source.startswith(_PASTED)
        if not is_pasted and (_ELSEWHERE.match(source) or not _FILE.search(source)):
            return match[0]
        named = "" if is_pasted else _name_in(source)
        data = _file_of(named, files) if named else _pasted(source, attached, aside)
        if named and data is None:
            return f"[the picture {shown(named)}, which does not lie in what was handed in]"
        uri = _uri(data)
        if uri is None and named:
            return f"[the picture {shown(named)}, which cannot be shown: open it yourself]"
        if uri is None:
            return "[a picture that cannot be shown: it is no PNG or JPEG, or too large]"
        room = MAX_PICTURES_BYTES - sum(map(len, found)) * 3 // 4
        if before + len(found) >= MAX_PICTURES or len(uri) * 3 // 4 > room:
            return f"[one more picture than the {MAX_PICTURES}, or 4 MB, that are shown]"
        found.append(uri)
        return f"[picture {before + len(found)}]"

    return aside.restored(_TAG.sub(mark, _MARKDOWN.sub(mark, text)) + rest), tuple(found)


def _name_in(source: str) -> str:
    """The name of a file that a text names as its picture."""
    return unquote(source).replace("\\", "/").strip().rsplit("/", 1)[-1]


def _file_of(name: str, files: Mapping[str, bytes]) -> bytes | None:
    """The only picture of a name, whatever folder the text says: it may lie elsewhere in what was handed in."""
    found = [data for path, data in files.items() if path.rsplit("/", 1)[-1].casefold() == name.casefold()]
    return found[0] if len(found) == 1 else None


def _pasted(source: str, attached: dict[str, Any], aside: Aside) -> bytes | None:
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
        return base64.b64decode("".join(aside.restored(encoded).split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _uri(data: bytes | None) -> str | None:
    kind = _kind(data or b"")
    return f"data:image/{kind};base64,{base64.b64encode(data or b'').decode()}" if kind else None


def _kind(data: bytes) -> str:
    """ "png" or "jpeg"; "" for what is not shown."""
    if len(data) > MAX_PICTURE_BYTES:
        return ""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) > 24:
        width, height = struct.unpack(">II", data[16:24])
        return "png" if 0 < width * height <= MAX_PIXELS else ""
    return "jpeg" if data[:3] == b"\xff\xd8\xff" else ""
