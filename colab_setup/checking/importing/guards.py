"""Whether a submission is prepared for an import that fails: where it is, the import must fail as at home.

It must never import more than the standard library.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .own_files import as_utf8


@dataclass(frozen=True)
class Guard:
    """The lines of a `try` or of a `with suppress(...)`, and what it catches.

    `scope` is the first line and the name of the function, class or module that it stands in; `caught` are the classes as
    they stand there, and None stands for all.
    """

    scope: tuple[int, str]
    first: int
    last: int
    caught: tuple[ast.expr | None, ...]


def is_guarded(frame: types.FrameType | None, belongs: Callable[[object], bool]) -> bool:
    """Whether some code of the submission's, from this frame outwards, catches an import that fails.

    Args:
        frame: the innermost one.
        belongs: whether a path is that of a file of the submission's.
    """
    while frame is not None:
        if belongs(frame.f_code.co_filename) and _catches(frame):
            return True
        frame = frame.f_back
    return False


def _catches(frame: types.FrameType) -> bool:
    code = frame.f_code
    for guard in _guards(code.co_filename):
        if (
            guard.scope != (_first_line(code), code.co_name)
            or not guard.first <= frame.f_lineno <= guard.last
        ):
            continue
        for expression in guard.caught:
            if expression is None:
                return True
            with contextlib.suppress(Exception):
                if issubclass(ModuleNotFoundError, _value(expression, frame)):
                    return True
    return False


def _first_line(code: types.CodeType) -> int:
    return 0 if code.co_name == "<module>" else code.co_firstlineno


def _value(expression: ast.expr, frame: types.FrameType) -> type[BaseException] | tuple[type[BaseException]]:
    """The classes that an `except` names, as its own code would find them."""
    if not all(
        isinstance(node, ast.Name | ast.Attribute | ast.Tuple | ast.expr_context)
        for node in ast.walk(expression)
    ):
        raise ValueError
    code = compile(ast.Expression(expression), "<except>", "eval")
    found: type[BaseException] | tuple[type[BaseException]]
    found = eval(code, frame.f_globals, frame.f_locals)  # noqa: S307  (names of the student's own process)
    return found


@functools.lru_cache(maxsize=256)
def _guards(file: str) -> tuple[Guard, ...]:
    try:
        with open(file, "rb") as opened:
            tree = ast.parse(as_utf8(opened.read(), file))
        return tuple(_found(tree, (0, "<module>")))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ()


def _found(node: ast.AST, scope: tuple[int, str]) -> Iterator[Guard]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        scope = first, node.name
    elif isinstance(node, ast.Lambda):
        scope = node.lineno, "<lambda>"
    elif isinstance(node, ast.Try | ast.TryStar) and node.handlers:
        caught = tuple(handler.type for handler in node.handlers)
        yield Guard(scope, node.body[0].lineno, node.body[-1].end_lineno or 0, caught)
    elif isinstance(node, ast.With):
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and _name(call.func) == "suppress":
                yield Guard(scope, node.body[0].lineno, node.body[-1].end_lineno or 0, tuple(call.args))
    for child in ast.iter_child_nodes(node):
        yield from _found(child, scope)


def _name(expression: ast.expr) -> str:
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def undefined_names(file: str) -> list[str]:
    """The names that a file uses, that it gives no value and that Python has none of: where it imports `*`, they come from there."""
    try:
        with open(file, "rb") as opened:
            tree = ast.parse(as_utf8(opened.read(), file))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    used, given = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else given).add(node.id)
        elif isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            given.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            given.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            given.add(node.name)
    return sorted(name for name in used - given - set(dir(builtins)) if not name.startswith("__"))


def given_by(statement: ast.stmt) -> list[str]:
    """The names to which a statement gives a value."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def used_by(statement: ast.stmt) -> list[str]:
    """The names and attributes that a statement uses."""
    return [
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(statement)
        if isinstance(node, ast.Name | ast.Attribute)
    ]
