"""Reads settings from TOML: the records that they become are the schema, and one text tells what is wrong with a file.

A record is a frozen dataclass. Nothing is converted silently: a number in quotes is no number. Names that no record has
are refused, with the one that was meant where it can be guessed.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from ..text import did_you_mean, reason_of

Record = TypeVar("Record")

STRICT: ConfigDict = {"extra": "forbid", "strict": True, "allow_inf_nan": False}
"""What each record says of itself, as `__pydantic_config__`."""

KINDS = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a table",
    "mapping_type": "a table",
    "dataclass_type": "a table",
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "timezone_aware"),
        "a date and time with its offset, for instance 2026-12-01T23:59:00+07:00",
    ),
}
"""What is asked for, by pydantic's name of the error."""

BOUNDS = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
}
"""The same for numbers that are too small or too large."""

_HEADER = re.compile(r"\s*\[+\s*([^\]#]+?)\s*\]+")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


class AssignmentError(Exception):
    """Why an assignment or a file of it or of a course cannot be used: a sentence a mistake, with file and line where there are."""


def read(path: Path, record: type[Record]) -> Record:
    """The settings of a file as a record.

    Raises:
        AssignmentError: it cannot be read, is no TOML, or says something that the record does not know.
    """
    text = read_text(path)
    table = table_of(path, text)
    try:
        # As JSON, in which tables may stand for records and lists for tuples where all else is taken strictly.
        return _adapter(record).validate_json(json.dumps(table, default=lambda moment: moment.isoformat()))
    except ValidationError as error:
        # Where an entry of a list is wrong, pydantic calls the list too short as well.
        mistakes = [
            one for one in error.errors(include_url=False) if one["type"] != "too_short" or not one["input"]
        ]
        told = [_sentence(path, text, record, mistake) for mistake in mistakes]
        raise AssignmentError("\n".join(sorted(dict.fromkeys(told), key=_line_of))) from error


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(record: type[Record]) -> TypeAdapter[Record]:
    """What reads a record, made once: making it takes longer than reading."""
    if record not in _ADAPTERS:
        _ADAPTERS[record] = TypeAdapter(record)
    return _ADAPTERS[record]


def read_text(path: Path) -> str:
    """The text of one of the staff's own files, without the mark that some editors set before it.

    Raises:
        AssignmentError: it cannot be read, or is no text.
    """
    try:
        if path.is_fifo():
            raise OSError("it is no file")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise AssignmentError(f"{path} cannot be read ({reason_of(error).lower()}).") from error
    except UnicodeDecodeError as error:
        raise AssignmentError(f"{path} is no text in UTF-8: save it so.") from error


def table_of(path: Path, text: str) -> dict[str, Any]:
    """What the text of a file says in TOML.

    Raises:
        AssignmentError: it is none.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|(end of document))\)", str(error))
        line = what[2] or len(text.splitlines()) if what else None
        reason = what[1] if what else str(error)
        raise AssignmentError(
            f"{path}{f', line {line}' if line else ''}: this is no TOML: {reason}."
        ) from error
    except RecursionError as error:
        raise AssignmentError(f"{path}: it holds lists in lists in lists, and too many of them.") from error
    except ValueError as error:  # Python reads no integer of thousands of digits
        raise AssignmentError(f"{path}: it holds a number of too many digits.") from error


def json_schema(record: type[Any], title: str) -> dict[str, Any]:
    """The JSON Schema of a file of settings, for editors; what a setting means is taken from the records' docstrings."""
    schema = _adapter(record).json_schema()
    for described in (schema, *schema.get("$defs", {}).values()):
        text = described.pop("description", "")
        described["description"], _, attributes = text.partition("\n\nAttributes:\n")
        for name, meaning in _attributes(attributes):
            if name in described.get("properties", {}):
                described["properties"][name]["description"] = meaning
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"^ *([\w, ]+): (.*(?:\n {6,}.*)*)", text, re.MULTILINE):
        for name in found[1].split(", "):
            yield name, re.sub(r"\s+", " ", found[2])


def _sentence(path: Path, text: str, record: type[Any], mistake: Any) -> str:
    """One mistake in words."""
    loc = tuple(str(part) for part in mistake["loc"])
    kind, given = mistake["type"], mistake["input"]
    if kind in ("missing", "missing_argument"):
        *table, name = loc
        where = f"[{'.'.join(table)}]" if table else "it"
        return f"{_place(path, text, tuple(table))}: {where} lacks {name}."
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        *table, name = loc
        return f"{_place(path, text, loc)}: {_unknown(record, table, name)}"
    what = ".".join(part for part in loc if not part.isdigit())
    if kind == "literal_error":
        return f"{_place(path, text, loc)}: {what} is {given!r}; it must be {mistake['ctx']['expected']}."
    if kind in KINDS:
        what = f"each part of {what}" if loc and loc[-1].isdigit() else what
        return f"{_place(path, text, loc)}: {what} must be {KINDS[kind]}, and is {given!r}."
    if kind == "too_short":
        return f"{_place(path, text, loc)}: {what} is empty, and needs one entry at least."
    if kind in BOUNDS:
        (bound,) = mistake["ctx"].values()
        return f"{_place(path, text, loc)}: {what} is {given!r}, and must be {BOUNDS[kind]} {bound:g}."
    if kind == "value_error":  # a record's own, or that of a single setting
        return f"{_place(path, text, loc)}: {f'{what}: ' if what else ''}{mistake['ctx']['error']}"
    return f"{_place(path, text, loc)}: {what} is {given!r}: {mistake['msg'][0].lower()}{mistake['msg'][1:]}."


def _unknown(record: type[Any], table: Sequence[str], name: str) -> str:
    where = f"[{'.'.join(table)}]" if table else "this file"
    known = _names(_adapter(record).json_schema(), table)
    if table and name in _names(_adapter(record).json_schema(), ()):
        return f"{where} has no setting {name!r}. That one stands above the first [table] of the file."
    may = f" It may have {', '.join(known)}."
    return f"{where} has no setting {name!r}.{did_you_mean(name, known) or may}"


def _names(schema: Mapping[str, Any], table: Sequence[str]) -> list[str]:
    """The settings that a table may have."""
    here: Mapping[str, Any] = schema
    for name in ("", *table):
        inner = here.get("properties", {}).get(name, here.get("additionalProperties", {})) if name else here
        for choice in (inner, *inner.get("anyOf", ())):
            if "$ref" in choice:
                here = schema["$defs"][choice["$ref"].rpartition("/")[2]]
                break
            if "properties" in choice or "additionalProperties" in choice:
                here = choice
                break
    return list(here.get("properties", ()))


def place(path: Path, *loc: str) -> str:
    """File and line of a setting, such as "points", "entropy"; see `_place`."""
    return _place(path, read_text(path), loc)


def _line_of(sentence: str) -> int:
    line = re.search(r", line (\d+): ", sentence)
    return int(line[1]) if line else 0


def _place(path: Path, text: str, loc: tuple[str, ...]) -> str:
    """File and line of a setting, or of the innermost table around it that has a line of its own."""
    lines = dict(_lines(text))
    for length in range(len(loc), 0, -1):
        if loc[:length] in lines:
            return f"{path}, line {lines[loc[:length]]}"
    return str(path)


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """The line of each table and setting that begins one."""
    table: tuple[str, ...] = ()
    seen: set[tuple[str, ...]] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            found = table = _path(header[1])
        elif key := _KEY.match(line):
            found = (*table, *_path(key[1]))
        else:
            continue
        for length in range(1, len(found) + 1):
            if found[:length] not in seen:
                seen.add(found[:length])
                yield found[:length], number


def _path(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
