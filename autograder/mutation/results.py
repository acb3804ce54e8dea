"""Operators on what a function takes and returns: factors, constants, regularisation, arguments, dtypes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .places import Places
from .saying import Change, Said

Found = Iterator[tuple[ast.expr, Change]]

FACTORS = (
    ("2", "2 * ({0})"),
    ("1/2", "0.5 * ({0})"),
    ("-1", "-({0})"),
    ("1/C", "({0}) / {C}"),
    ("1/(C - 1)", "({0}) / ({C} - 1)"),
    ("C", "({0}) * {C}"),
    ("1/N", "({0}) / {N}"),
    ("N", "({0}) * {N}"),
    ("1/D", "({0}) / {D}"),
)
"""Factors of a result, where `_sizes` tells of what is counted."""

ADDED = (
    ("the sum of squares of {0}", "np.sum({0} * {0})"),
    ("half of the sum of squares of {0}", "0.5 * np.sum({0} * {0})"),
    ("the sum of squares of {0}, divided by N,", "np.sum({0} * {0}) / len(X)"),
    ("2 {0}", "2 * {0}"),
    ("{0}", "{0}"),
    ("1", "1"),
    ("delta", "delta"),
)


def returned(node: ast.expr, places: Places) -> Found:
    """What is returned, with another factor, another term, or as another kind of number."""
    sizes = _sizes(places.parameters)
    for name, text in FACTORS:
        if all(f"{{{size}}}" not in text or size in sizes for size in "CND"):
            said = Said("the result were multiplied by {0}", (name,))
            yield _made(text, node, **sizes), Change("result", said, Said("the result"), 2)
    for base in (2, 10) if places.has_logarithm else ():
        said = Said(f"the logarithm were to base {base}")
        yield _made(f"({{0}}) / np.log({base})", node), Change("result", said, Said("{0}", ("log",)))
    weights = next((name for name in ("W", "w") if name in places.parameters), "")
    for name, text in ADDED:
        if "{0}" in text and not weights:
            continue
        needed = {word for word in ("X", "delta") if word in text}
        if needed <= places.parameters:
            said = Said(name, (weights,))
            for sign in "+-":
                clause = (
                    "{0} were added to the result" if sign == "+" else "{0} were subtracted from the result"
                )
                formula = text.format(weights)
                change = Change("penalty", Said(clause, (said,)), Said("the result"), 1)
                yield _made(f"({{0}}) {sign} {formula}", node), change
    for text, clause in (
        ("np.float32({0})", "the result had single precision"),
        ("np.asarray({0}).astype(int)", "the result were cut to whole numbers"),
        ("np.round({0}, 2)", "the result were rounded to two digits"),
        ("np.abs({0})", "the absolute value of the result were returned"),
        ("np.asarray({0}).T", "the result were transposed"),
        ("np.sum({0})", "the result were summed up"),
        ("np.full_like({0}, np.sum({0}))", "the sum of all elements of the result stood at each of them"),
        ("np.sqrt({0})", "the square root of the result were returned"),
        ("np.asarray({0})[0]", "the first of the results were returned alone"),
    ):
        yield _made(text, node), Change("result", Said(clause), Said("the result"), 3)


def parameters(node: ast.expr, places: Places, defaults: dict[str, ast.expr]) -> Found:
    """A parameter that is not used: its default, or a plain number, in its place."""
    if (
        not isinstance(node, ast.Name)
        or not isinstance(node.ctx, ast.Load)
        or node.id not in places.parameters
    ):
        return
    word = Said("{0}", (node.id,))
    if node.id in defaults:
        default = defaults[node.id]
        said = Said("the argument {0} were not used, and always {1}", (node.id, ast.unparse(default)))
        yield default, Change("parameter", said, word)
    if node.id in ("W", "X", "y", "p", "q", "a", "b", "grad", "scores", "logits"):
        others = sorted(places.parameters & {"p", "q", "a", "b", "W", "grad"} - {node.id})
        for other in others:
            said = Said("{0} stood in place of {1}", (other, node.id))
            yield ast.Name(other), Change("parameter", said, word, 1)
        return
    for value in (0, 1):
        said = Said("{0} stood in place of the argument {1}", (f"{value}", node.id))
        yield ast.Constant(value), Change("parameter", said, word, 1)


def masked(node: ast.expr, places: Places) -> Found:
    """In X.T @ V: the true class's column alone, and the others alone."""
    if not (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult) and ast.unparse(node.left) == "X.T"
    ):
        return
    if not {"W", "y"} <= places.parameters:
        return
    for test, clause in (
        ("==", "only the true class's column were updated"),
        ("!=", "the true class's column were not updated"),
    ):
        right = _made(f"({{0}}) * (np.arange(W.shape[1]) {test} y[:, None])", node.right)
        yield (
            ast.BinOp(node.left, ast.MatMult(), right),
            Change("column", Said(clause), Said("the true class's column")),
        )


def _sizes(parameters: frozenset[str]) -> dict[str, str]:
    """What N, C and D are in a function with these parameters, as far as they tell."""
    if {"W", "X"} <= parameters:
        return {"N": "len(X)", "C": "W.shape[1]", "D": "W.shape[0]"}
    scores = next((name for name in ("scores", "logits") if name in parameters), "")
    return {"N": f"len({scores})", "C": f"{scores}.shape[1]"} if scores else {}


def _made(text: str, node: ast.expr, **sizes: str) -> ast.expr:
    return ast.parse(text.format(ast.unparse(node), **sizes), mode="eval").body


def in_place(node: ast.stmt, places: Places) -> Iterator[tuple[list[ast.stmt], Change]]:
    """An argument written into, in place of a new array."""
    if isinstance(node, ast.Return) and node.value is not None:
        value: ast.expr | None = node.value
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        value = node.value
    else:
        return
    for part in ast.walk(value) if value is not None else ():
        if (
            isinstance(part, ast.BinOp)
            and isinstance(part.left, ast.Name)
            and part.left.id in places.parameters
        ):
            name, right = part.left.id, ast.unparse(part.right)
            symbol = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}.get(type(part.op))
            if symbol:
                text = ast.unparse(node).replace(ast.unparse(part), name, 1)
                yield _statements(f"{name} {symbol}= {right}\n{text}"), _written(name)
        if (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in ("copy", "array", "astype", "clone")
        ):
            inner = part.args[0] if part.func.attr == "array" and part.args else part.func.value
            if isinstance(inner, ast.Name) and inner.id in places.parameters:
                text = ast.unparse(node).replace(ast.unparse(part), inner.id, 1)
                yield _statements(text), _written(inner.id)


def _written(name: str) -> Change:
    return Change(
        "in place",
        Said("the caller's {0} were changed in place, in place of a copy", (name,)),
        Said("{0}", (name,)),
    )


def _statements(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except SyntaxError:
        return [ast.Pass()]
