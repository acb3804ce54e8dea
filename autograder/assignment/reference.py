"""The hidden reference of an assignment: what it defines, read from its text, and its functions."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeGuard

from .schema import AssignmentError, read_text
from .suite_modules import place_of

if TYPE_CHECKING:
    from .asked import Assignment

_Definition = tuple[ast.FunctionDef | ast.ClassDef, str]


@dataclass(frozen=True)
class Defined:
    """What reference modules define.

    Attributes:
        owners: the module of every graded function and every graded operation of autograd (a class).
        given: the module of every class that students are given whole.
    """

    owners: Mapping[str, str]
    given: Mapping[str, str]


def defined(solutions: Path, modules: tuple[str, ...]) -> Defined:
    """What the modules of a folder define.

    Raises:
        AssignmentError: one is not there, or is no Python.
    """
    found = {module: _public(solutions / f"{module}.py") for module in modules}
    return Defined(
        owners={name: module for module, public in found.items() for name in _functions(public)},
        given={name: module for module, public in found.items() for name in _given(public)},
    )


def parsed(path: Path, source: str) -> ast.Module:
    """The syntax tree of a file.

    Raises:
        AssignmentError: it is no Python.
    """
    try:
        return ast.parse(source)
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise AssignmentError(f"{path}{line}: {error.msg}.") from error


def load_reference(assignment: Assignment, folder: Path | None = None) -> SimpleNamespace:
    """The reference's functions, operations and given classes by name, imported without leaving `loss` and its siblings importable.

    Args:
        assignment: whose reference.
        folder: where its modules are, or variants of them; by default `assignment.solutions`.

    Raises:
        AssignmentError: a module cannot be imported.
    """
    modules: dict[str, ModuleType] = {}
    kept = {name: sys.modules.pop(name) for name in assignment.modules if name in sys.modules}
    try:
        for name in assignment.modules:
            path = (folder or assignment.solutions) / f"{name}.py"
            spec = importlib.util.spec_from_file_location(name, path)
            assert spec is not None
            assert spec.loader is not None
            modules[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
            try:
                spec.loader.exec_module(modules[name])
            except (Exception, SystemExit) as error:
                place = place_of(error, path.parent)
                raise AssignmentError(
                    f"{place}: the reference cannot be imported: {type(error).__name__}: {error}."
                ) from error
    finally:
        for name in assignment.modules:
            sys.modules.pop(name, None)
        sys.modules.update(kept)
    found: dict[str, Any] = {
        name: getattr(modules[owner], name)
        for name, owner in {**assignment.owners, **assignment.given}.items()
    }
    return SimpleNamespace(**found)


def _functions(definitions: list[_Definition]) -> list[str]:
    return [node.name for node, _ in definitions if isinstance(node, ast.FunctionDef) or _is_operation(node)]


def _given(definitions: list[_Definition]) -> list[str]:
    """The classes that students get whole: no operation, and nothing for them to fill in."""
    return [
        node.name
        for node, text in definitions
        if isinstance(node, ast.ClassDef) and not _is_operation(node) and "BEGIN SOLUTION" not in text
    ]


def _public(path: Path) -> list[_Definition]:
    """The functions and classes of a module that have a public name, each with its text."""
    if not path.is_file():
        raise AssignmentError(f"There is no {path}: every one of `modules` needs its reference there.")
    source = read_text(path)
    tree, lines = parsed(path, source), source.splitlines()
    return [
        # ast.get_source_segment would split the whole file anew for each.
        (node, "\n".join(lines[node.lineno - 1 : node.end_lineno]))
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def _is_operation(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    """Whether it defines a class on top of torch.autograd.Function."""
    return isinstance(node, ast.ClassDef) and any(
        ast.unparse(base).rpartition(".")[2] == "Function" for base in node.bases
    )
