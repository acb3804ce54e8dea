"""Misconceptions of an assignment: edits of its reference, each with a hint, read from `solutions/<a>/misconceptions.toml`.

The catalogue is data, and says of each misconception what is replaced in the reference and by what. It is refused, with the
misconception's name, where the reference has moved from under it. Here nothing of it is ever run.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..text import did_you_mean
from .languages import LANGUAGES
from .schema import AssignmentError, read_text, table_of
from .variants import Variant, without_markers

_SETTINGS = frozenset({"edit", "whole", "imports", "only_hidden", *LANGUAGES})
"""What a misconception may say."""

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
    text = read_text(path)
    catalogue = table_of(path, text)
    found: dict[str, Variant] = {}
    wrong: list[str] = []
    for module, functions in catalogue.items():
        originals = _originals(solutions / f"{module}.py")
        for function, name, described, questions in _described(path, text, module, functions):
            try:
                if function not in originals:
                    raise ValueError(f"{module}.py has no function or class {function}.")
                if name in found:
                    raise ValueError(f"{found[name].function} has one of this name already.")
                found[name] = _read(name, described, originals[function], questions)
            except ValueError as error:
                wrong.append(f"{_place(path, text, name)}: {name}: {error}")
    if wrong:
        raise AssignmentError("\n".join(wrong))
    return list(found.values())


def _described(
    path: Path, text: str, module: str, functions: Any
) -> Iterator[tuple[str, str, Any, tuple[str, ...]]]:
    """Function, name and description of each misconception of a module, and the questions that it must lose points in."""
    for function, described in functions.items() if isinstance(functions, dict) else [("", functions)]:
        if not isinstance(described, dict) or described.keys() & _SETTINGS or function in _SETTINGS:
            stray = module if not isinstance(functions, dict) or function in _SETTINGS else function
            raise AssignmentError(
                f"{_place(path, text, stray)}: a misconception's heading is [module.function.name], and {stray!r} is not below "
                "one."
            )
        questions = described.get("questions", [function])
        if not _texts(questions) or not questions:
            raise AssignmentError(
                f'{_place(path, text, function)}: {function}: questions is a list, such as ["{function}"], and is {questions!r}.'
            )
        for name, misconception in described.items():
            if name != "questions":
                yield function, name, misconception, tuple(questions)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _place(path: Path, text: str, name: str) -> str:
    """The catalogue, and the line at which a misconception begins in it."""
    begins = re.compile(rf"^\s*(\[.*\b{re.escape(name)}\s*\]|{re.escape(name)}\s*=)")
    lines = enumerate(text.splitlines(), 1)
    return next((f"{path}, line {number}" for number, line in lines if begins.match(line)), str(path))


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
    source = without_markers(read_text(path)) if path.exists() else ""
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
    for setting in described.keys() - _SETTINGS:
        told = did_you_mean(setting, sorted(_SETTINGS)) or f" It may have {', '.join(sorted(_SETTINGS))}."
        if setting == "questions":
            told = f" That stands below [{original.module}.{original.name}]."
        raise ValueError(f"a misconception has no {setting!r}.{told}")
    if "en" not in described or ("edit" in described) == ("whole" in described):
        others = ", ".join(language for language in LANGUAGES if language != "en")
        raise ValueError(
            f"it has {', '.join(described)}; it needs edit or whole, and en, its hint; it may have the hint in other "
            f"languages ({others}), imports and only_hidden."
        )
    _check_texts(described)
    source = _edited(original, described["edit"]) if "edit" in described else described["whole"].strip("\n")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"what it makes of {original.name} is no Python: {error.msg}.") from error
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
        only_hidden=described.get("only_hidden", ""),
    )


def _check_texts(described: Mapping[str, Any]) -> None:
    for setting in {"whole", "only_hidden", *LANGUAGES} & described.keys():
        if not isinstance(described[setting], str) or not described[setting].strip():
            raise ValueError(f"{setting} is a text, and is {described[setting]!r}.")
    imports = described.get("imports", [])
    if not _texts(imports):
        raise ValueError(f'imports is a list, such as ["import math"], and is {imports!r}.')
    for line in imports:
        try:
            nodes = ast.parse(line).body
        except SyntaxError:
            nodes = []
        if [type(node) for node in nodes] not in ([ast.Import], [ast.ImportFrom]):
            raise ValueError(f"imports holds {line!r}, which is no import.")


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
