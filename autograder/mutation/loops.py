"""Operators on loops: a step moved into one, out of it, or to another side of its neighbour."""

from __future__ import annotations

import ast
import copy
import re

from .places import Places
from .saying import Change, Said
from .statements import Blocks, assigned, moved, updated


def moves(block: list[ast.stmt], at: int, places: Places) -> Blocks:
    """Into a loop, out of it, and to another side of its neighbour."""
    node = block[at]
    before, after = block[:at], block[at + 1 :]
    if not isinstance(node, ast.For | ast.While):
        if (
            after
            and isinstance(node, ast.Assign | ast.AugAssign | ast.Expr)
            and not isinstance(after[0], ast.For | ast.Return)
        ):
            swapped = [*before, after[0], node, *after[1:]]
            yield swapped, Change("order", Said("two steps were in the other order"), None, 4)
        return
    yield from _into(node, before, after, places)
    yield from _out_of(node, before, after, places)
    yield [*before, node, node, *after], Change("repeated", Said("a loop ran twice"), None, 4)


def _into(node: ast.For | ast.While, before: list[ast.stmt], after: list[ast.stmt], places: Places) -> Blocks:
    """Into a loop: what stands before it, and what follows."""
    if before and isinstance(before[-1], ast.Assign | ast.AugAssign):
        inside = _loop(node, [before[-1], *node.body])
        word = assigned(before[-1], places) or updated(before[-1], places)
        anew = (
            "{0} were set anew in every turn of the loop",
            "something were set anew in every turn of the loop",
        )
        yield [*before, inside, *after], moved(*anew, word)
        yield [*before[:-1], inside, *after], moved(*anew, word, 1)
    if after and isinstance(after[0], ast.Return):
        first = Said("the loop returned in its first turn: look at the indentation of the return")
        inside = _loop(node, [*node.body, after[0]])
        yield [*before, inside, *after], Change("return", first, Said("the return"))
        yield from _divided_inside(node, before, after[0], places)
    elif after:
        word = updated(after[0], places) or assigned(after[0], places)
        yield (
            [*before, _loop(node, [*node.body, after[0]]), *after[1:]],
            moved(
                "{0} were changed in every turn of the loop, in place of once after it",
                "a step were made in every turn of the loop, in place of once after it",
                word,
            ),
        )
        yield from _term_by_term(node, before, after)


def _out_of(
    node: ast.For | ast.While, before: list[ast.stmt], after: list[ast.stmt], places: Places
) -> Blocks:
    """Out of a loop: what it begins with, and what it ends with."""
    if len(node.body) < 2:
        return
    first, last = node.body[0], node.body[-1]
    if isinstance(first, ast.Assign):
        yield (
            [*before, first, _loop(node, node.body[1:]), *after],
            moved(
                "{0} were set once, before the loop, in place of in every turn",
                "something were set once, before the loop, in place of in every turn",
                assigned(first, places),
            ),
        )
    if not isinstance(last, ast.Return):
        yield (
            [*before, _loop(node, node.body[:-1]), last, *after],
            moved(
                "{0} were updated once, after the loop, in place of in every turn",
                "a step were made once, after the loop, in place of in every turn",
                updated(last, places),
            ),
        )


def _term_by_term(node: ast.For | ast.While, before: list[ast.stmt], after: list[ast.stmt]) -> Blocks:
    """What is made of a sum after its loop, made of each of its terms."""
    last, following = node.body[-1], after[0]
    if not (
        isinstance(last, ast.AugAssign)
        and isinstance(last.op, ast.Add)
        and isinstance(last.target, ast.Name)
        and isinstance(following, ast.AugAssign)
        and isinstance(following.op, ast.Add)
    ):
        return
    of_sum, of_term = ast.unparse(following.value), f"({ast.unparse(last.value)})"
    text = re.sub(rf"\b{last.target.id}\b", lambda found: of_term, of_sum)
    if text != of_sum:
        value = ast.parse(text, mode="eval").body
        inside = ast.AugAssign(following.target, ast.Add(), value)
        said = Said("the terms of the inner sum were treated one by one, in place of their sum")
        place = Said("the sum")
        yield [*before, _loop(node, [*node.body[:-1], inside]), *after[1:]], Change("moved", said, place, 1)


def _divided_inside(
    node: ast.For | ast.While, before: list[ast.stmt], end: ast.Return, places: Places
) -> Blocks:
    """What is returned divided, divided in the loop already."""
    value = end.value
    if not (
        isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div) and isinstance(value.left, ast.Name)
    ):
        return
    divided = ast.AugAssign(ast.Name(value.left.id, ast.Store()), ast.Div(), value.right)
    word = places.word(value.right)
    yield (
        [*before, _loop(node, [*node.body, divided]), ast.Return(value.left)],
        moved(
            "it were divided by {0} in every turn of the loop, in place of once after it",
            "a division were made in every turn of the loop, in place of once after it",
            word,
        ),
    )


def _loop(node: ast.For | ast.While, body: list[ast.stmt]) -> ast.stmt:
    new = copy.copy(node)
    new.body = body
    return new
