"""All mutants of a function, by every operator at every place."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import arithmetic, indexing, loops, results, statements
from .places import Places
from .saying import Change
from .texts import Texts


@dataclass(frozen=True)
class Mutant:
    """A function with changes in it.

    Attributes:
        source: its text.
        changes: what was changed, in the order in which it was; empty for a form as it is.
    """

    source: str
    changes: tuple[Change, ...] = ()


def mutants(source: str) -> Iterator[Mutant]:
    """The mutants of a function or class, each with one change.

    Args:
        source: one definition, without decorators.
    """
    tree = ast.parse(source)
    texts = Texts(tree)
    seen = {texts.plain}
    for definition in _functions(tree.body[0]):
        for parent, change in _changes(definition):
            text = texts.changed(parent)
            if text not in seen:
                seen.add(text)
                yield Mutant(text, (change,))


def _functions(node: ast.stmt) -> list[ast.FunctionDef]:
    if isinstance(node, ast.FunctionDef):
        return [node]
    return [part for part in ast.walk(node) if isinstance(part, ast.FunctionDef)]


def _changes(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, Change]]:
    """What can be changed, and below which node; each change stands in the tree while it is yielded."""
    places = Places(function)
    arguments = function.args
    defaults = dict(zip([a.arg for a in arguments.args][::-1], arguments.defaults[::-1], strict=False))
    operators: list[Callable[..., Iterator[tuple[ast.expr, Change]]]] = [
        *arithmetic.EVERYWHERE,
        *indexing.EVERYWHERE,
        results.masked,
        functools.partial(results.parameters, defaults=defaults),
    ]
    for parent in [node for node in ast.walk(function)]:
        for field, value in list(ast.iter_fields(parent)):
            if (parent is function and field != "body") or isinstance(parent, ast.arguments):
                continue
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield from ((parent, change) for change in _of_block(parent, field, value, places))
            elif isinstance(value, list):
                for place, item in enumerate(value):
                    if isinstance(item, ast.expr):
                        for new, change in _of_expression(item, parent, operators, places):
                            value[place] = new
                            yield parent, change
                            value[place] = item
            elif isinstance(value, ast.expr):
                for new, change in _of_expression(value, parent, operators, places):
                    setattr(parent, field, new)
                    yield parent, change
                    setattr(parent, field, value)


def _of_expression(
    node: ast.expr,
    parent: ast.AST,
    operators: list[Callable[..., Iterator[tuple[ast.expr, Change]]]],
    places: Places,
) -> Iterator[tuple[ast.expr, Change]]:
    if isinstance(getattr(node, "ctx", None), ast.Store) and not isinstance(node, ast.Subscript):
        return
    for operator in operators:
        for new, change in operator(node, places):
            if isinstance(getattr(node, "ctx", None), ast.Store) and not isinstance(new, ast.Subscript):
                continue
            yield new, change
    if isinstance(parent, ast.Return):
        yield from results.returned(node, places)


def _of_block(parent: ast.AST, field: str, block: list[ast.stmt], places: Places) -> Iterator[Change]:
    for at in range(len(block)):
        for operator in (*statements.EVERYWHERE, loops.moves):
            for new, change in operator(block, at, places):
                setattr(parent, field, new)
                yield change
                setattr(parent, field, block)
        yield from _in_place(parent, field, block, at, places)


def _in_place(
    parent: ast.AST, field: str, block: list[ast.stmt], at: int, places: Places
) -> Iterator[Change]:
    node = block[at]
    for new, change in results.in_place(node, places):
        setattr(parent, field, [*block[:at], *new, *block[at + 1 :]])
        yield change
        setattr(parent, field, block)
