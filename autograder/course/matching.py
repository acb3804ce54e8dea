"""Finds the students behind the names, numbers and addresses that a course site gives.

It must never choose between two students who both fit: then it finds nobody, and a person decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..submissions import HandIn, Person
from .roster import Student

_SHORTEST_NUMBER = 4
"""Of a student number that is looked for inside the name of a file."""


_BARE = re.compile(r"[a-z]{0,4}0*([1-9]\d{4,})")
"""A number that is known without its zeros, which spreadsheets take away, and without the letters before it (SV, B)."""

_SHORTEST_NAME = 6
_LONGEST_NAME = 7
"""Letters, and words, of a name that is looked for inside the name of a file."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
"""Of Vietnamese, which is written on one or the other vowel of a syllable."""


class Matcher:
    """Finds the students who stand behind the names that a course site gives."""

    def __init__(self, students: Sequence[Student]) -> None:
        self.students = students
        self.doubts: dict[str, set[int]] = {}
        columns = ("id", "canvas", "participant", "email", "group", "login")
        self.by: dict[str, dict[str, set[int]]] = {
            column: {} for column in (*columns, "mailbox", "name", "plain name", "bare number")
        }
        for one, student in enumerate(students):
            for column in columns:
                if value := key_of(getattr(student, column)):
                    self.by[column].setdefault(value, set()).add(one)
            if mailbox := key_of(student.email).partition("@")[0]:
                self.by["mailbox"].setdefault(mailbox, set()).add(one)
            for number in filter(None, {_bare(student.id), _bare(mailbox)}):
                self.by["bare number"].setdefault(number, set()).add(one)
            for name in _names(student.name):
                self.by["name"].setdefault(name, set()).add(one)
                self.by["plain name"].setdefault(_plain(name), set()).add(one)

    def match_all(
        self, hand_ins: Iterable[HandIn], people: list[Student], assigned: Mapping[str, int]
    ) -> dict[str, tuple[int, ...]]:
        """The students of every submission; those who are on no list are added to `people`.

        Args:
            hand_ins: the submissions.
            people: the students.
            assigned: whose a submission is, where a person has said so.
        """
        whose: dict[str, tuple[int, ...]] = {}
        strangers: dict[tuple[str, ...], int] = {}
        for hand_in in hand_ins:
            if hand_in.submission in assigned:
                whose[hand_in.submission] = (assigned[hand_in.submission],)
                continue
            members: set[int] = set()
            for person in hand_in.people or (Person(name=hand_in.submission),):
                found = self._find(person, hand_in.source)
                if len(found) > 1:
                    self.doubts.setdefault(hand_in.submission, set()).update(found)
                if len(found) != 1:
                    key = _stranger_key(person, hand_in)
                    if key not in strangers:
                        strangers[key] = len(people)
                        people.append(_stranger(person, hand_in.source))
                    found = {strangers[key]}
                members |= found
            whose[hand_in.submission] = tuple(sorted(members))
        return whose

    def _find(self, person: Person, source: str) -> set[int]:
        """By number, address, name, or the name of a group; all where several students fit."""
        named = self._named(person.name)
        number = key_of(person.id)
        if source == "gradescope":
            found = self._all("id", number)
        elif source == "canvas":
            # A number of the staff's own may be another student's in Canvas, so the name must fit too.
            found = self._all("canvas", number) or self._all("id", number) & named
        elif source == "moodle":
            found = self._all("participant", number)
        else:
            found = self._in_file_name(person.name)
        found = found or self._all("email", key_of(person.email)) or named
        if not found and source == "folder":
            found = self._named_within(person.name) or self._login_within(person.name)
        if not found and source in ("folder", "gradescope"):
            found = self._bare_within(person.name if source == "folder" else number)
        if not found and source != "gradescope":
            return self._group(person.name)
        return found

    def _group(self, name: str) -> set[int]:
        """One member of the group of a name: what one hands in counts for all."""
        return set(sorted(self._all("group", key_of(name)))[:1])

    def _all(self, column: str, key: str) -> set[int]:
        return self.by[column].get(key, set()) if key else set()

    def _named(self, name: str) -> set[int]:
        """By the name as it is written or else, where only one student fits, without its diacritics."""
        written = "".join(_words(name))
        return self._all("name", written) or self._all("plain name", _plain(written))

    def _named_within(self, name: str) -> set[int]:
        """Whose whole name stands in the name of a file: `Nguyễn Văn An - bài 1`, `hw1_NguyenVanAn_final`."""
        words = _words(name)
        keys = {
            "".join(words[i:j])
            for i in range(len(words))
            for j in range(i + 1, min(i + _LONGEST_NAME, len(words)) + 1)
        }
        keys = {key for key in keys if len(key) >= _SHORTEST_NAME}
        written: set[int] = set().union(*(self._all("name", key) for key in keys))
        return written or set().union(*(self._all("plain name", _plain(key)) for key in keys))

    def _in_file_name(self, name: str) -> set[int]:
        """Whose number or address a file is named after, whole or between separators."""
        parts = {key_of(part) for split in (r"[\s_,;()+]+", r"[\W_]+") for part in re.split(split, name)}
        whole = self._all("id", key_of(name))
        inside = [self._all("id", part) for part in parts if len(part) >= _SHORTEST_NUMBER]
        addresses = [self._all("email", part) for part in parts if "@" in part]
        return whole.union(*inside, *addresses)

    def _login_within(self, name: str) -> set[int]:
        """Whose login, or address before its @, a file is named after: `an.nv215001_hw1`."""
        parts = {
            part for split in (r"[\s_,;()+]+", r"[\s_,;()+-]+") for part in re.split(split, key_of(name))
        }
        able = [part for part in parts if len(part) >= _SHORTEST_NUMBER and not part.isdecimal()]
        found: set[int] = set()
        return found.union(*(self._all(column, part) for column in ("login", "mailbox") for part in able))

    def _bare_within(self, name: str) -> set[int]:
        """Whose number stands in the name of a file when zeros and letters before it do not count, or in an address."""
        parts = {_bare(part) for part in re.split(r"[\W_]+", key_of(name))}
        return set().union(*(self._all("bare number", part) for part in parts))


def keys_of(student: Student) -> tuple[str, ...]:
    """What a student is known by from list to list, the surest first."""
    columns = ("id", "email", "canvas", "login", "participant", "name")
    return tuple(f"{column} {key}" for column in columns if (key := key_of(getattr(student, column))))


def told_by(keys: Sequence[str]) -> str:
    """What to call a student of whom only the keys are left: the name in small letters, where it is one, and the surest."""
    return ", ".join(dict.fromkeys(key.partition(" ")[2] for key in (keys[-1], keys[0]))) if keys else ""


class Known:
    """Finds students by their keys.

    Args:
        students: those who are there.
    """

    def __init__(self, students: Sequence[Student]) -> None:
        self.by: dict[str, set[int]] = {}
        for one, student in enumerate(students):
            for key in keys_of(student):
                self.by.setdefault(key, set()).add(one)

    def find(self, keys: Iterable[str]) -> int | None:
        """The place of the student whom the first key that is known means; None where nobody is, or two are."""
        for key in keys:
            if found := self.by.get(key):
                return min(found) if len(found) == 1 else None
        return None


def key_of(text: str) -> str:
    """A text in the form that compares equal; Ð, which some keyboards give for Đ, is that."""
    return unicodedata.normalize("NFC", text).strip().casefold().replace("ð", "đ").replace("ɖ", "đ")


def _bare(text: str) -> str:
    found = _BARE.fullmatch(key_of(text))
    return found[1] if found else ""


def _words(name: str) -> list[str]:
    return [_with_tone_last(word) for word in re.findall(r"[^\W_]+", key_of(name))]


def _with_tone_last(word: str) -> str:
    """A word that is the same wherever its tone is written: hoà and hòa."""
    parted = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in parted if letter in _TONES)
    return unicodedata.normalize("NFC", "".join(letter for letter in parted if letter not in _TONES)) + tones


def _names(name: str) -> set[str]:
    """A name in each order of first and last names, without what stands between the words."""
    words = _words(name)
    return {"".join(words[i:] + words[:i]) for i in range(len(words))}


def _plain(name: str) -> str:
    """A name as it is typed where there are no diacritics."""
    parted = unicodedata.normalize("NFD", name.replace("đ", "d"))
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def plain_of(text: str) -> str:
    """A text as it is typed where there are no diacritics, in small letters."""
    return _plain(key_of(text))


def _stranger_key(person: Person, hand_in: HandIn) -> tuple[str, ...]:
    """What two attempts of someone who is on no list have in common; never a mere name, which two may share."""
    if hand_in.source == "gradescope" and (person.id or person.email):
        return ("gradescope", key_of(person.id or person.email))
    if hand_in.source in ("canvas", "moodle") and person.id:
        return (hand_in.source, key_of(person.id), key_of(person.name))
    return ("submission", hand_in.submission, key_of(person.name))


def _stranger(person: Person, source: str) -> Student:
    """Someone who is on no list; the number is the site's own, so that it finds its way back there."""
    student = Student(name=person.name, email=person.email)
    if source == "gradescope":
        return replace(student, id=person.id)
    if source == "canvas":
        return replace(student, canvas=person.id)
    return replace(student, participant=person.id)
