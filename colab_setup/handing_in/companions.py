"""What is handed in beside the modules because they use it: other Python files, and files that they read."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

from .. import folder
from ..language import _, reason
from . import versions
from .rules import MAX_HELPER_BYTES, MAX_READ_BYTES, SubmitError

_NOT_OURS = ("colab_setup", "tests")

_NO_DATA = (".py", ".ipynb", ".zip", ".gz", ".tar", ".tgz", ".ckpt", ".pt", ".pth", ".safetensors")
"""Endings of files that no module of an assignment reads beside it, or that are handed in by other rules."""


def helpers(assignment: folder.Assignment, warnings: list[str]) -> dict[str, bytes]:
    """The other Python files beside the modules, which these may import."""
    helpers = {}
    for path in sorted(assignment.folder.glob("*.py")):
        if path.stem not in assignment.modules and path.stem.isidentifier() and path.is_file():
            helpers[path.name] = read(path)
    run = [
        f"{module}.py" for module in assignment.modules
    ]  # what draws figures is never run where it is graded
    for file in run:
        for name in sorted(_imported(assignment.folder / file)):
            if f"{name}.py" in helpers and f"{name}.py" not in run:
                run.append(f"{name}.py")
            if (assignment.folder / name).is_dir() and not (assignment.folder / f"{name}.py").exists():
                why = (
                    _("the grader does not have it: leave the import out")
                    if name in _NOT_OURS
                    else _("only files beside the notebook are handed in: move its code into one")
                )
                warnings.append(
                    _("{file} imports the folder {name}/, and {why}.", file=file, name=name, why=why)
                )
    return helpers


def read_by_them(
    assignment: folder.Assignment, files: Mapping[str, bytes], warnings: list[str]
) -> dict[str, bytes]:
    """Small files beside the modules whose names stand in these: a module may read them."""
    text = b"\n".join(content for name, content in files.items() if name.endswith(".py"))
    found: dict[str, bytes] = {}
    for path in sorted(assignment.folder.iterdir()):
        name = path.name
        if (
            name.startswith(".")
            or name in (*files, *assignment.attachments, folder.DESCRIPTION, versions.NAME)
            or path.suffix.lower() in _NO_DATA
            or not re.search(rb"[\"'/]" + re.escape(name.encode()) + rb"[\"']", text)
            or not path.is_file()
        ):
            continue
        size = path.stat().st_size
        if size > MAX_HELPER_BYTES:
            warnings.append(
                _("{name}, which a module names, was left out because it is above 250 kB.", name=name)
            )
        elif size + sum(map(len, found.values())) > MAX_READ_BYTES:
            warnings.append(
                _(
                    "{name}, which a module names, was left out because such files are above 750 kB together.",
                    name=name,
                )
            )
        else:
            found[name] = read(path)
    return found


def _imported(path: Path) -> set[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return set()  # the public tests will say so
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names if name}


def read(path: Path) -> bytes:
    """A file that is handed in. Raises SubmitError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SubmitError(
            _(
                "{name} cannot be read ({reason}): save it again and submit again.",
                name=path.name,
                reason=reason(error),
            )
        ) from error
