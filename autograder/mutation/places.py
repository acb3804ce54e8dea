"""What a part of a function is called, in words that its public docstring uses: a reference is hidden, and so are its names.

Words are found by form: `scores[np.arange(len(y)), y]` is the true class's score, `len(X)` is N. Where no form fits there
is no word, and whoever asks says less.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from .saying import Said

NOUNS = {
    "score": "score",
    "scores": "score",
    "logits": "score",
    "margin": "margin",
    "margins": "margin",
    "probability": "probability",
    "probabilities": "probability",
    "p": "probability",
    "log_probabilities": "log-probability",
    "log_p": "log-probability",
    "exponentials": "exponential",
    "shifted": "score",
}
"""Names of arrays that hold a number for each class, and what one of those is called."""

WHOLES = {
    "scores": "the scores",
    "logits": "the scores",
    "margin": "the margin",
    "margins": "the margins",
    "probability": "the probability",
    "probabilities": "the probabilities",
    "exponentials": "the exponentials",
    "gradient": "the gradient",
    "prediction": "the prediction",
    "predictions": "the predictions",
    "residual": "the residual",
    "residuals": "the residuals",
    "loss": "the sum",
    "total": "the sum",
    "history": "the history",
    "violated": "the violated classes",
    "violations": "the number of violated classes",
    "log_sums": "the logarithm of the sum",
    "log_sum": "the logarithm of the sum",
}

REDUCTIONS = {
    "sum": "sum",
    "mean": "mean",
    "max": "maximum",
    "amax": "maximum",
    "min": "minimum",
    "prod": "product",
}

FUNCTIONS = {
    "exp": "the exponential",
    "log": "the logarithm",
    "abs": "the absolute value",
    "absolute": "the absolute value",
    "sqrt": "the square root",
    "sign": "the sign",
    "square": "the square",
    "maximum": "the maximum",
    "relu": "the maximum with 0",
    "max": "the maximum",
    "clip": "the bound",
    "where": "the case distinction",
}

_N = re.compile(
    r"(len\((X|y|scores|logits|X_batch)\)|(X|y|scores|logits)\.shape\[0\]|N|y\.size|scores\.size\(0\))"
)
_C = re.compile(
    r"(len\((scores|W\[0\])\)|(W|scores|logits|log_p)\.shape\[1\]|C|scores\.size(\(1\))?|shifted\.shape\[1\])"
)
_D = re.compile(r"(X\.shape\[1\]|W\.shape\[0\]|len\(w\)|w\.size|D)")
_TRUE = re.compile(
    r"(?P<of>\w+)(\[y\[\w+\]\]|\[\(?(rows|np\.arange\((len\(y\)|N|X\.shape\[0\]|y\.size)\)|range\((len\(y\)|N|X\.shape\[0\])\)), (y|list\(y\))\)?\]"
    r"|\[true\]|\[is_true\]|\[label\]|\[int\(y\[\w+\]\)\]|\.gather\(1, y\[:, None\]\))(\[:, (None|np\.newaxis)\]|\.reshape\(-1, 1\))?"
)


class Places:
    """Words for the parts of one function.

    Args:
        function: its definition.
    """

    def __init__(self, function: ast.AST) -> None:
        arguments = [node.arg for node in ast.walk(function) if isinstance(node, ast.arg)]
        self.parameters = frozenset(arguments) - {"ctx", "self"}
        self.has_logarithm = any(called(node) == "log" for node in ast.walk(function))
        self._words: dict[int, tuple[ast.expr, Said | None]] = {}
        self._values = _assigned_once(function)
        self._rows = frozenset(
            part.id
            for loop in ast.walk(function)
            if isinstance(loop, ast.For)
            for node in ast.walk(loop)
            if isinstance(node, ast.Assign)
            for part in ast.walk(node.targets[0])
            if isinstance(part, ast.Name)
        )

    def word(self, node: ast.expr, depth: int = 0) -> Said | None:
        """What an expression is called; None where there is no word."""
        known = self._words.get(id(node))
        if known is None:
            known = self._words[id(node)] = (node, self._word(node, depth))  # the node is kept, and so its id
        return known[1]

    def _word(self, node: ast.expr, depth: int) -> Said | None:
        text = ast.unparse(node)
        for pattern, word in ((_N, "N"), (_C, "C"), (_D, "D")):
            if pattern.fullmatch(text) and not (word == "C" and self.is_parameter(text)):
                return Said(word)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return Said("{0}", (str(node.value) if isinstance(node.value, bool) else f"{node.value:g}",))
        if re.fullmatch(r"y\[\w+\]|int\(y\[\w+\]\)", text):
            return Said("the true class")
        found = _TRUE.fullmatch(text)
        if found and found["of"] in NOUNS:
            return Said("the true class's {0}", (Said(NOUNS[found["of"]]),))
        if isinstance(node, ast.Name):
            if node.id in self.parameters:
                return Said("{0}", (node.id,))
            value = self._values.get(node.id)
            if value is not None and depth < 3 and node.id not in WHOLES:
                return self.word(value, depth + 1)
            return Said(WHOLES[node.id]) if node.id in WHOLES else None
        return self._compound(node, text, depth)

    def is_parameter(self, name: str) -> bool:
        """Whether the function has a parameter of this name."""
        return name in self.parameters

    def _compound(self, node: ast.expr, text: str, depth: int) -> Said | None:
        if is_square(node):
            inner = self.word(node.left if isinstance(node, ast.BinOp) else node, depth + 1)
            return Said("the square of {0}", (inner,)) if inner else None
        if self._is_short(node, text):
            return Said("{0}", (text,))
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        if isinstance(node, ast.Subscript):
            of = node.value
            if isinstance(of, ast.Name) and of.id in NOUNS and re.fullmatch(r"\w+\[[jck]\]", text):
                return Said("the {0} of class j", (Said(NOUNS[of.id]),))
            if text.endswith(("[:, None]", "[:, np.newaxis]")):
                return self.word(of, depth)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self.word(node.operand, depth)
        return None

    def _called(self, node: ast.Call, depth: int) -> Said | None:
        name = called(node)
        if name in REDUCTIONS:
            axis = axis_of(node)
            kind = Said(REDUCTIONS[name])
            if axis in ("1", "-1"):
                return Said("each row's {0}", (kind,))
            if axis == "0":
                return Said("each column's {0}", (kind,))
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            if names & self._rows and len(node.args) < 2:  # in a loop over examples
                return Said("each row's {0}", (kind,))
            if not (name in ("max", "min") and isinstance(node.func, ast.Name)):
                return Said("the {0}", (kind,))
        if name == "len" or name not in FUNCTIONS:
            return None
        inner = self.word(node.args[0], depth + 1) if node.args and name in ("exp", "log", "abs") else None
        return Said("{0} of {1}", (Said(FUNCTIONS[name]), inner)) if inner else Said(FUNCTIONS[name])

    def _is_short(self, node: ast.expr, text: str) -> bool:
        """Whether it says no more than a formula does: parameters alone, and few of them."""
        allowed = (ast.BinOp, ast.Name, ast.Constant, ast.operator, ast.expr_context, ast.Attribute)
        parts = list(ast.walk(node))
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        return (
            len(text) <= 24
            and all(isinstance(part, allowed) for part in parts)
            and all(part.attr == "T" for part in parts if isinstance(part, ast.Attribute))
            and bool(names)
            and set(names) <= self.parameters
        )


def called(node: ast.AST) -> str:
    """The last name of what a call calls, such as "sum"; "" for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def axis_of(node: ast.Call) -> str:
    """The axis of a reduction, as text; "" where it has none."""
    for keyword in node.keywords:
        if keyword.arg in ("axis", "dim"):
            return ast.unparse(keyword.value)
    is_method = isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "torch", "math")
    )
    place = 0 if is_method else 1
    return ast.unparse(node.args[place]) if len(node.args) > place else ""


def is_square(node: ast.expr) -> bool:
    """Whether it is something times itself, or to the power of 2."""
    if not isinstance(node, ast.BinOp):
        return False
    if isinstance(node.op, ast.Pow):
        return ast.unparse(node.right) == "2"
    return isinstance(node.op, ast.Mult) and ast.unparse(node.left) == ast.unparse(node.right)


def _assigned_once(function: ast.AST) -> Mapping[str, ast.expr]:
    found: dict[str, list[ast.expr | None]] = {}
    for node in ast.walk(function):
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AugAssign | ast.For | ast.comprehension):
            targets = [node.target]
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Name):
                    found.setdefault(part.id, []).append(value if part is target else None)
    return {name: values[0] for name, values in found.items() if len(values) == 1 and values[0] is not None}
