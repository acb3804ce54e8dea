"""Misconceptions of an assignment: edits of its reference, each with a hint, read from `solutions/<a>/misconceptions.toml`.

The catalogue is data, and says of each misconception what is replaced in the reference and by what. It is refused, with the
misconception's name, where the reference has moved from under it. Here nothing of it is ever run.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .languages import LANGUAGES
from .schema import SettingsError as AssignmentError
from .variants import Variant, without_markers

_BLANK = re.compile(r"^[ \t]+\n", re.MULTILINE)


def load_misconceptions(solutions: Path) -> list[Variant]:
    """The misconceptions of an assignment, in the order of its catalogue; none where it has no catalogue.

    Args:
        solutions: the folder of the catalogue and of the reference modules.

    Raises:
        AssignmentError: a misconception cannot be made of the reference as it is; the message names it and says why.
    """
    path = solutions / "misconceptions.toml"
    if not path.exists():
        return []
    try:
        catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path} is no TOML: {error}") from error
    found = []
    for module, functions in catalogue.items():
        originals = _originals(solutions / f"{module}.py")
        for function, described in functions.items():
            questions = tuple(described.pop("questions", (function,)))
            for name, misconception in described.items():
                try:
                    if function not in originals:
                        raise ValueError(f"{module}.py has no function or class {function}.")
                    found.append(_read(name, misconception, originals[function], questions))
                except ValueError as error:
                    raise AssignmentError(f"{_place(path, name)}: {name}: {error}") from error
    return found


def _place(path: Path, name: str) -> str:
    """The catalogue, and the line at which a misconception begins in it."""
    heading = re.compile(rf"^\s*\[.*\b{re.escape(name)}\s*\]")
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return next((f"{path}, line {number}" for number, line in lines if heading.match(line)), str(path))


@dataclass(frozen=True)
class _Original:
    """A function or class of the reference.

    Attributes:
        module: the reference module.
        name: the function's.
        code: its text without docstrings and comments, which no edit is about.
        tree: the code's syntax tree, as text.
    """

    module: str
    name: str
    code: str
    tree: str


def _originals(path: Path) -> dict[str, _Original]:
    """The functions and classes of a reference module by name; none where there is no such file."""
    source = without_markers(path.read_text(encoding="utf-8")) if path.exists() else ""
    lines = source.splitlines()
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            code = _code(node, lines)
            found[node.name] = _Original(path.stem, node.name, code, ast.dump(ast.parse(code)))
    return found


def _code(definition: ast.FunctionDef | ast.ClassDef, lines: Sequence[str]) -> str:
    kept = list(lines)
    for node in ast.walk(definition):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            text = node.body[0]
            assert text.end_lineno is not None
            kept[text.lineno - 1 : text.end_lineno] = [" "] * (text.end_lineno - text.lineno + 1)
    kept = kept[definition.lineno - 1 : definition.end_lineno]
    for token in tokenize.generate_tokens(io.StringIO("\n".join(kept)).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            kept[row - 1] = kept[row - 1][:column].rstrip() or " "
    return _BLANK.sub("", "\n".join(kept))


def _read(name: str, described: Any, original: _Original, questions: tuple[str, ...]) -> Variant:
    if not isinstance(described, dict):
        raise ValueError(f"it is no table, such as [{original.module}.{original.name}.{name}].")
    unknown = described.keys() - {"edit", "whole", "imports", *LANGUAGES}
    if unknown or "en" not in described or ("edit" in described) == ("whole" in described):
        others = ", ".join(language for language in LANGUAGES if language != "en")
        raise ValueError(
            f"it has {', '.join(described)}; it needs edit or whole, and en, its hint; it may have the hint in other "
            f"languages ({others}) and imports."
        )
    source = _edited(original, described["edit"]) if "edit" in described else described["whole"].strip("\n")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"what it makes of {original.name} is no Python: {error}.") from error
    if [getattr(node, "name", "") for node in tree.body] != [original.name]:
        raise ValueError(f"it has to be one definition, of {original.name}.")
    if ast.dump(tree) == original.tree:
        raise ValueError(f"it leaves {original.name} as it is.")
    return Variant(
        name=name,
        module=original.module,
        function=original.name,
        questions=questions,
        hint=described["en"],
        source=source,
        imports=tuple(described.get("imports", ())),
        translations={language: described[language] for language in LANGUAGES if language in described},
    )


def _edited(original: _Original, edits: Any) -> str:
    """The code with all replacements, each of which is looked for in the code as it was; lines left blank go.

    Raises:
        ValueError: what is to be replaced does not stand there just once, or two replacements overlap.
    """
    if not (isinstance(edits, dict) and all(isinstance(new, str) for new in edits.values())):
        raise ValueError("edit is a table of texts, one for each text that it replaces.")
    code, where = original.code, f"{original.name} of {original.module}.py"
    places = []
    for old, new in edits.items():
        count = code.count(old) if old else 0
        if count != 1:
            stands = "does not stand" if count == 0 else f"stands {count} times"
            raise ValueError(
                f"{old!r} {stands} in {where}, and must stand there once (docstrings and comments apart)."
            )
        places.append((code.index(old), old, new))
    end = len(code)
    for start, old, new in sorted(places, reverse=True):
        if start + len(old) > end:
            raise ValueError(f"{old!r} overlaps with another edit in {where}.")
        code = code[:start] + new + code[start + len(old) :]
        end = start
    return _BLANK.sub("", code)
