"""Reads the hints that an assignment's authors have written for mistakes that they know.

`hints.json` beside the public tests holds them sealed. Each text of a question is encrypted once, under a key of its own; each
mistake has an entry that holds this key, encrypted in turn under one that is made of the wrong answers which the mistake gives
in the public cases, so that it opens for whoever has these answers, and for nobody else. What lies open is how many texts and
entries there are for a question and, for each number, on which of some grids it is rounded. The grids are chosen so that a mistake's own number lies
in the middle of its step: another computation of the same, which differs by rounding or by a check's tolerance, is in that
step too. The standard library only.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from .answers import Answer, Number

FILE = "hints.json"

ROUNDS = 2000
"""Of key derivation: a millisecond or two for each hint that is tried."""

BLOCK = 256
"""Texts are filled up to a multiple of so many bytes, so that their lengths tell nothing."""

SEAL = 8
"""Bytes at an end that tell whether something was opened by its own key."""

KEY = 16
"""Bytes of a text's key."""

NUMBER = 2
"""Bytes of a text's number among its question's."""

ENTRY = re.compile(r"([0-7]*):([01]):([A-Za-z0-9+/=]+)")
"""An entry: its grids, whether dtypes are part of its key, and what is encrypted."""

STEPS, ROUGH_STEPS = 2.0**-13, 2.0**-6
"""A step of a number's grid, relative to its size: thirty and forty tolerances of the checks at the least."""

LEAST, ROUGH_LEAST = 1e-8, 1e-4
"""Where the elements are smaller on average, a number counts as 0."""


class Catalogue:
    """The sealed hints of an assignment; none where there is no such file, or it is damaged.

    Args:
        file: `hints.json`.
    """

    def __init__(self, file: Path) -> None:
        self._salt, self._sealed = "", {}
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            told = json.loads(file.read_text(encoding="utf-8"))
            self._salt = str(told["salt"])
            self._sealed = {
                name: (list(question["texts"]), list(question["entries"]))
                for name, question in told["questions"].items()
            }

    def hint(self, question: str, answers: Sequence[Answer] | None, language: str) -> str:
        """What is said to whoever answers so in a question's public cases; "" where nothing is certain."""
        if not answers:
            return ""
        found: dict[str, str] = {}
        texts, entries = self._sealed.get(question, ([], []))
        for entry in entries:
            # What is damaged opens for nobody, nor do numbers without end.
            with contextlib.suppress(ValueError, LookupError, TypeError, ArithmeticError):
                key = opened(entry, self._salt, question, answers)
                told = _text(texts, key) if key else None
                if told:
                    found[told["en"]] = told.get(language, told["en"])
        return next(iter(found.values())) if len(found) == 1 else ""


def sealed_text(hint: Mapping[str, str], key: bytes) -> str:
    """A hint that opens with its own key.

    Args:
        hint: the texts by language.
        key: `KEY` bytes.
    """
    text = json.dumps(dict(hint), ensure_ascii=False).encode()
    return _encrypted(text + b" " * (-len(text) % BLOCK), key)


def sealed(key: bytes, salt: str, question: str, answers: Sequence[Answer], *, dtypes: bool) -> str | None:
    """An entry that opens for these answers; None where a number of theirs lies where grids cannot tell.

    Args:
        key: what it holds: the number of a text, in `NUMBER` bytes, and that text's key.
        salt: of the catalogue.
        question: whose answers they are.
        answers: the mistake's.
        dtypes: whether the arrays' dtypes are part of the key.
    """
    numbers = [number for answer in answers for number in answer.numbers]
    if any(not math.isfinite(number.size) or _is_at_the_edge(number) for number in numbers):
        return None
    grids = "".join(str(_grid(number)) for number in numbers)
    return f"{grids}:{dtypes:d}:{_encrypted(key, _key(salt, question, answers, grids, dtypes))}"


def opened(entry: str, salt: str, question: str, answers: Sequence[Answer]) -> bytes | None:
    """What an entry holds, see `sealed`; None where other answers open it.

    Raises:
        ValueError: it is no entry.
    """
    found = ENTRY.fullmatch(entry)
    if found is None:
        raise ValueError
    grids, dtypes, held = found.groups()
    if len(grids) != sum(len(answer.numbers) for answer in answers):
        return None
    return _decrypted(held, _key(salt, question, answers, grids, dtypes == "1"))


def _text(texts: Sequence[str], held: bytes) -> dict[str, str] | None:
    text = _decrypted(texts[int.from_bytes(held[:NUMBER], "big")], held[NUMBER:])
    return None if text is None else dict(json.loads(text))


def _encrypted(text: bytes, key: bytes) -> str:
    hidden = bytes(a ^ b for a, b in zip(text, _stream(key, len(text)), strict=True))
    return base64.b64encode(hidden + _seal(key, hidden)).decode("ascii")


def _decrypted(text: str, key: bytes) -> bytes | None:
    whole = base64.b64decode(text)
    hidden, seal = whole[:-SEAL], whole[-SEAL:]
    if not hmac.compare_digest(seal, _seal(key, hidden)):
        return None
    return bytes(a ^ b for a, b in zip(hidden, _stream(key, len(hidden)), strict=True))


def _key(salt: str, question: str, answers: Sequence[Answer], grids: str, dtypes: bool) -> bytes:
    left = iter(grids)
    told = [
        (
            answer.exact,
            answer.dtypes if dtypes else [],
            [_step(number, int(next(left))) for number in answer.numbers],
        )
        for answer in answers
    ]
    secret = json.dumps([question, told]).encode()
    return hashlib.pbkdf2_hmac("sha256", secret, salt.encode(), ROUNDS)


def _stream(key: bytes, length: int) -> bytes:
    return hashlib.shake_256(b"text" + key).digest(length)


def _seal(key: bytes, hidden: bytes) -> bytes:
    return hmac.digest(key, hidden, "sha256")[:SEAL]


def _least(number: Number) -> float:
    return number.count * (ROUGH_LEAST if number.rough else LEAST)


def _is_at_the_edge(number: Number) -> bool:
    """Whether rounding may decide if it counts as 0."""
    return _least(number) / 4 < number.size < 4 * _least(number)


def _width(number: Number, half: int) -> tuple[int, float]:
    """A power of four near a number's size, and the width of a step."""
    power = math.floor(math.log2(number.size) / 2 + half / 2)
    return power, 4.0**power * (ROUGH_STEPS if number.rough else STEPS)


def _step(number: Number, grid: int) -> list[int]:
    """The steps in which a number lies, with its sign and without; none where it counts as 0."""
    if number.size <= _least(number):
        return []
    power, width = _width(number, grid & 1)
    signed, plain = grid >> 1 & 1, grid >> 2
    return [power, math.floor(number.total / width + signed / 2), math.floor(number.size / width + plain / 2)]


def _grid(number: Number) -> int:
    """On which grids a number and its size lie in the middle half of a step."""
    if number.size <= _least(number):
        return 0
    half = _shifted(math.log2(number.size) / 2)
    _, width = _width(number, half)
    return half + 2 * _shifted(number.total / width) + 4 * _shifted(number.size / width)


def _shifted(place: float) -> int:
    """1 where a grid that is moved by half a step has it nearer to a step's middle."""
    return int(not 0.25 <= place % 1 <= 0.75)
