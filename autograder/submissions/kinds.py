"""Tells what a file is that should be something else: a web page called a zip, a notebook saved as a program."""

from __future__ import annotations

import re
from pathlib import Path

from .archive import AGAIN, UNREADABLE, Entry, SubmissionError, open_regular, shown

_END = b"PK\5\6"
"""Begins the last record of a zip; the number of its part follows."""

_UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".opdownload")
"""How browsers call what they have begun to download."""

_LONGEST_END = 65_557
_MOST_OF_A_PROGRAM = 250_000
_EXPORTED = re.compile(
    rb"\A(?:#!/usr/bin/env python\S*\s+# coding: utf-8\s|(?:#.*coding.*\s+)?(?:\"\"\"[^\"\n]{0,200}\.ipynb\n|# In ?\[)"
    rb"|# Databricks notebook source\s|import marimo\s|# ---\s+# jupyter:|# %%)"
)
"""How Colab, Jupyter, Databricks, marimo and editors begin a notebook that is saved as a program."""

_BEGINNING = 1_000
"""Bytes that this is looked for in: of a line without an end every part would be tried with every other."""


def check_is_zip(path: Path) -> None:
    """Raise SubmissionError, with what it is, for a file that is no whole zip."""
    with open_regular(path) as file:
        head = file.read(512)
        size = file.seek(0, 2)
        file.seek(max(0, size - _LONGEST_END))
        tail = file.read()
    suffix = path.suffix.lower()
    if not head:
        raise SubmissionError(f"The submission is an empty file: {AGAIN}.")
    if suffix in _UNFINISHED:
        raise SubmissionError(
            f"The submission is a download that was not finished ({shown(suffix)}): {AGAIN}."
        )
    if suffix != ".zip" and head[:2] != b"PK":
        raise SubmissionError(
            f"The submission is a {shown(suffix) if suffix else 'nameless'} file and no zip: {AGAIN}."
        )
    if head.lstrip()[:1] == b"<":
        raise SubmissionError(
            f"The submission is called a zip but is a web page, perhaps one that asks to sign in: download the file itself, then {AGAIN}."
        )
    if (
        head[:4] in (b"Rar!", b"7z\xbc\xaf", b"\xfd7zX")
        or head[:2] == b"\x1f\x8b"
        or head[257:262] == b"ustar"
    ):
        raise SubmissionError(f"The submission is called a zip but is another kind of archive: {AGAIN}.")
    if head[:2] != b"PK" and head.isascii() and b"\0" not in head:
        raise SubmissionError(
            f"The submission is called a zip but is a text, as of a failed download: {AGAIN}."
        )
    end = tail.rfind(_END)
    if head[:4] == b"PK\7\10" or (end >= 0 and tail[end + 4 : end + 6] not in (b"\0\0", b"\xff\xff", b"")):
        raise SubmissionError(f"The submission is one part of a zip that was split into several: {AGAIN}.")


def is_exported(entry: Entry) -> bool:
    """Whether a Python file is what Colab or Jupyter makes of a notebook."""
    if entry.fault or entry.size > _MOST_OF_A_PROGRAM:
        return False
    try:
        return _EXPORTED.match(entry.read()[:_BEGINNING]) is not None
    except (SubmissionError, *UNREADABLE):
        return False
