"""Puts what code says to students into another language: literals that a catalogue has are replaced, all else stays.

So code of a notebook, of modules handed out beside it and of public tests stands once, in English and without markers.
A text's key is the literal; in that of an f-string `{0}`, `{1}`, ... stand for its expressions, in their order.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Callable, Iterator
from typing import TypeGuard

Translate = Callable[[str], str]

LONGEST = 90
"""Letters of a line of text, where it stood in several lines."""

_NO_TEXT = frozenset(
    [
        "check",
        "need",
        "predict",
        "getattr",
        "hasattr",
        "setattr",
        "load",
        "save",
        "open",
        "import_module",
        "partition",
        "split",
        "replace",
        "startswith",
        "endswith",
        "glob",
        "setup",
        "reshape",
        "astype",
        "view",
        "zeros",
        "ones",
        "full",
        "asarray",
        "array",
        "default_rng",
        "mount",
    ]
)
"""Functions and methods whose arguments are names, not texts."""

_SETTINGS = frozenset(
    [
        "color",
        "colors",
        "c",
        "facecolor",
        "edgecolor",
        "linestyle",
        "ls",
        "marker",
        "cmap",
        "loc",
        "ha",
        "va",
        "horizontalalignment",
        "verticalalignment",
        "aspect",
        "mode",
        "rotation_mode",
        "dtype",
        "origin",
        "interpolation",
        "width_ratios",
        "scale",
        "axis",
        "which",
        "norm",
        "encoding",
        "errors",
        "device",
        "reduction",
        "loss",
        "arrowstyle",
        "arrowprops",
        "weight",
        "fontweight",
        "tests_dir",
        "mountpoint",
    ]
)
"""Keywords whose values are names, not texts."""


def reworded(source: str, translate: Translate) -> str:
    """Python with its texts in another language.

    Args:
        source: a module or a cell; one with IPython's own syntax stays as it is.
        translate: gives a key's text, or the key itself where there is none.

    Raises:
        ValueError: a translation of an f-string has other placeholders than its key.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    content = source.encode()
    starts = [0]
    for text in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(text))
    changed = {}
    for node, key, whole in _texts(tree):
        if (translated := translate(key)) != key:
            _say(node, key, translated)
            changed[whole.lineno, whole.col_offset] = whole
    for (line, column), node in sorted(changed.items(), reverse=True):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start, end = starts[line - 1] + column, starts[node.end_lineno - 1] + node.end_col_offset
        literal = f"\n{' ' * column}".join(_literals(node, wraps=node.end_lineno > line))
        content = content[:start] + literal.encode() + content[end:]
    return content.decode()


def redocumented(source: str, translate: Translate) -> str:
    """Python with its docstrings in another language; their keys are what `inspect.getdoc` makes of them."""
    lines = source.splitlines(keepends=True)
    for node, key in sorted(documented(source), key=lambda found: -found[0].lineno):
        if (translated := translate(key)) != key:
            assert node.end_lineno is not None
            margin = " " * node.col_offset
            text = translated.replace("\\", "\\\\").replace('"' * 3, "'" * 3)
            told = "\n".join(f"{margin}{line}".rstrip() for line in text.split("\n")).lstrip()
            end = f"\n{margin}" if "\n" in told else ""
            lines[node.lineno - 1 : node.end_lineno] = [f'{margin}"""{told}{end}"""\n']
    return "".join(lines)


def documented(source: str) -> Iterator[tuple[ast.Constant, str]]:
    """The docstrings of a module with their keys."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and (key := ast.get_docstring(node)):
            statement = node.body[0]
            assert isinstance(statement, ast.Expr)
            assert isinstance(statement.value, ast.Constant)
            yield statement.value, key


def texts(source: str) -> Iterator[tuple[int, str]]:
    """The literals of a source that may be texts, as lines and keys: no docstrings, names of settings or indices."""
    for node, key, _ in _texts(ast.parse(source)):
        yield node.lineno, key


def _texts(
    node: ast.AST, whole: ast.JoinedStr | None = None
) -> Iterator[tuple[ast.Constant | ast.JoinedStr, str, ast.Constant | ast.JoinedStr]]:
    """Literals, their keys, and the literals that they are parts of, which a text in an f-string's expression has."""
    for child in _spoken(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            if re.search(r"[^\W\d_]", child.value):
                yield child, child.value, whole or child
        elif isinstance(child, ast.JoinedStr):
            key, parts = _key(child), child.values
            if re.search(r"[^\W\d_]", re.sub(r"\{\d+\}", "", key)):
                yield child, key, whole or child
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    yield from _texts(part, whole or child)
        else:
            yield from _texts(child, whole)


def _spoken(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node in which texts may stand."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Subscript):
        yield node.value
    elif isinstance(node, ast.Compare):
        yield from (part for part in (node.left, *node.comparators) if not isinstance(part, ast.Constant))
    elif isinstance(node, ast.keyword):
        if node.arg not in _SETTINGS or not isinstance(node.value, ast.Constant):
            yield node.value
    elif isinstance(node, ast.FormattedValue):
        yield node.value
    elif isinstance(node, ast.For | ast.comprehension) and _are_names(node.iter):
        yield from (part for part in ast.iter_child_nodes(node) if part is not node.iter)
    elif isinstance(node, ast.Dict):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        named = [key for key in keys if isinstance(key, str)]
        settings = any(re.search(r"[a-z][._][a-z]", key) for key in named) and not any(
            " " in key for key in named
        )
        yield from (key for key in node.keys if key is not None and not settings)
        yield from node.values
    elif isinstance(node, ast.Call) and _name(node.func) in _NO_TEXT:
        yield node.func
        yield from (part for part in (*node.args, *node.keywords) if not isinstance(part, ast.Constant))
    else:
        yield from ast.iter_child_nodes(node)


def _are_names(items: ast.expr) -> bool:
    """Whether a loop goes over nothing but names, of modules for instance."""
    return isinstance(items, ast.Tuple | ast.List) and all(
        isinstance(item, ast.Constant) and isinstance(item.value, str) and item.value.isidentifier()
        for item in items.elts
    )


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _key(node: ast.JoinedStr) -> str:
    parts, count = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value).replace("{", "{{").replace("}", "}}"))
        else:
            parts.append(f"{{{count}}}")
            count += 1
    return "".join(parts)


def _say(node: ast.Constant | ast.JoinedStr, key: str, translated: str) -> None:
    """Put a translation into a literal's node."""
    if isinstance(node, ast.Constant):
        node.value = translated
        return
    values = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    said: list[ast.expr] = []
    used = set()
    for text, field, _, _ in string.Formatter().parse(translated):
        said += [ast.Constant(text)] if text else []
        if field is not None:
            if not (field.isdigit() and int(field) < len(values)):
                raise ValueError(f"The translation of {key!r} has {{{field}}}, which it lacks.")
            used.add(int(field))
            said.append(values[int(field)])
    if len(used) < len(values):
        raise ValueError(f"The translation of {key!r} lacks some of its values.")
    node.values = said


def _literals(node: ast.Constant | ast.JoinedStr, wraps: bool) -> list[str]:
    """A literal, in several lines where the one that it takes the place of had several and it is long."""
    parts = [node] if isinstance(node, ast.Constant) else node.values
    pieces: list[list[ast.expr]] = [[]]
    length = 0
    for part in parts:
        words = re.split(r"(?<= )", str(part.value)) if wraps and _is_text(part) else [""]
        for word in words:
            own = ast.Constant(word) if wraps and _is_text(part) else part
            size = len(word) or 20
            if wraps and length + size > LONGEST and pieces[-1]:
                pieces.append([])
                length = 0
            pieces[-1].append(own)
            length += size
    return [_written(piece) for piece in pieces]


def _is_text(part: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(part, ast.Constant) and isinstance(part.value, str)


def _written(parts: list[ast.expr]) -> str:
    if all(isinstance(part, ast.Constant) for part in parts):
        return _quoted("".join(str(part.value) for part in parts if isinstance(part, ast.Constant)))
    return _with_double_quotes(ast.unparse(ast.JoinedStr(parts)))


def _quoted(text: str) -> str:
    """A literal in double quotes, as the kit's code has them, where that needs no escapes."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in text and "\\'" not in plain else plain


def _with_double_quotes(literal: str) -> str:
    """An f-string as the kit's code has them, where nothing in it stands in the way."""
    return (
        f'f"{literal[2:-1]}"'
        if literal[:2] == "f'" and '"' not in literal and "\\" not in literal
        else literal
    )
