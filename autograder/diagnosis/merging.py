"""Two changes of one text in a text: what a student writes who makes two mistakes at once."""

from __future__ import annotations

import ast
import functools
import io
import itertools
import tokenize
from difflib import SequenceMatcher

Edit = tuple[int, int, tuple[str, ...]]


def merged(original: str, first: str, second: str) -> str | None:
    """The original with the changes that lead to both of the others, as Python; None where they contradict.

    Args:
        original: a function's or a class's source.
        first: the same, changed in one way.
        second: the same, changed in another way.
    """
    edits = sorted({*_edits(original, first), *_edits(original, second)})
    for (_, end, _), (start, stop, _) in itertools.pairwise(edits):
        if start < end or (start == end == stop):
            return None
    if any(one[:2] == two[:2] for one, two in itertools.pairwise(edits)):
        return None
    result = list(_tokens(original))
    for start, end, new in reversed(edits):
        result = [*result[:start], *new, *result[end:]]
    try:
        return ast.unparse(ast.parse("".join(result)))
    except SyntaxError:
        return None


def normal(source: str) -> str:
    """A function's source without comments and docstrings, written as Python itself writes it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


# Of some dozens of texts all pairs are put together.
@functools.lru_cache(maxsize=1000)
def _tokens(source: str) -> tuple[str, ...]:
    """The tokens, each with the space before it: put together they are the text."""
    lines = normal(source).splitlines(keepends=True)
    found, row, column = [], 1, 0
    for token in tokenize.generate_tokens(io.StringIO("".join(lines)).readline):
        (start_row, start), (end_row, end) = token.start, token.end
        if not token.string:
            continue
        space = lines[row - 1][column:start] if start_row == row else lines[start_row - 1][:start]
        if token.type == tokenize.INDENT:  # it is the space before the next token
            continue
        found.append(space + token.string)
        row, column = end_row, end
    return tuple(found)


@functools.lru_cache(maxsize=1000)
def _edits(old: str, new: str) -> list[Edit]:
    before, after = _tokens(old), _tokens(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [(a, b, after[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
