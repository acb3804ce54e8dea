"""Operators on statements: left out, set instead of added to, moved out of conditions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .arithmetic import EPSILONS
from .places import NOUNS, Places
from .saying import Change, Said

ACCUMULATORS = frozenset({"loss", "total", "gradient", "history", "divergence"})

Blocks = Iterator[tuple[list[ast.stmt], Change]]


def left_out(block: list[ast.stmt], at: int, places: Places) -> Blocks:
    """A statement left out, or one side of a condition."""
    node = block[at]
    if isinstance(node, ast.Return | ast.FunctionDef):
        return
    rest = [*block[:at], *block[at + 1 :]] or [ast.Pass()]
    what = updated(node, places)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        value = places.word(node.value)
        if value is not None and node.target.id not in ACCUMULATORS:
            clause = (
                "the division by {0} were left out" if isinstance(node.op, ast.Div) else "{0} were left out"
            )
            yield rest, Change("term", Said(clause, (value,)), value)
            return
    word = what or assigned(node, places)
    if isinstance(node, ast.AugAssign | ast.Assign | ast.Expr | ast.If):
        text = Said("the update of {0} were left out", (what,)) if what else _condition_or_step(node, word)
        yield rest, Change("statement", text, word, 0 if what else 3)
    if isinstance(node, ast.If):
        condition = _tested_in(node, places)
        said = (
            Said("the condition on {0} were left out", (condition,))
            if condition
            else Said("a condition were left out")
        )
        yield [*block[:at], *node.body, *block[at + 1 :]], Change("condition", said, condition, 1)
        if node.orelse:
            yield [*block[:at], *node.orelse, *block[at + 1 :]], Change("condition", said, condition, 1)
        if node.orelse:
            both = [*block[:at], ast.If(node.test, node.body, []), *node.orelse, *block[at + 1 :]]
            text = Said("what belongs under else were done in both cases")
            yield both, Change("condition", text, condition, 1)
        for count in range(1, len(node.body)):
            out = [
                *block[:at],
                ast.If(node.test, node.body[:-count], node.orelse),
                *node.body[-count:],
                *block[at + 1 :],
            ]
            inside = updated(node.body[-count], places) or condition
            yield (
                out,
                moved(
                    "{0} were updated outside of the condition: look at the indentation",
                    "a statement stood outside of its condition: look at the indentation",
                    inside,
                ),
            )


def _condition_or_step(node: ast.stmt, word: Said | None) -> Said:
    if isinstance(node, ast.If):
        return Said("what a condition guards were left out")
    return Said("the step that makes {0} were left out", (word,)) if word else Said("a step were left out")


def guards(block: list[ast.stmt], at: int, places: Places) -> Blocks:
    """An epsilon that keeps whole distributions from 0, in a function's first lines."""
    names = sorted(places.parameters & {"p", "q"})
    if at > 0 or not names or not isinstance(block[-1], ast.Return):
        return
    for chosen in [names, *([name] for name in names if len(names) > 1)]:
        word = Said("{0} and {1}", tuple(chosen)) if len(chosen) == 2 else Said("{0}", tuple(chosen))
        for size in EPSILONS:
            for text, clause in (
                (f"{{0}} = {{0}} + {size}", "{0} were added to {1}"),
                (f"{{0}} = np.maximum({{0}}, {size})", "{1} were held at {0} at least"),
            ):
                first = ast.parse("\n".join(text.format(name) for name in chosen)).body
                yield [*first, *block], Change("epsilon", Said(clause, (f"{size:g}", word)), word)


def updates(block: list[ast.stmt], at: int, places: Places) -> Blocks:
    """An accumulator that is set, or goes the other way; an update of one column, of all, or of the others."""
    node = block[at]
    if not isinstance(node, ast.AugAssign):
        return
    word = updated(node, places)
    before, after = block[:at], block[at + 1 :]

    def instead(new: ast.stmt) -> list[ast.stmt]:
        return [*before, new, *after]

    value_word = places.word(node.value)
    if value_word is not None and isinstance(node.target, ast.Name) and node.target.id not in ACCUMULATORS:
        other_way: ast.operator = ast.Add() if isinstance(node.op, ast.Sub) else ast.Sub()
        if isinstance(node.op, ast.Add | ast.Sub):
            way = (
                "{0} were added instead of subtracted"
                if isinstance(node.op, ast.Sub)
                else "{0} were subtracted instead of added"
            )
            yield (
                instead(ast.AugAssign(node.target, other_way, node.value)),
                Change("sign", Said(way, (value_word,)), value_word),
            )
        return
    if isinstance(node.op, ast.Add | ast.Sub):
        said = word or Said("the sum")
        signed = node.value if isinstance(node.op, ast.Add) else ast.UnaryOp(ast.USub(), node.value)
        yield (
            instead(ast.Assign([node.target], signed, lineno=node.lineno)),
            Change("set", Said("{0} were set instead of added to: = in place of +=", (said,)), said),
        )
        other: ast.operator = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        way = (
            "{0} were subtracted from instead of added to"
            if isinstance(node.op, ast.Add)
            else "{0} were added to instead of subtracted from"
        )
        yield (
            instead(ast.AugAssign(node.target, other, node.value)),
            Change("direction", Said(way, (said,)), said),
        )
        yield (
            [*before, node, node, *after],
            Change("doubled", Said("{0} were added to twice", (said,)), said, 1),
        )
    index = node.target.slice if isinstance(node.target, ast.Subscript) else None
    column = ast.unparse(index).removeprefix(":, ").strip("()") if index is not None else ""
    if column.isidentifier() and "y" in places.parameters:
        test = ast.parse(f"{column} == y[i]", mode="eval").body
        only = Said("only the true class's column were updated")
        yield instead(ast.If(test, [node], [])), Change("column", only, Said("the true class's column"))
        others = Said("the true class's column were not updated")
        test = ast.parse(f"{column} != y[i]", mode="eval").body
        yield instead(ast.If(test, [node], [])), Change("column", others, Said("the true class's column"))


def moved(clause: str, without_word: str, word: Said | None, cost: int = 0) -> Change:
    """The change that a statement stands elsewhere, named by a word for it where there is one."""
    if word is None:
        return Change("moved", Said(without_word), None, cost + 5)
    return Change("moved", Said(clause, (word,)), word, cost)


def updated(node: ast.stmt, places: Places) -> Said | None:
    """What a statement writes into, in words; None where it writes into nothing that has some."""
    if isinstance(node, ast.AugAssign):
        target = node.target
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        target = node.targets[0]
    else:
        return None
    text = ast.unparse(target)
    if isinstance(target, ast.Subscript):
        index = ast.unparse(target.slice)
        if (
            "y[" in index
            or index.endswith((", y)", ", y", "list(y)"))
            or index in ("true", "is_true", "label")
        ):
            noun = (
                Said("column")
                if index.startswith((":", "(:"))
                else Said(NOUNS.get(text.partition("[")[0], "element"))
            )
            return Said("the true class's {0}", (noun,))
        if index.strip("()").startswith(":, "):
            return Said("the column of class j")
    return places.word(target)


def assigned(node: ast.stmt, places: Places) -> Said | None:
    """The variable that a statement sets, in words; None where it sets none that has some."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return places.word(node.targets[0])
    return None


def _tested_in(node: ast.If, places: Places) -> Said | None:
    for part in ast.walk(node.test):
        if isinstance(part, ast.expr):
            word = places.word(part)
            if word is not None and (word.parts or word == Said("the true class")):
                return word
    return None


EVERYWHERE = (left_out, guards, updates)
