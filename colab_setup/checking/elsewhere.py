"""Finds functions that are looked for in a module and stand in another file: a copy, a module renamed, a cell."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

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
