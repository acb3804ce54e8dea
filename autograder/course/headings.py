"""Understands the first line of a list of students, in whatever language it is.

`headings.json` holds what Moodle's own language packs call the columns of a grading worksheet, with the source of each,
and what people usually call them. A heading that two languages use for different things is read in the language that the
other headings are in.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DATA: Mapping[str, Any] = json.loads(Path(__file__).with_name("headings.json").read_text(encoding="utf-8"))

CANVAS, MOODLE, GRADESCOPE = "canvas", "moodle", "gradescope"

IDENTIFYING = ("id", "name", "first", "last", "email", "canvas", "participant", "login")
"""A list has to have one of these columns."""

KNOWN = "known"
"""A column that is understood, and that nothing here needs."""

_FIELDS = {
    "identifier": "participant", "name": "name", "first": "first", "last": "last", "email": "email", "id": "id",
    "login": "login", "group": "group", "groups": "section", "submitted": "submitted", "graded": "graded", "grade": "grade",
    "comments": "comments", "maximum": "maximum", "status": "status", "changeable": KNOWN, "role": "role",
    "department": KNOWN, "institution": KNOWN,
}  # fmt: skip
_CANVAS = {
    "student": "name", "lastname": "last", "firstname": "first", "id": "canvas", "sis user id": "id",
    "sis login id": "login", "integration id": KNOWN, "root account": KNOWN, "section": "section",
}  # fmt: skip
_REMARK = re.compile(r"\([^()]*\)")
_OF_A_WORKSHEET = {"graded", "submitted", "maximum", "comments"}
_LAST_NAME_FIRST = ("vi", "zh_cn", "zh_tw", "ja", "ko", "hu")


def normal(text: str) -> str:
    """A heading in the form that compares equal, whatever its case and the signs in it."""
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text).casefold()).split())


def plain(text: str) -> str:
    """A text as it is typed where there are no diacritics."""
    parted = unicodedata.normalize("NFD", text.replace("đ", "d").replace("ð", "d"))
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _tables(part: str) -> dict[str, dict[str, str]]:
    """By language, the column that each heading stands for."""
    tables: dict[str, dict[str, str]] = {}
    for language, fields in _DATA[part].items():
        tables[language] = {
            normal(heading): _FIELDS.get(field, field) if part == "moodle" else field
            for field, headings in fields.items()
            if (isinstance(headings, list) and field != "participant") or part == "usual"
            for heading in headings
        }
    return tables


_MOODLE, _USUAL = _tables("moodle"), _tables("usual")
_EVERYWHERE: dict[str, set[str]] = {}
"""By a heading of any language, all that it stands for."""
_AS_TYPED: dict[str, set[str]] = {}
"""The same by the heading without its diacritics."""
for _table in _USUAL.values():
    for _heading, _field in _table.items():
        _EVERYWHERE.setdefault(_heading, set()).add(_field)
        _AS_TYPED.setdefault(plain(_heading), set()).add(_field)
_ROLES = {kind: {normal(word) for word in words} for kind, words in _DATA["roles"].items()}


@dataclass(frozen=True)
class Headings:
    """What a first line says.

    Attributes:
        columns: what each column holds; "" for one that was not understood.
        language: of the headings, as Moodle's packs are called.
        form: "canvas", "moodle" (a grading worksheet), "gradescope" (a roster), or "" for any other list.
    """

    columns: tuple[str, ...]
    language: str = "en"
    form: str = ""

    @property
    def last_name_first(self) -> bool:
        """Whether a full name begins with the family's name."""
        return self.language in _LAST_NAME_FIRST

    @property
    def understood(self) -> int:
        """How many columns are understood."""
        return sum(bool(column) for column in self.columns)

    @property
    def names_students(self) -> bool:
        """Whether one can tell who is who."""
        return bool(set(IDENTIFYING) & set(self.columns))

    @property
    def time_format(self) -> str:
        """How Moodle writes times in this language."""
        return str(_DATA["moodle"].get(self.language, {}).get("time", "%d %B %Y, %H:%M"))


def understand(cells: Sequence[str]) -> Headings:
    """What a first line says."""
    names = [normal(cell) for cell in cells]
    if {"sis user id", "sis login id"} & set(names) or (
        names[:1] in (["student"], ["lastname"]) and "id" in names and "section" in names
    ):
        return Headings(tuple(_CANVAS.get(name, "") for name in names), "en", CANVAS)
    # A pack leaves in English what nobody has translated: the language is that of the others.
    foreign = [name for name in names if name not in _MOODLE["en"]]
    moodle = _best(foreign, _MOODLE)
    own = [_MOODLE[moodle].get(name) or _MOODLE["en"].get(name, "") for name in names]
    if "participant" in own and len(_OF_A_WORKSHEET & set(own)) >= 2:
        usual = _USUAL.get(moodle, {})
        columns = [
            column or usual.get(name, "") or _anywhere(name) for column, name in zip(own, names, strict=True)
        ]
        return Headings(tuple(columns), moodle, MOODLE)
    language = _best(names, {lang: {**_MOODLE.get(lang, {}), **table} for lang, table in _USUAL.items()})
    columns = [_of_a_list(name, language) for name in names]
    for i, cell in enumerate(cells):  # with a remark, as in "Họ và tên (in hoa)"
        if not columns[i] and (found := _of_a_list(normal(_REMARK.sub("", cell)), language)) not in columns:
            columns[i] = found
    if "name" in columns and "first" in columns and "last" not in columns:
        columns[columns.index("name")] = "last"
    gradescope = "sid" in names and {"role", "section", "sections"} & set(names)
    return Headings(tuple(columns), language, GRADESCOPE if gradescope else "")


def _best(names: Sequence[str], tables: Mapping[str, Mapping[str, str]]) -> str:
    """The language that most headings are in; English, then Vietnamese, where that is not decided."""
    order = ["en", "vi", *tables]
    return max(
        tables, key=lambda language: (sum(name in tables[language] for name in names), -order.index(language))
    )


def _of_a_list(name: str, language: str) -> str:
    """A column of a list that people made: as the language of the list has it, else English, else any that is sure."""
    for table in (_USUAL[language], _USUAL["en"], _MOODLE.get(language, {}), _MOODLE["en"]):
        if found := table.get(name):
            return KNOWN if found in ("grade", "graded", "comments", "maximum", "status") else found
    return _anywhere(name)


def _anywhere(name: str) -> str:
    """What a heading stands for in all languages that have it, also where it is typed without diacritics."""
    found = _EVERYWHERE.get(name) or _AS_TYPED.get(plain(name), set())
    return next(iter(found)) if len(found) == 1 else ""


def role(cell: str) -> str:
    """ "student", "staff", or "" for a role that nobody knows."""
    words = [normal(part) for part in re.split(r"[,;/]", cell)]
    for kind in ("student", "staff"):
        if any(word in _ROLES[kind] for word in words):
            return kind
    return ""


EXAMPLES = (
    "a student number (Student ID, MSSV, Mã SV, Matrikelnummer), a name (Name, Họ và tên, Vorname and Nachname) or an "
    "address (Email)"
)
"""Headings that would do."""
