"""Reads the hints that an assignment's authors have written for mistakes that they know.

`hints.json` beside the public tests holds them sealed: each is encrypted under a key that is made of the wrong answers
which the mistake gives in the public cases, so that it opens for whoever has these answers, and for nobody else. What lies
open is how many there are for a question and, for each number, on which of some grids it is rounded. The grids are chosen so
that a mistake's own number lies in the middle of its step: another computation of the same, which differs by rounding or by
a check's tolerance, is in that step too. The standard library only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .answers import Answer, Number

FILE = "hints.json"

ROUNDS = 2000
"""Of key derivation: a millisecond or two for each hint that is tried."""

BLOCK = 256
"""Texts are filled up to a multiple of so many bytes, so that their lengths tell nothing."""

SEAL = 32
"""Bytes at a text's end that tell whether it was opened by its own key."""

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
        self._salt, self._hints = "", {}
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            self._salt, self._hints = str(told["salt"]), dict(told["hints"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass

    def hint(self, question: str, answers: Sequence[Answer] | None, language: str) -> str:
        """What is said to whoever answers so in a question's public cases; "" where nothing is certain."""
        found: dict[str, str] = {}
        if answers:
            for sealed in self._hints.get(question, ()):
                try:
                    told = opened(sealed, self._salt, question, answers)
                except (ValueError, KeyError, TypeError, ArithmeticError):  # damaged, or numbers without end
                    continue
                if told:
                    found[told["en"]] = told.get(language, told["en"])
        return next(iter(found.values())) if len(found) == 1 else ""


def sealed(
    hint: Mapping[str, str], salt: str, question: str, answers: Sequence[Answer], *, dtypes: bool
) -> dict[str, Any] | None:
    """A hint that opens for these answers; None where a number of theirs lies where grids cannot tell.

    Args:
        hint: the texts by language.
        salt: of the catalogue.
        question: whose answers they are.
        answers: the mistake's.
        dtypes: whether the arrays' dtypes are part of the key.
    """
    numbers = [number for answer in answers for number in answer.numbers]
    if any(not math.isfinite(number.size) or _is_at_the_edge(number) for number in numbers):
        return None
    grids = "".join(str(_grid(number)) for number in numbers)
    key = _key(salt, question, answers, grids, dtypes)
    text = json.dumps(dict(hint), ensure_ascii=False).encode()
    text += b" " * (-len(text) % BLOCK)
    hidden = bytes(a ^ b for a, b in zip(text, _stream(key, len(text)), strict=True))
    return {
        "grids": grids,
        "dtypes": dtypes,
        "text": base64.b64encode(hidden + _seal(key, hidden)).decode("ascii"),
    }


def opened(
    hint: Mapping[str, Any], salt: str, question: str, answers: Sequence[Answer]
) -> dict[str, str] | None:
    """The texts of a sealed hint, by language; None where other answers open it."""
    if len(hint["grids"]) != sum(len(answer.numbers) for answer in answers):
        return None
    key = _key(salt, question, answers, hint["grids"], hint["dtypes"])
    whole = base64.b64decode(hint["text"])
    hidden, seal = whole[:-SEAL], whole[-SEAL:]
    if not hmac.compare_digest(seal, _seal(key, hidden)):
        return None
    text = bytes(a ^ b for a, b in zip(hidden, _stream(key, len(hidden)), strict=True))
    return dict(json.loads(text))


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
    return hmac.digest(key, hidden, "sha256")


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
