"""The grader's rules for a submission's zip, written once more: the student has no grader.

A test holds both in step. Nothing here writes to disk.
"""

from __future__ import annotations

import json
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..language import _
from ..machine import SetupError

MAX_MODULE_BYTES = 1_000_000
MAX_HELPER_BYTES = 250_000
MAX_HELPERS_BYTES = 4_000_000
MAX_READ_BYTES = 750_000
MAX_NOTEBOOK_BYTES = 20_000_000
MAX_ATTACHMENT_BYTES = 100_000_000
MAX_TOTAL_BYTES = 200_000_000
"""Narrower than the grader's: a course's site may not take more."""


class SubmitError(SetupError):
    """Why no zip was made: one sentence for the student, with what to do next."""


def verify(path: Path, modules: Sequence[str]) -> dict[str, bytes]:
    """Open a zip as the grader will, and return its files by name. Raises SubmitError where it would refuse any.

    It is a plain zip, all of it at the top level: each module once, further Python files, one notebook, and
    whatever else the grader passes over.
    """
    files = _files(path)
    total = 0
    for module in modules:
        content = files.get(f"{module}.py")
        if content is None:
            raise SubmitError(
                _("{module}.py is missing: put it beside the notebook and submit again.", module=module)
            )
        if len(content) > MAX_MODULE_BYTES:
            raise SubmitError(
                _("{module}.py is above 1 MB: leave only code in it and submit again.", module=module)
            )
    for name, content in files.items():
        if name.endswith(".py") and name.removesuffix(".py") not in modules:
            if len(content) > MAX_HELPER_BYTES:
                raise SubmitError(
                    _("{name} is above 250 kB, more than the grader takes: leave only code in it.", name=name)
                )
            total += len(content)
    if total > MAX_HELPERS_BYTES:
        raise SubmitError(
            _("The Python files beside the modules are above 4 MB in all: leave only code in them.")
        )
    _check_notebook(files)
    return files


def _check_notebook(files: Mapping[str, bytes]) -> None:
    notebooks = [name for name in files if name.lower().endswith(".ipynb")]
    if len(notebooks) != 1:
        raise SubmitError(
            _("The zip holds {count} notebooks and the grader wants exactly one.", count=len(notebooks))
        )
    name = notebooks[0]
    if len(files[name]) > MAX_NOTEBOOK_BYTES:
        raise SubmitError(
            _("{name} is above 20 MB: choose Edit > Clear all outputs, save it and submit again.", name=name)
        )
    if not is_notebook(files[name]):
        raise SubmitError(_("{name} is empty or damaged: open it, save it and submit again.", name=name))


def is_notebook(content: bytes) -> bool:
    """Whether this is a notebook of the current format."""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        return False
    if not isinstance(read, dict) or read.get("nbformat") != 4:
        return False
    cells = read.get("cells")
    return isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)


def _files(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
                raise SubmitError(
                    _("The zip is above 200 MB unpacked: leave data and large checkpoints out.")
                )
            for info in infos:
                _check_entry(info)
            (name, times) = Counter(info.filename for info in infos).most_common(1)[0]
            if times > 1:
                raise SubmitError(
                    _("{name} is in the zip twice: submit only the one that counts.", name=name)
                )
            return {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, IndexError) as error:
        raise SubmitError(_("The zip is damaged or empty: free some disk space and submit again.")) from error


def _check_entry(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    plain = (
        kind in (0, stat.S_IFREG)
        and not info.flag_bits & 0x1
        and info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )
    name = info.filename
    if not plain or name.startswith(".") or any(mark in name for mark in "/\\:\0") or not name.isprintable():
        raise SubmitError(
            _(
                "The zip holds {name!r}, which is no plain file at its top: submit from the notebook.",
                name=name,
            )
        )
