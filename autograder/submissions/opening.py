"""Finds submissions and picks from each the modules to grade, whatever its form: zip, folder or one file.

It must never run or import student files or write anything to disk. Whatever is wrong with the input ends in
a `SubmissionError`; how files are listed and read safely is `archive`.
"""

from __future__ import annotations

import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .archive import (
    AGAIN,
    Entry,
    SubmissionError,
    entries_of_folder,
    entries_of_zip,
    open_regular,
    shown,
)
from .listing import is_one, listed
from .module_files import ARCHIVES, holds_modules, levels_of, missing, single_file, why_no_module
from .naming import safe_name, unique_names

__all__ = [
    "Submission",
    "SubmissionError",
    "find_submissions",
    "holds_modules",
    "open_submission",
    "safe_name",
    "unique_names",
]

MAX_MODULE_BYTES = 1_000_000
MAX_HELPER_BYTES = 250_000
MAX_HELPERS_BYTES = 4_000_000
MAX_NOTEBOOK_BYTES = 20_000_000
MAX_ATTACHMENT_BYTES = 100_000_000

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, OverflowError)
_UNREADABLE = (*_DAMAGED, OSError, MemoryError, RuntimeError)


@dataclass(frozen=True)
class Submission:
    """What was handed in, in memory.

    `modules` holds the expected module files by module name (`loss` for loss.py). `other_modules` holds the
    Python files beside them and in packages below, by relative posix path (`utils.py`, `helpers/a.py`): every
    part of such a path is an identifier, so it is safe below any folder. `attachments` holds the other files that
    the assignment asks for, by name, and `files` small ones that these may read, by relative posix path. `notes` are harmless oddities.
    """

    name: str
    path: Path
    modules: dict[str, bytes]
    other_modules: dict[str, bytes]
    notebook: bytes | None
    notes: tuple[str, ...]
    attachments: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def content(self) -> Iterator[bytes]:
        """Names and contents of all that is graded, in a fixed order."""
        for files in (self.modules, self.other_modules, self.attachments, self.files):
            for name in sorted(files):
                yield name.encode()
                yield files[name]
            yield b""


def find_submissions(path: Path, modules: Sequence[str]) -> list[tuple[str, Path]]:
    """The submissions at `path` as (name, path), sorted by name.

    A folder that itself holds one of `modules`, and is no batch (see `listing.is_one`), is one submission; any other is a
    batch in which every zip, folder or file is one (also those that cannot be opened, so that none is lost). Names are safe as
    names of folders and unique even where case is not told apart. Raises SubmissionError where nothing is.
    """
    with _refusals():
        if not path.exists():
            raise SubmissionError(f"There is nothing at {shown(str(path))}: check the path.")
        given, path = Path(os.path.abspath(path)), path.resolve()
        if not path.is_dir():
            return [(safe_name(given.stem), path)]
        items = listed(path, modules)
        if is_one(items, modules):
            return [(safe_name(given.name), path)]
        if not items:
            raise SubmissionError(f"The folder {shown(str(given))} holds no submission: check the path.")
        stems = {
            name: safe_name(name if place.is_dir() and not place.is_symlink() else Path(name).stem)
            for name, place in items.items()
        }
        return sorted((name, items[file]) for file, name in unique_names(stems).items())


def open_submission(
    name: str, path: Path, modules: Sequence[str], attachments: Sequence[str] = ()
) -> Submission:
    """Read the submission at `path` (a zip, a folder, or one .py file) and pick out `modules` and `attachments`.

    The modules are taken from the shallowest folder that holds any of them; the notes name missing ones.
    Raises SubmissionError for everything that cannot be opened safely or holds no expected module.
    """
    with _refusals(), ExitStack() as stack:
        notes: list[str] = []
        if stat.S_ISDIR(os.lstat(path).st_mode):
            entries = entries_of_folder(path)
            zips = [entry for entry in entries if entry.parts[-1].lower().endswith(".zip")]
            if len(zips) == 1 and not levels_of(entries, modules):
                # Moodle hands out a folder for each student, with the student's zip inside.
                notes.append(f"the zip {shown('/'.join(zips[0].parts))} in the folder was opened")
                entries = stack.enter_context(entries_of_zip(zips[0].source))
        elif path.suffix.lower() == ".py":
            entries = [single_file(path, modules, notes)]
        else:
            _check_is_zip(path)
            entries = stack.enter_context(entries_of_zip(path))
        return _select(name, path, entries, modules, attachments, notes)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn whatever a bad input can raise into a SubmissionError."""
    try:
        yield
    except _UNREADABLE as error:
        if isinstance(error, OSError) and error.strerror is not None:
            reason = f"The submission cannot be read ({error.strerror}): check its files and grade it again."
        elif isinstance(error, _DAMAGED):
            reason = f"The submission is damaged or incomplete: {AGAIN}."
        else:
            reason = f"The submission has a form that cannot be read: {AGAIN}."
        raise SubmissionError(reason) from error


def _select(
    name: str,
    path: Path,
    entries: list[Entry],
    modules: Sequence[str],
    attachments: Sequence[str],
    notes: list[str],
) -> Submission:
    """Choose the folder that holds the modules and read from it what is needed, nothing else."""
    levels = levels_of(entries, modules)
    if not levels:
        raise SubmissionError(why_no_module(entries, modules))
    depth = min(map(len, levels))
    folder, *twins = sorted(place for place in levels if len(place) == depth)
    if twins:
        both = f"{shown('/'.join(folder))}/ and {shown('/'.join(twins[0]))}/"
        raise SubmissionError(f"The modules are in two folders, {both}: submit only the one that counts.")
    chosen, oddities = levels[folder]
    if folder:
        notes.append(f"the modules were in the folder {shown('/'.join(folder))}/")
    notes.extend(oddities)
    notes.extend(missing(module, entries) for module in modules if module not in chosen)

    inside: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.parts[:depth] == folder:
            inside.setdefault("/".join(entry.parts[depth:]), []).append(entry)
    taken: dict[str, bytes] = {}
    for module, file in chosen.items():
        entry = _only(file, inside)
        if entry.size > MAX_MODULE_BYTES:
            raise SubmissionError(f"{shown(file)} is above 1 MB: leave only code in it and submit it again.")
        taken[module] = entry.read()
    archives = sorted(shown(file) for file in inside if "/" not in file and file.lower().endswith(ARCHIVES))
    if archives:
        notes.append(f"archives beside the modules were not opened: {', '.join(archives[:3])}")
    others = _helpers(inside, modules, notes)
    notebook = _notebook(entries, folder, notes)
    attached = _attachments(inside, attachments, notes)
    return Submission(name, path, taken, others, notebook, tuple(notes), attached)


def _only(relative: str, inside: dict[str, list[Entry]]) -> Entry:
    entry, *twins = inside[relative]
    if twins:
        raise SubmissionError(f"{shown(relative)} is in it twice: submit only the one that counts.")
    return entry


def _helpers(inside: dict[str, list[Entry]], modules: Sequence[str], notes: list[str]) -> dict[str, bytes]:
    """The Python files that the modules can import, as far as they are small."""
    helpers: dict[str, bytes] = {}
    room, left_out = MAX_HELPERS_BYTES, 0
    for relative in sorted(file for file in inside if _is_helper(file, modules)):
        entry = _only(relative, inside)
        if entry.size > min(MAX_HELPER_BYTES, room):
            left_out += 1
            continue
        room -= entry.size
        helpers[relative] = entry.read()
    if left_out:
        notes.append(f"{left_out} further Python file(s) were left out because they are too large")
    return helpers


def _attachments(
    inside: dict[str, list[Entry]], attachments: Sequence[str], notes: list[str]
) -> dict[str, bytes]:
    """The files of these names beside the modules; one that is too large or there twice costs itself alone."""
    attached = {}
    for name in attachments:
        found = inside.get(name, [])
        if len(found) > 1:
            notes.append(f"{name} is in it twice and was left out")
        elif found and found[0].size > MAX_ATTACHMENT_BYTES:
            notes.append(f"{name} was left out because it is above {MAX_ATTACHMENT_BYTES // 1_000_000} MB")
        elif found:
            attached[name] = found[0].read()
    return attached


def _is_helper(relative: str, modules: Sequence[str]) -> bool:
    *packages, file = relative.split("/")
    names = [*packages, file.removesuffix(".py")]
    return (
        file.endswith(".py")
        and all(name.isidentifier() for name in names)
        and "tests" not in packages
        and names[0] not in modules
    )


def _notebook(entries: list[Entry], folder: tuple[str, ...], notes: list[str]) -> bytes | None:
    """The notebook beside the modules, or else in the nearest folder above them."""
    above = [
        entry
        for entry in entries
        if entry.parts[-1].lower().endswith(".ipynb") and entry.parts[:-1] == folder[: len(entry.parts) - 1]
    ]
    deepest = max((len(entry.parts) for entry in above), default=0)
    found = sorted((entry for entry in above if len(entry.parts) == deepest), key=lambda entry: entry.parts)
    if not found:
        return None
    if len(found) > 1:
        number = "two" if len(found) == 2 else str(len(found))
        notes.append(f"{number} notebooks: {shown(found[0].parts[-1])} was taken")
    if found[0].size > MAX_NOTEBOOK_BYTES:
        notes.append(f"the notebook was left out because it is above {MAX_NOTEBOOK_BYTES // 1_000_000} MB")
        return None
    return found[0].read()


def _check_is_zip(path: Path) -> None:
    with open_regular(path) as file:
        head = file.read(4)
    suffix = path.suffix.lower()
    if suffix != ".zip" and head[:2] != b"PK":
        raise SubmissionError(
            f"The submission is a {shown(suffix) if suffix else 'nameless'} file and no zip: {AGAIN}."
        )
    if head in (b"Rar!", b"7z\xbc\xaf") or head[:2] == b"\x1f\x8b":
        raise SubmissionError(f"The submission is called a zip but is another kind of archive: {AGAIN}.")
