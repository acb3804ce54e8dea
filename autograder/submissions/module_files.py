"""Tells which of the files that were handed in is which module, also where a program has named a copy: `Copy of loss.py`.

The words for copies are those that Windows, macOS, Jupyter and Google Drive write, in the languages of the course and its
neighbours. A name decides nothing where two files have it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from unicodedata import category, normalize

from .archive import AGAIN, Entry, SubmissionError, entry_of_file, normal, shown
from .junk import is_checkpoint_of

ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")

_PART = re.compile(r"\.(?:7z|zip|rar)\.\d{3}$", re.IGNORECASE)
"""Ends the name of one part of an archive that was split."""

_MISSING = re.compile(r"module \w+\.py is missing\b")

_BEFORE = (
    *(
        "copy of",
        "bản sao của",
        "kopie von",
        "copie de",
        "copia de",
        "copia di",
        "cópia de",
        "kopia",
        "kopie van",
    ),
    *("kopi av", "kopi af", "копия", "копія", "salinan"),
)
_BEHIND = (
    *(
        "copy",
        "bản sao",
        "sao chép",
        "kopie",
        "copie",
        "copia",
        "cópia",
        "kopia",
        "kopi",
        "копия",
        "копія",
        "kopyası",
    ),
    *("salinan", "のコピー", "コピー", "副本", "复件", "複本", "사본", "복사본"),
)
_NUMBER = re.compile(r"(?:\(\d{1,4}\)|[ _-]?\d{1,4})$")
_SEPARATORS = " _-–."
_LONGEST_NAME = 120

SUFFIXES = (
    *(".py", ".pyw", ".py.txt", ".py.bak", ".py.old", ".py.orig", ".py.save", ".py.download", ".py~", ".txt"),
)
"""Of files that may be a module under another name."""

Match = tuple[dict[str, str], list[str]]


def levels_of(entries: list[Entry], modules: Sequence[str]) -> dict[tuple[str, ...], Match]:
    """Every folder that holds an expected module, with what `_match` found there.

    Folders named tests never count: the kit's own tests/sgd.py would pass for the module sgd.
    """
    files: dict[tuple[str, ...], set[str]] = {}
    for entry in entries:
        if "tests" not in entry.parts[:-1]:
            files.setdefault(entry.parts[:-1], set()).add(entry.parts[-1])
    matches = {folder: _match(names, modules) for folder, names in files.items()}
    return {folder: match for folder, match in matches.items() if match[0]}


def _match(files: Collection[str], modules: Sequence[str]) -> Match:
    """Which of a folder's files is which module, and notes on those with an odd name.

    In order: `loss.py`; the only one that differs in case; the only copy, such as `loss (1).py` or `Copy of loss.py`.
    """
    chosen: dict[str, str] = {}
    notes = []
    for module in modules:
        wanted = f"{module}.py"
        cased = [file for file in files if file.casefold() == wanted.casefold()]
        copies = [file for file in files if is_copy_of(module, file)]
        fitting = [wanted] if wanted in files else sorted(cased or copies)
        if len(fitting) == 1:
            chosen[module] = fitting[0]
            if fitting[0] != wanted:
                notes.append(f"{shown(fitting[0])} was taken as {wanted}")
        elif fitting:
            notes.append(f"{' and '.join(map(shown, fitting[:2]))} could both be {wanted}: neither was taken")
    return chosen, notes


def missing_in(notes: Iterable[str]) -> list[str]:
    """Those of the notes on a submission that say of a module that it is not there; see `missing`."""
    return [note for note in notes if _MISSING.match(note)]


def missing(module: str, entries: list[Entry]) -> str:
    """That a module is not there, and where one of its name lies all the same."""
    elsewhere = sorted(
        "/".join(entry.parts)
        for entry in entries
        if entry.parts[-1] == f"{module}.py" and "tests" not in entry.parts
    )
    aside = f" ({shown(elsewhere[0])} is in another folder and was not taken)" if elsewhere else ""
    names = {entry.parts[-1] for entry in entries}
    if not aside and f"{module}.ipynb" in names:
        aside = f" ({module}.ipynb is a notebook, and no code of notebooks is graded)"
    if not aside and f".{module}.py.icloud" in names:
        aside = f" (.{module}.py.icloud only stands for it: it was not downloaded from iCloud)"
    if not aside and (kept := [one for one in entries if is_checkpoint_of(module, one.parts)]):
        aside = f" ({shown('/'.join(kept[0].parts))} is what Jupyter kept of it and was not taken)"
    if not aside and (named := sorted(name for name in names if _is_called(module, name))):
        aside = f" ({shown(named[0])} is no Python file and was not taken)"
    if not aside and any(module in entry.parts[:-1] for entry in entries):
        aside = f" (the folder {module}/ does not stand for it: its functions have to be in one file)"
    return f"module {module}.py is missing{aside}"


def _is_called(module: str, name: str) -> bool:
    """Whether a file that is no program is called after a module: `loss.py.docx`, `loss.pdf`, `loss.py - Shortcut.lnk`."""
    stem, _, ending = name.casefold().partition(".")
    known = ("", "ipynb", *(suffix.lstrip(".") for suffix in (*SUFFIXES, *ARCHIVES)))
    return stem == module.casefold() and ending not in known


def only_archive(entries: list[Entry]) -> Path | None:
    """The archive that is all there is; None where there is none, or more."""
    is_one = len(entries) == 1 and entries[0].parts[-1].lower().endswith(ARCHIVES)
    return entries[0].source if is_one else None


def why_no_module(entries: list[Entry], modules: Sequence[str], elsewhere: str = "") -> str:
    """Why nothing can be graded; `elsewhere` says where functions stand all the same."""
    files = sorted("/".join(entry.parts) for entry in entries)
    archives = [file for file in files if file.lower().endswith(ARCHIVES) or _PART.search(file)]
    if archives:
        return f"There is another archive inside ({shown(archives[0])}): {AGAIN}."
    expected = ", ".join(f"{module}.py" for module in modules)
    doubts = _match({entry.parts[-1] for entry in entries}, modules)[1]
    found = (
        f"only {', '.join(map(shown, files[:3]))}{' and more' if files[3:] else ''}" if files else "nothing"
    )
    told = "; ".join([*doubts, elsewhere or f"it holds {found}"])
    return f"None of {expected} is in it ({told}): {AGAIN}."


def single_file(path: Path, modules: Sequence[str], notes: list[str], by_content: bool = False) -> Entry:
    """One .py file as the module that it is named for, whatever a course site puts before the name.

    With `by_content`, one that is named for none keeps its name, and what it defines tells which it is.
    """
    # Canvas adds -1 to what is submitted again, browsers add (1) to what is downloaded again.
    pattern = r"(?:.*[_-])?{}(?:-\d+| ?\(\d+\))?\.py"
    name = normal(path.name)
    fitting = [
        m
        for m in modules
        if re.fullmatch(pattern.format(re.escape(m)), name, re.DOTALL | re.IGNORECASE) or is_copy_of(m, name)
    ]
    if not fitting and by_content:
        return entry_of_file(path, name)
    if not fitting:
        expected = ", ".join(f"{module}.py" for module in modules)
        raise SubmissionError(
            f"The file {shown(name)} is none of {expected}: rename it or submit a zip of them."
        )
    module = f"{max(fitting, key=len)}.py"
    if name != module:
        notes.append(f"{shown(name)} was taken as {module}")
    return entry_of_file(path, module)


def holds_modules(files: Collection[str], modules: Sequence[str]) -> bool:
    """Whether a folder with these files is a submission itself: it holds a module and no batch of zips.

    Beside several zips a module is one that strayed into a batch, and the zips must not be lost for it.
    """
    zips = [name for name in files if name.lower().endswith(".zip")]
    return bool(_match(files, modules)[0]) and len(zips) < 2


def is_copy_of(module: str, file: str) -> bool:
    """Whether a file is called as a copy of `<module>.py` is, or a second download of it."""
    name = normal(file).casefold()
    own = f"{module}.py".casefold()
    if name == own or len(name) > _LONGEST_NAME:
        return False
    if (
        not name.isascii()
    ):  # a full-width dot comes of an input method, and what cannot be seen of a text that was pasted
        name = "".join(sign for sign in normalize("NFKC", name) if category(sign) != "Cf")
    if ".py" not in name:
        return False
    if name.strip(" .") == own:  # no Windows keeps a space or a dot at the end
        return True
    stem = next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), "")
    wanted = module.casefold()
    while stem and stem != wanted:
        shorter = _shorter(stem)
        if shorter == stem:
            return False
        stem = shorter
    return stem == wanted


def _shorter(stem: str) -> str:
    """The stem without one of the marks of a copy."""
    bare = stem.strip(_SEPARATORS).removesuffix(".py")
    for word in _BEFORE:
        if bare.startswith(f"{word} ") or bare.startswith(f"{word}_"):
            return bare[len(word) + 1 :]
    for word in _BEHIND:
        if (bare.endswith(word) and bare[: -len(word)].endswith((*_SEPARATORS, *"0123456789"))) or (
            bare.endswith(word) and not word.isascii()
        ):
            return bare[: -len(word)]
    return _NUMBER.sub("", bare)
