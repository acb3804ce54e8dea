"""Finds submissions and picks from each the modules to grade, whatever its form: zip, folder or one file.

It must never run or import student files or write anything to disk. Whatever is wrong with the input ends in
a `SubmissionError`; how files are listed and read safely is `archive`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import companions
from .archive import (
    AGAIN,
    DAMAGED,
    UNREADABLE,
    Entry,
    SubmissionError,
    entries_of_folder,
    entries_of_zip,
    entry_of_file,
    shown,
)
from .choosing import MAX_LOOKED_AT, MAX_NOTEBOOK_BYTES, Chooser
from .gathering import Gatherer
from .kinds import check_is_zip, is_exported
from .listing import is_one, listed
from .module_files import ARCHIVES, holds_modules, only_archive, single_file, why_no_module
from .naming import safe_name, unique_names
from .work import MAX_MODULE_BYTES, Works
from .written import pictures
from .written.code_cells import in_notebooks

__all__ = [
    "Submission",
    "SubmissionError",
    "find_submissions",
    "holds_modules",
    "open_submission",
    "safe_name",
    "unique_names",
]

MAX_NOTEBOOKS_BYTES = 80_000_000
MAX_NOTEBOOKS = 6
DOCUMENTS = (".pdf", ".docx", ".doc", ".odt", ".rtf", ".md", ".html", ".pages", ".tex")
"""What a written answer may stand in that is no notebook."""

NOTEBOOKS = (".ipynb", ".ipynb.json", ".ipynb.txt")
"""Endings of notebooks; some browsers add one to what they save."""

LINKS = (".url", ".webloc", ".gdoc", ".lnk", ".desktop")
"""Of files that only say where another one is."""

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Submission:
    """What was handed in, in memory.

    `modules` holds the expected module files by module name (`loss` for loss.py). `other_modules` holds the
    Python files beside them and in packages below, by relative posix path (`utils.py`, `helpers/a.py`): every
    part of such a path is an identifier, so it is safe below any folder. `attachments` holds the other files that
    the assignment asks for, by name, and `files` small ones beside the modules and below, which these may read, by
    relative posix path. `folder` is where the modules lay in what was handed in, "" for its top. `notebooks` come
    by path, the most likely one first, and `unread` says what else may hold a written answer, which may name one of the `pictures` by path.
    `notes` are harmless oddities.
    """

    name: str
    path: Path
    modules: dict[str, bytes]
    other_modules: dict[str, bytes]
    notebooks: dict[str, bytes]
    notes: tuple[str, ...]
    attachments: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    folder: str = ""
    unread: tuple[str, ...] = ()
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def notebook(self) -> bytes | None:
        """The notebook that is the most likely one."""
        return next(iter(self.notebooks.values()), None)

    def content(self) -> Iterator[bytes]:
        """Names and contents of all that is graded, in a fixed order."""
        yield self.folder.encode()
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
    name: str,
    path: Path,
    modules: Sequence[str],
    attachments: Sequence[str] = (),
    functions: Mapping[str, str] = NOTHING,
) -> Submission:
    """Read the submission at `path` (a zip, a folder, or one .py file) and pick out `modules` and `attachments`.

    The modules are taken from the shallowest folder that holds any of them; the notes name missing ones. With
    `functions`, the module of every function that one has to define, work is also found that lies in a copy under
    another name, below an untouched stub, or in a zip inside.
    Raises SubmissionError for everything that cannot be opened safely or holds no expected module.
    """
    with _refusals(), ExitStack() as stack:
        notes: list[str] = []
        if stat.S_ISDIR(os.lstat(path).st_mode):
            entries = entries_of_folder(path)
        elif path.suffix.lower() == ".py":
            entries = [single_file(path, modules, notes, bool(functions))]
        elif path.suffix.lower() == ".ipynb":
            entries = [entry_of_file(path, path.name)]
        else:
            check_is_zip(path)
            entries = stack.enter_context(entries_of_zip(path))
        works = Works(modules, functions)
        alone = only_archive(entries) if path.is_dir() else None
        entries = Gatherer(stack, modules, works, notes).all_of(entries)
        try:
            folder, chosen = Chooser(entries, modules, works, notes).choose()
        except SubmissionError:
            if alone is None:
                raise
            # Moodle puts one file into a folder: what is wrong with the file is what is wrong.
            check_is_zip(alone)
            raise SubmissionError(
                why_no_module(stack.enter_context(entries_of_zip(alone)), modules)
            ) from None
        found = _read(name, path, entries, folder, chosen, modules, attachments, notes)
        if functions and found.notebooks:
            held = {module: works.of(entry) for module, entry in chosen.items()}
            notes += in_notebooks(found.notebooks, works, held)
        return replace(found, notes=tuple(notes))


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn whatever a bad input can raise into a SubmissionError."""
    try:
        yield
    except UNREADABLE as error:
        if isinstance(error, OSError) and error.strerror is not None:
            reason = f"The submission cannot be read ({error.strerror}): check its files and grade it again."
        elif isinstance(error, DAMAGED):
            reason = f"The submission is damaged or incomplete: {AGAIN}."
        else:
            reason = f"The submission has a form that cannot be read: {AGAIN}."
        raise SubmissionError(reason) from error


def _read(
    name: str,
    path: Path,
    entries: list[Entry],
    folder: tuple[str, ...],
    chosen: Mapping[str, Entry],
    modules: Sequence[str],
    attachments: Sequence[str],
    notes: list[str],
) -> Submission:
    """Read what is needed, nothing else."""
    depth = len(folder)
    inside: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.parts[:depth] == folder:
            inside.setdefault("/".join(entry.parts[depth:]), []).append(entry)
    taken: dict[str, bytes] = {}
    for module, entry in chosen.items():
        if entry.size > MAX_MODULE_BYTES:
            file = shown(entry.parts[-1])
            raise SubmissionError(f"{file} is above 1 MB: leave only code in it and submit it again.")
        try:
            taken[module] = entry.read()
        except DAMAGED as error:
            raise SubmissionError(f"{shown(entry.parts[-1])} in it is damaged: {AGAIN}.") from error
        if not taken[module].strip():
            notes.append(f"{module}.py is empty")
    archives = sorted(
        shown(file)
        for file in inside
        if "/" not in file
        and file.lower().endswith(ARCHIVES)
        and not any(note.startswith(f"the zip {shown(file)} ") for note in notes)
    )
    if archives:
        notes.append(f"archives beside the modules were not opened: {', '.join(archives[:3])}")
    faults = [entry.fault.split(":")[0] for entry in entries if entry.fault]
    if faults:
        more = f", and {len(faults) - 1} more like it" if len(faults) > 1 else ""
        notes.append(f"left alone, since nothing needs it: {faults[0]}{more}")
    others = companions.helpers(inside, entries, folder, modules, notes)
    taken_files = {entry.parts for entry in chosen.values()}
    rest = [entry for entry in entries if entry.parts not in taken_files and "tests" not in entry.parts[:-1]]
    shown_too = pictures.beside(rest)
    notebooks, unread = _notebooks(rest, folder, notes, bool(shown_too))
    attached = companions.attached(inside, attachments, notes)
    files = companions.files(inside, attachments, [*taken.values(), *others.values()], notes)
    return Submission(
        name,
        path,
        taken,
        others,
        notebooks,
        tuple(notes),
        attached,
        files,
        "/".join(folder),
        unread,
        shown_too,
    )


def _notebooks(
    entries: list[Entry], folder: tuple[str, ...], notes: list[str], pictured: bool
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The notebooks, those beside the modules first, then those above, then others; and what may hold an answer, too, and
    is not read, with the reason; so may pictures, where few are there."""

    def distance(entry: Entry) -> tuple[bool, int, tuple[str, ...]]:
        place = entry.parts[:-1]
        return place != folder[: len(place)], -len(place), entry.parts

    found: dict[str, bytes] = {}
    unread: list[str] = []
    room = MAX_NOTEBOOKS_BYTES
    programs = 0
    documents = (*DOCUMENTS, *pictures.ENDINGS) if pictured else DOCUMENTS
    for entry in sorted(entries, key=distance):
        name, lower = shown("/".join(entry.parts)), entry.parts[-1].lower()
        if lower.endswith(NOTEBOOKS):
            if entry.fault or len(found) == MAX_NOTEBOOKS or entry.size > min(MAX_NOTEBOOK_BYTES, room):
                size = (
                    f"it is {entry.size // 1_000_000} MB large"
                    if entry.size > 1_000_000
                    else "it is one of many"
                )
                why = "it cannot be opened" if entry.fault else size
                unread.append(f"{name} was not looked at, because {why}.")
                notes.append(f"the notebook {name} was left out because {why}")
                continue
            try:
                found["/".join(entry.parts)] = entry.read()
                room -= entry.size
            except (SubmissionError, *UNREADABLE):
                unread.append(f"{name} was not looked at, because it is damaged.")
        elif lower.endswith(LINKS) and len(unread) < MAX_NOTEBOOKS:
            unread.append(f"{name} is a link: what it leads to was not handed in.")
            notes.append(f"{name} is a link, and what it leads to was not handed in")
        elif lower.endswith(documents) and not lower.startswith("readme") and len(unread) < MAX_NOTEBOOKS:
            unread.append(f"{name} was handed in as well and was not looked at.")
        elif lower.endswith(".py") and len(unread) < MAX_NOTEBOOKS and programs < MAX_LOOKED_AT:
            programs += 1
            if is_exported(entry):
                unread.append(f"{name} is a notebook that was saved as a program, and was not looked at.")
    if len(found) > 1:
        notes.append(f"{len(found)} notebooks: written answers were looked for in all of them")
    return found, tuple(unread)
