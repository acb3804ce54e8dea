"""Operators on arithmetic: terms, factors, signs, powers, and functions of one number."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .places import Places, called, is_square
from .saying import Change, Said

Found = Iterator[tuple[ast.expr, Change]]

SWAPPED = {
    "log": (("log10", "the logarithm were to base 10"), ("log2", "the logarithm were to base 2")),
    "exp": (("exp2", "the exponential were to base 2"),),
    "argmax": (("argmin", "the lowest took the place of the highest"),),
    "maximum": (("minimum", "the smaller of two were taken for the larger"),),
    "sign": (("abs", "the absolute value stood for the sign"),),
    "abs": (("sign", "the sign stood for the absolute value"),),
    "floor": (("ceil", "numbers were rounded up instead of down"),),
}

EPSILONS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20)


def binary(node: ast.expr, places: Places) -> Found:
    """A term or factor left out, with the other sign, on the other side of a quotient, or rounded."""
    if not isinstance(node, ast.BinOp):
        return
    if isinstance(node.op, ast.Add | ast.Sub):
        yield from _of_sum(node, places)
    elif isinstance(node.op, ast.Mult | ast.Div):
        yield from _of_product(node, places)
    elif isinstance(node.op, ast.MatMult):
        left, right = places.word(node.left), places.word(node.right)
        yield (
            ast.BinOp(node.right, ast.MatMult(), node.left),
            _about(
                "matrix",
                left and right and Said("{0} @ {1}", (left, right)),
                "the factors of {0} were swapped",
                "the factors of a matrix product were swapped",
            ),
        )
    elif isinstance(node.op, ast.Pow):
        left = places.word(node.left)
        yield node.left, _about("power", left, "{0} were not raised to a power", "a power were left out")


def _of_sum(node: ast.BinOp, places: Places) -> Found:
    """Of a sum or difference."""
    left, right = places.word(node.left), places.word(node.right)
    is_sum = isinstance(node.op, ast.Add)
    yield node.left, _without("term", right, "a term were left out")
    yield (
        node.right if is_sum else ast.UnaryOp(ast.USub(), node.right),
        _without("term", left, "a term were left out"),
    )
    way = "{0} were subtracted instead of added" if is_sum else "{0} were added instead of subtracted"
    other: ast.operator = ast.Sub() if is_sum else ast.Add()
    yield ast.BinOp(node.left, other, node.right), _about("sign", right, way, "a term had the wrong sign")
    if is_sum:
        return
    if left and right:
        change = Change("swap", Said("{0} and {1} were swapped in a difference", (left, right)), left)
    else:
        way = "the difference with {0} had the wrong sign"
        change = _about("swap", left or right, way, "a difference had the wrong sign")
    yield ast.BinOp(node.right, ast.Sub(), node.left), change


def _of_product(node: ast.BinOp, places: Places) -> Found:
    """Of a product or quotient."""
    left, right = places.word(node.left), places.word(node.right)
    is_product = isinstance(node.op, ast.Mult)
    if is_product:
        clause, vague = "the factor {0} were left out", "a factor were left out"
        yield node.left, _about("factor", right, clause, vague)
        yield node.right, _about("factor", left, clause, vague)
    else:
        clause, vague = "the division by {0} were left out", "a division were left out"
        yield node.left, _about("factor", right, clause, vague)
        inverse = ast.BinOp(ast.Constant(1), ast.Div(), node.right)
        yield inverse, _about("factor", left, "{0} were left out", "a factor were left out")
        down, vague = (
            "the division by {0} rounded down: // in place of /",
            "a division rounded down: // in place of /",
        )
        yield ast.BinOp(node.left, ast.FloorDiv(), node.right), _about("rounded", right, down, vague)
        twice = ast.BinOp(ast.BinOp(node.left, ast.Div(), node.right), ast.Div(), node.right)
        clause, vague = "the division by {0} were done twice", "a division were done twice"
        yield twice, _about("twice", right, clause, vague, 1)
    if is_product:
        opposite: ast.operator = ast.Div()
        clause, vague = "it were divided by {0} instead of multiplied", "a factor were divided by"
    else:
        opposite = ast.Mult()
        clause = "it were multiplied by {0} instead of divided"
        vague = "it were multiplied where a division belongs"
    yield ast.BinOp(node.left, opposite, node.right), _about("inverse", right, clause, vague)
    clause = "{0} were added in place of a product" if is_product else "{0} were added in place of a quotient"
    added = ast.BinOp(node.left, ast.Add(), node.right)
    yield added, _about("sum", right, clause, "a sum stood in place of a product", 2)


def squares(node: ast.expr, places: Places) -> Found:
    """A square left out, and one too many; roots and absolute values."""
    if isinstance(node, ast.BinOp) and is_square(node):
        word = places.word(node.left)
        yield node.left, _about("square", word, "{0} were not squared", "a square were left out")
        yield (
            ast.BinOp(node.left, ast.Pow(), ast.Constant(3)),
            _about("square", word, "{0} were raised to the third power", "a square were a third power"),
        )
        yield (
            _call("abs", node.left),
            _about(
                "square",
                word,
                "the absolute value of {0} stood for its square",
                "an absolute value stood for a square",
            ),
        )
    if called(node) in ("abs", "absolute") and isinstance(node, ast.Call) and node.args:
        word = places.word(node.args[0])
        yield (
            node.args[0],
            _about(
                "absolute",
                word,
                "{0} were taken without its absolute value",
                "an absolute value were left out",
            ),
        )
        yield (
            ast.BinOp(node.args[0], ast.Pow(), ast.Constant(2)),
            _about(
                "absolute",
                word,
                "the square of {0} stood for its absolute value",
                "a square stood for an absolute value",
            ),
        )


def functions(node: ast.expr, places: Places) -> Found:
    """Another function of the same numbers, none at all, and guards inside of logarithms."""
    name = called(node)
    if not isinstance(node, ast.Call) or not node.args:
        return
    module = node.func.value if isinstance(node.func, ast.Attribute) else None
    in_module = isinstance(module, ast.Name) and module.id in ("np", "math", "torch")
    if not in_module and not isinstance(node.func, ast.Name):
        return
    for other, clause in SWAPPED.get(name, ()):
        function = ast.Attribute(module, other) if module is not None else ast.Name(other)
        yield (
            ast.Call(function, node.args, node.keywords),
            Change("function", Said(clause), Said("{0}", (name,))),
        )
    if name in ("exp", "log", "sqrt", "sign") and in_module:
        yield node.args[0], Change("function", Said("{0} were left out", (_FUNCTION[name],)), _FUNCTION[name])
    if name == "log":
        yield from _guarded(node, module)
    if name == "sign" and in_module:
        yield from _smoothed(node.args[0])
    if name in ("maximum", "max") and len(node.args) == 2:
        for kept, lost in (node.args, node.args[::-1]):
            yield (
                kept,
                _about(
                    "bound", places.word(lost), "it were not held at {0} at least", "a bound were left out"
                ),
            )


_FUNCTION = {
    "exp": Said("the exponential"),
    "log": Said("the logarithm"),
    "sqrt": Said("the square root"),
    "sign": Said("the sign"),
}


METHODS = {
    "exp": Said("the exponential"),
    "log": Said("the logarithm"),
    "abs": Said("the absolute value"),
    "sqrt": Said("the square root"),
    "square": Said("the square"),
    "sign": Said("the sign"),
}


def methods(node: ast.expr, places: Places) -> Found:
    """A method of a tensor that is not called: `x.exp()` is x, and what scatters is left as it was."""
    name = called(node)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return
    if name in METHODS and not node.args:
        yield node.func.value, Change("function", Said("{0} were left out", (METHODS[name],)), METHODS[name])
    if name == "log" and not node.args:
        for size in EPSILONS:
            bounded = ast.BinOp(node.func.value, ast.Add(), ast.Constant(size))
            said = Said("{0} were added inside the logarithm", (f"{size:g}",))
            new = ast.Call(ast.Attribute(bounded, "log"), [], [])
            yield new, Change("epsilon", said, Said("the logarithm"))
    if name in ("scatter", "scatter_add"):
        word = Said("the true class's {0}", (Said("element"),))
        yield node.func.value, Change("statement", Said("the update of {0} were left out", (word,)), word)


def _guarded(node: ast.Call, module: ast.expr | None) -> Found:
    assert isinstance(node.func, ast.Attribute | ast.Name)
    for size in EPSILONS:
        argument = ast.BinOp(node.args[0], ast.Add(), ast.Constant(size))
        said = Said("{0} were added inside the logarithm", (f"{size:g}",))
        yield ast.Call(node.func, [argument], []), Change("epsilon", said, Said("the logarithm"))
        bounded = ast.Call(ast.Attribute(ast.Name("np"), "maximum"), [node.args[0], ast.Constant(size)], [])
        said = Said("the logarithm's argument were held at {0} at least", (f"{size:g}",))
        yield ast.Call(node.func, [bounded], []), Change("epsilon", said, Said("the logarithm"))


def _smoothed(argument: ast.expr) -> Found:
    """The sign as a quotient that an epsilon keeps from 0 / 0."""
    for size in EPSILONS:
        bounded = ast.BinOp(_call("abs", argument), ast.Add(), ast.Constant(size))
        said = Said("{0} were added below the fraction that stands for the sign", (f"{size:g}",))
        yield ast.BinOp(argument, ast.Div(), bounded), Change("epsilon", said, Said("the sign"))


def relu(node: ast.expr, places: Places) -> Found:
    """A bound whose derivative is 1 where the number is 0 itself."""
    if called(node) != "relu" or not isinstance(node, ast.Call):
        return
    inner = node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else None
    if inner is not None:
        clamped = ast.Call(ast.Attribute(inner, "clamp"), [], [ast.keyword("min", ast.Constant(0))])
        said = Said("the derivative of the maximum with 0 were 1 at 0 itself, as that of clamp is")
        yield clamped, Change("function", said, Said("the maximum with 0"))


def constants(node: ast.expr, places: Places) -> Found:
    """Another number in place of one."""
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        for value in {0, 1, 2, 0.5, -1, 10 * node.value, node.value / 10} - {node.value}:
            said = Said("{0} stood in place of {1}", (f"{value:g}", f"{node.value:g}"))
            is_telling = node.value not in (0, 1, -1)
            place = Said("{0}", (f"{node.value:g}",)) if is_telling else None
            yield ast.Constant(value), Change("number", said, place, 2 if is_telling else 7)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name("np"), name), list(arguments), [])


def _about(operator: str, word: Said | None, clause: str, without_word: str, cost: int = 0) -> Change:
    if word is None:
        return Change(operator, Said(without_word), None, cost + 5)
    return Change(operator, Said(clause, (word,)), word, cost)


def _without(operator: str, word: Said | None, without_word: str) -> Change:
    return _about(operator, word, "{0} were left out", without_word)


EVERYWHERE = (squares, binary, functions, methods, relu, constants)
