"""The text of a definition in which one thing after the other is changed, without writing all of it anew each time.

Writing texts is nearly all that making mutants takes, and a function has thousands of them.
"""

from __future__ import annotations

import ast
import copy
from typing import Any

OPENED = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.With)
"""Statements whose own statements are written one by one, where there is no `else`."""


class Texts:
    """Writes a definition as `ast.unparse` does.

    Args:
        tree: a module with one definition. Between two texts nothing may change but below one node of it.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self._above: dict[ast.AST, list[ast.AST]] = {}
        self._place(tree, [])
        self._known: dict[ast.AST, list[str]] = {}
        self._heads: dict[ast.AST, list[str]] = {}
        self.plain = ast.unparse(tree)
        self._in_parts = self._written(set()) == self.plain

    def changed(self, node: ast.AST) -> str:
        """The text while something is changed right below a node of the tree; of the definition itself, in its body."""
        if not self._in_parts:
            return ast.unparse(self.tree)
        path = [*self._above[node], node]
        nearest = [each for each in path if isinstance(each, ast.stmt)][-1]
        if node is self.tree.body[0]:
            return self._written(set(path))
        head = self._heads.pop(nearest, None)
        text = self._written(set(path))
        self._heads.pop(nearest, None)
        if head is not None:
            self._heads[nearest] = head
        return text

    def _place(self, node: ast.AST, above: list[ast.AST]) -> None:
        self._above[node] = above
        for child in ast.iter_child_nodes(node):
            self._place(child, [*above, node])

    def _written(self, changed: set[ast.AST]) -> str:
        return "\n".join(self._lines(self.tree.body[0], changed))

    def _lines(self, statement: ast.stmt, changed: set[ast.AST]) -> list[str]:
        if statement not in changed and (known := self._known.get(statement)) is not None:
            return known
        if isinstance(statement, OPENED) and statement.body and not getattr(statement, "orelse", None):
            lines = list(self._head(statement))
            for inner in statement.body:
                # As Python does it, below an empty line.
                if isinstance(inner, ast.FunctionDef | ast.ClassDef):
                    lines.append("")
                lines += [line and f"    {line}" for line in self._lines(inner, changed)]
        else:
            lines = ast.unparse(statement).splitlines()
        if statement not in changed and statement in self._above:
            self._known[statement] = lines
        return lines

    def _head(self, statement: ast.stmt) -> list[str]:
        """The lines before a statement's own statements."""
        if statement not in self._heads:
            head: Any = copy.copy(statement)
            head.body = [ast.Pass()]
            self._heads[statement] = ast.unparse(head).splitlines()[:-1]
        return self._heads[statement]
