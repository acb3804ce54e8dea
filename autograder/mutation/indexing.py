"""Operators on arrays: which elements, which axis, which size, which reduction, and comparisons."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .places import REDUCTIONS, Places, axis_of, called
from .saying import Change, Said

Found = Iterator[tuple[ast.expr, Change]]

COMPARISONS: dict[type[ast.cmpop], tuple[tuple[type[ast.cmpop], str], ...]] = {
    ast.Gt: (
        (ast.GtE, "equality counted as well: >= in place of >"),
        (ast.Lt, "a comparison were the wrong way round: < in place of >"),
    ),
    ast.Lt: (
        (ast.LtE, "equality counted as well: <= in place of <"),
        (ast.Gt, "a comparison were the wrong way round: > in place of <"),
    ),
    ast.GtE: (
        (ast.Gt, "equality did not count: > in place of >="),
        (ast.Lt, "a comparison were the wrong way round: < in place of >="),
        (ast.Eq, "equality alone counted: == in place of >="),
    ),
    ast.LtE: (
        (ast.Lt, "equality did not count: < in place of <="),
        (ast.Gt, "a comparison were the wrong way round: > in place of <="),
        (ast.Eq, "equality alone counted: == in place of <="),
    ),
    ast.Eq: ((ast.NotEq, "== and != were swapped in a comparison"),),
    ast.NotEq: ((ast.Eq, "== and != were swapped in a comparison"),),
}

SIZES = (("N", "len(X)"), ("C", "W.shape[1]"), ("D", "X.shape[1]"))

KINDS = ("sum", "mean", "max", "min", "prod")


def comparisons(node: ast.expr, places: Places) -> Found:
    """Strictness and direction; one side of "and" and "or" left out."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        word = _tested(node, places)
        for other, clause in COMPARISONS.get(type(node.ops[0]), ()):
            yield (
                ast.Compare(node.left, [other()], node.comparators),
                Change("comparison", Said(clause), word),
            )
        if ast.unparse(node.comparators[0]) in ("0", "0.0"):
            for threshold in sorted(places.parameters & {"delta", "threshold"}):
                told = Said("numbers were compared with {0} in place of 0", (threshold,))
                yield (
                    ast.Compare(node.left, node.ops, [ast.Name(threshold)]),
                    Change("comparison", told, Said("{0}", (threshold,))),
                )
            yield from _themselves(node, places)
        left = places.word(node.left)
        yield (
            ast.Compare(node.left, node.ops, [node.left]),
            Change("itself", _itself(left), word, 3),
        )
        yield (
            ast.Compare(node.comparators[0], node.ops, node.comparators),
            Change("itself", _itself(places.word(node.comparators[0])), word, 3),
        )
    if isinstance(node, ast.BoolOp) and len(node.values) == 2:
        for kept, lost in (node.values, node.values[::-1]):
            word = _tested(lost, places) if isinstance(lost, ast.Compare) else places.word(lost)
            yield kept, Change("condition", _condition(word), word)
        other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield (
            ast.BoolOp(other_op, node.values),
            Change("condition", Said('"and" and "or" were swapped'), None, 2),
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        for kept, lost in ((node.left, node.right), (node.right, node.left)):
            word = places.word(lost)
            yield kept, Change("condition", _condition(word), word)


def _themselves(node: ast.Compare, places: Places) -> Found:
    """What is above 0 in place of whether it is."""
    word = places.word(node.left)
    if isinstance(node.ops[0], ast.Gt) and word is not None:
        said = Said("{0} stood in place of whether they are above 0", (word,))
        yield ast.BinOp(node.left, ast.Mult(), node), Change("counted", said, word, 1)


def _tested(node: ast.Compare, places: Places) -> Said | None:
    words = [places.word(side) for side in (node.left, *node.comparators)]
    named = [word for word in words if word is not None and word != Said("{0}", ("0",))]
    true = [word for word in named if word == Said("the true class")]
    return true[0] if true else named[0] if named else None


def _itself(word: Said | None) -> Said:
    return (
        Said("{0} were compared with itself", (word,))
        if word
        else Said("something were compared with itself")
    )


def _condition(word: Said | None) -> Said:
    if word is None:
        return Said("a condition were left out")
    return Said("the condition on {0} were left out", (word,))


def subscripts(node: ast.expr, places: Places) -> Found:
    """Another index, and other axes."""
    if not isinstance(node, ast.Subscript):
        return
    text = ast.unparse(node.slice)
    word = places.word(node)
    if isinstance(node.slice, ast.Name):
        for other in ("i", "j", "k", "c", "n"):
            if other != node.slice.id and node.slice.id in "ijkcn":
                said = Said(
                    "{0}[{1}] stood in place of {0}[{2}]", (_name(node.value, places), other, node.slice.id)
                )
                yield ast.Subscript(node.value, ast.Name(other)), Change("index", said, word)
        if isinstance(node.value, ast.Name) and node.value.id == "y":
            said = Said("{0} stood in place of y[{0}]", (node.slice.id,))
            yield ast.Name(node.slice.id), Change("index", said, word)
        if node.slice.id in "in":
            said = Said(
                "{0}[{1}] stood in place of {0}[{2}]", (_name(node.value, places), "0", node.slice.id)
            )
            yield ast.Subscript(node.value, ast.Constant(0)), Change("index", said, word)
    if text.startswith("y[") or text == "y" or text.endswith(", y"):
        for add, number in ((ast.Sub(), "y - 1"), (ast.Add(), "y + 1")):
            changed = _with_labels(node.slice, add)
            yield (
                ast.Subscript(node.value, changed),
                Change("labels", Said("{0} stood in place of y", (number,)), word),
            )
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        first, second = node.slice.elts
        where = Said("rows and columns were swapped in an index")
        yield ast.Subscript(node.value, ast.Tuple([second, first])), Change("index", where, word)
        if not isinstance(first, ast.Slice):
            whole = ast.Tuple([ast.Slice(), second])
            yield (
                ast.Subscript(node.value, whole),
                Change("index", Said("whole columns were taken, in place of one element a row"), word, 1),
            )
        if isinstance(first, ast.Slice) and not isinstance(second, ast.Slice | ast.Constant):
            yield (
                ast.Subscript(node.value, second),
                Change("index", Said("a row were taken in place of a column"), word),
            )
            yield (
                ast.Subscript(node.value, ast.Tuple([ast.Slice(), ast.Constant(0)])),
                Change("index", Said("the first column were always taken"), word),
            )
        if isinstance(second, ast.Constant) and second.value is None:
            yield (
                node.value,
                Change("broadcast", Said("{0} were not made a column, (N, 1)", (_word(word),)), word),
            )
            yield (
                ast.Subscript(node.value, ast.Tuple([second, first])),
                Change("broadcast", Said("{0} were made a row, (1, N)", (_word(word),)), word),
            )


def _with_labels(index: ast.expr, operation: ast.operator) -> ast.expr:
    if isinstance(index, ast.Tuple):
        return ast.Tuple([*index.elts[:-1], ast.BinOp(index.elts[-1], operation, ast.Constant(1))])
    return ast.BinOp(index, operation, ast.Constant(1))


def _name(node: ast.expr, places: Places) -> str:
    return node.id if isinstance(node, ast.Name) and places.is_parameter(node.id) else "s"


def _word(word: Said | None) -> Said:
    return word or Said("an array")


def reductions(node: ast.expr, places: Places) -> Found:
    """Sum, mean, maximum for one another; the axis; keepdims; none at all; a maximum that starts at 0."""
    name = called(node)
    if not isinstance(node, ast.Call) or name not in {*REDUCTIONS, "argmax"}:
        return
    if isinstance(node.func, ast.Name) and (name != "max" or len(node.args) > 1):
        return
    word = places.word(node)
    said = (
        _word(word)
        if word
        else Said("a {0}", (Said(REDUCTIONS[name]),))
        if name in REDUCTIONS
        else Said("the highest score")
    )
    axis = axis_of(node)
    axis = axis if axis.lstrip("-").isdigit() else ""
    if name in REDUCTIONS and isinstance(node.func, ast.Attribute):
        for other in KINDS:
            if other not in (name, name.removeprefix("a")):
                changed = ast.Call(ast.Attribute(node.func.value, other), node.args, node.keywords)
                told = Said("a {0} stood in place of {1}", (Said(REDUCTIONS[other]), said))
                yield changed, Change("reduction", told, word, 3 if other in ("prod", "min") else 1)
    if axis:
        for other, clause in (
            ("0", "axis 0 stood in place of axis 1, for {0}"),
            ("1", "axis 1 stood in place of axis 0, for {0}"),
        ):
            if (axis in ("1", "-1")) == (other == "0"):
                yield _with_axis(node, other), Change("axis", Said(clause, (said,)), word, 1)
                yield _with_axis(node, other, keep=False), Change("axis", Said(clause, (said,)), word, 1)
        yield (
            _with_axis(node, None),
            Change("axis", Said("one number for the whole array stood in place of {0}", (said,)), word, 1),
        )
        yield (
            _with_axis(node, axis, keep=False),
            Change(
                "keepdims",
                Said("{0} were taken without keepdims=True, and lined up with the wrong axis", (said,)),
                word,
            ),
        )
    yield from _split(node, name, word)
    if name in ("max", "amax"):
        bounded = ast.Call(ast.Attribute(ast.Name("np"), "maximum"), [ast.Constant(0), node], [])
        yield (
            bounded,
            Change("start", Said("{0} were never below 0: a maximum that starts at 0", (said,)), word),
        )


def _split(node: ast.Call, name: str, word: Said | None) -> Found:
    """A reduction of a quotient or product, taken of each of its two parts."""
    inner = node.args[0] if node.args else None
    if (
        name in ("max", "sum", "mean")
        and isinstance(inner, ast.BinOp)
        and isinstance(inner.op, ast.Mult | ast.Div)
        and ast.unparse(inner.left) != ast.unparse(inner.right)
    ):
        left, right = (
            ast.Call(node.func, [part, *node.args[1:]], node.keywords) for part in (inner.left, inner.right)
        )
        clause = (
            "the {0} were taken above and below the fraction, in place of once of the fraction"
            if isinstance(inner.op, ast.Div)
            else "the {0} were taken of each factor, in place of once of the product"
        )
        said = Said(clause, (Said(REDUCTIONS[name]),))
        yield ast.BinOp(left, inner.op, right), Change("split", said, word, 1)


def _with_axis(node: ast.Call, axis: str | None, keep: bool = True) -> ast.Call:
    keywords = [k for k in node.keywords if k.arg not in ("axis", "dim")]
    if not keep or axis is None:
        keywords = [k for k in keywords if k.arg not in ("keepdims", "keepdim")]
    if axis is not None:
        name = "dim" if any(k.arg == "dim" for k in node.keywords) else "axis"
        keywords.insert(0, ast.keyword(name, ast.Constant(int(axis))))
    by_place = axis_of(node) and not any(k.arg in ("axis", "dim") for k in node.keywords)
    return ast.Call(node.func, node.args[:-1] if by_place else node.args, keywords)


def sizes(node: ast.expr, places: Places) -> Found:
    """C or D for N, and the other way round; ranges that are one too short."""
    word = places.word(node) if isinstance(node, ast.Call | ast.Subscript | ast.Name) else None
    if word is not None and word.template in ("N", "C", "D") and not word.parts:
        for name, text in SIZES:
            if name != word.template and {"X", "W"} <= places.parameters:
                said = Said("{0} stood in place of {1}", (name, word))
                yield ast.parse(text, mode="eval").body, Change("size", said, word)
    if called(node) == "range" and isinstance(node, ast.Call) and len(node.args) == 1:
        end = node.args[0]
        yield (
            ast.Call(node.func, [ast.Constant(1), end], []),
            Change("range", Said("a loop left out the first"), word),
        )
        less = ast.BinOp(end, ast.Sub(), ast.Constant(1))
        yield ast.Call(node.func, [less], []), Change("range", Said("a loop left out the last"), word)


def transposed(node: ast.expr, places: Places) -> Found:
    """A transposition left out."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        word = places.word(node.value)
        yield node.value, Change("transposed", Said("{0} were not transposed", (_word(word),)), word)


EVERYWHERE = (comparisons, subscripts, reductions, sizes, transposed)
