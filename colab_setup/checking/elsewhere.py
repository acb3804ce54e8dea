"""Finds functions that are looked for in a module and stand elsewhere: in a copy, a module renamed, another folder, a cell."""

from __future__ import annotations

import ast
import contextlib
import difflib
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from .. import folder as folders
from ..language import _


def remarks(folder: Path, modules: Sequence[str], lacking: Collection[str]) -> Iterator[str]:
    """What to do about functions that are written in a file of the folder's which is not looked at for them."""
    if not lacking:
        return
    defined = {path.stem: _functions(path) for path in sorted(folder.glob("*.py"))}
    owners = {name: module for module in modules for name in defined.get(module, ())}
    missing = [module for module in modules if module not in defined]
    for stem, functions in defined.items():
        names = [name for name in lacking if functions.get(name) and owners.get(name) != stem]
        homes = {owners.get(name, *missing[:1]) for name in names if name in owners or len(missing) == 1}
        if len(homes) != 1:
            continue
        (module,) = homes
        told = ", ".join(names[:4]) + (" ..." if len(names) > 4 else "")
        if module in missing:
            yield _(
                "{file} defines {names}, and there is no {module}.py: rename the file to that.",
                file=f"{stem}.py",
                names=told,
                module=module,
            )
        else:
            yield _(
                "{file} defines {names}, and only what stands in {module}.py counts: move it there.",
                file=f"{stem}.py",
                names=told,
                module=module,
            )
    yield from _in_another_folder(folder, owners, lacking)


def _in_another_folder(folder: Path, owners: Mapping[str, str], lacking: Collection[str]) -> Iterator[str]:
    """The same of another copy of the assignment's folder, as a zip leaves that was unpacked twice."""
    for place in _copies(folder):
        for module in dict.fromkeys(owners.values()):
            written = _functions(place / f"{module}.py")
            names = [name for name in lacking if owners.get(name) == module and written.get(name)]
            if names:
                yield _(
                    "{file} defines {names}, and what counts here is {module}.py in {folder}: copy the file there, or "
                    "work in the other folder alone.",
                    file=place / f"{module}.py",
                    names=", ".join(names[:4]) + (" ..." if len(names) > 4 else ""),
                    module=module,
                    folder=folder,
                )


def _copies(folder: Path) -> Iterator[Path]:
    """Folders of the same assignment in this one, around it, and beside it under a name made of its own."""
    with contextlib.suppress(OSError, folders.FolderError):
        ours = folders.read(folder).name
        beside = [place for place in folder.parent.iterdir() if folder.name in place.name and place != folder]
        for place in [folder.parent, *sorted(beside), *sorted(folder.iterdir())]:
            if (place / folders.DESCRIPTION).is_file():
                with contextlib.suppress(folders.FolderError):
                    if folders.read(place).name == ours:
                        yield place


def in_a_cell(folder: Path, questions: Collection[str]) -> Iterator[str]:
    """What to do about functions of these names that a notebook defines itself, and which then hide a module's."""
    for name in questions:
        value = getattr(sys.modules.get("__main__"), name, None)
        code = getattr(value, "__code__", None)
        if getattr(value, "__module__", "") != "__main__" or code is None:
            continue
        if folder not in Path(code.co_filename).parents:  # after `%run loss.py` it is the module's own
            yield _(
                "A cell of this notebook defines {name} too: it hides the module's here, and does not count. Move "
                "its code into the module, save, delete the cell, and run the cell of imports again.",
                name=name,
            )


def unknown(question: str, known: Sequence[str], modules: Sequence[str]) -> str:
    """What to say of a question that there is not."""
    if question.removesuffix(".py") in modules:
        return _("{module} is a module: name one of its functions, or nothing to check all.", module=question)
    if close := difflib.get_close_matches(question, known, n=1):
        return _("There is no question {question}. Is {close} meant?", question=question, close=close[0])
    return _("There is no question {question}: there are {known}.", question=question, known=", ".join(known))


def nested(folder: Path, name: str) -> str:
    """What to do about a function that stands inside of another one, where nobody can import it; "" where it does not."""
    for path in sorted(folder.glob("*.py")):
        if re.search(rf"^[ \t]+def\s+{name}\b", path.read_text("utf-8", "replace"), re.MULTILINE):
            return _(
                "{name} stands inside of something else in {file}: move its def to the left edge",
                name=name,
                file=path.name,
            )
    return ""


def _functions(path: Path) -> dict[str, bool]:
    """The functions and classes that a file defines at its top, each with whether more than a stub stands there."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        return {}
    return {
        node.name: "NotImplementedError" not in ast.dump(node)
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
