"""Predict, then run: notes what a student expects of a cell before it is run, and tells then what is right.

What is right travels with the assignment, sealed: not to be read by chance, nor found by a search. It is no secret, since
whoever opens a seal by this module has it. So the first prediction counts, and one that was wrong counts too.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import count
from numbers import Real
from pathlib import Path

from . import folder
from .language import _, reason, remedy
from .machine import SetupError

NAME = "predictions.json"
"""The file beside the modules that holds a student's predictions, and is handed in."""

CHOICES = "abc"

_SALT_BYTES = 8


@dataclass(frozen=True)
class Expected:
    """What is right.

    Attributes:
        answer: one of `CHOICES`, or a number.
        within: how far a predicted number may be off.
        why: what a student reads after the prediction, by language.
    """

    answer: str | float
    within: float
    why: Mapping[str, str]

    def fits(self, given: object) -> bool:
        """Whether a prediction is one at all: a choice, or a number."""
        if isinstance(self.answer, str):
            return given in tuple(CHOICES)
        return isinstance(given, Real) and not isinstance(given, bool)

    def is_right(self, given: object) -> bool:
        """Whether a prediction comes true."""
        if isinstance(self.answer, str):
            return given == self.answer
        return (
            isinstance(given, int | float)
            and not isinstance(given, bool)
            and self.answer - self.within <= given <= self.answer + self.within
        )


@dataclass(frozen=True)
class Told:
    """What a student reads after a prediction; a notebook shows it as a paragraph, whose lines end between words."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<p style="margin: 0; padding: 0.3em 0.4em; overflow-wrap: break-word">{html.escape(self.text)}</p>'


def seal(name: str, expected: Expected) -> str:
    """What is right for a prediction, in letters that nobody reads; the same for the same content."""
    content = json.dumps(asdict(expected), ensure_ascii=False).encode()
    salt = hashlib.sha256(name.encode() + content).digest()[:_SALT_BYTES]
    return base64.b64encode(salt + _mixed(salt, content)).decode()


def unseal(text: str) -> Expected:
    """What `seal` was given."""
    sealed = base64.b64decode(text)
    return Expected(**json.loads(_mixed(sealed[:_SALT_BYTES], sealed[_SALT_BYTES:])))


def _mixed(salt: bytes, content: bytes) -> bytes:
    blocks = (hashlib.sha256(salt + bytes([i % 256, i // 256])).digest() for i in count())
    stream = (byte for block in blocks for byte in block)
    return bytes(a ^ b for a, b in zip(content, stream, strict=False))


def made(place: Path) -> dict[str, object]:
    """The predictions that were made in a folder, by name.

    Raises:
        SetupError: they cannot be read.
    """
    path = place / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise TypeError(NAME)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SetupError(
            _(
                "{path} cannot be read ({reason}): look whether it is a file that you may open, and on Colab whether "
                "Drive is mounted.",
                path=path,
                reason=reason(error),
            )
        ) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise SetupError(_("{name} cannot be read: delete it, and predict again.", name=NAME)) from error
    return found


def predict(assignment: folder.Assignment, name: str, answer: object = ...) -> str:
    """Note a prediction, unless one was made before, and say what is right.

    Args:
        assignment: the student's folder.
        name: the prediction's.
        answer: one of `CHOICES`, or a number; `...` as long as there is none.

    Returns:
        What the student reads.

    Raises:
        SetupError: there is no such prediction, or it cannot be noted.
    """
    if name not in assignment.predictions:
        known = ", ".join(assignment.predictions)
        raise SetupError(
            _("There is no prediction {name!r} here. There are: {known}.", name=name, known=known)
        )
    expected = unseal(assignment.predictions[name])
    if isinstance(answer, Real) and not isinstance(answer, bool):
        answer = float(answer)
    elif isinstance(answer, str):
        answer = answer.strip().lower()
        if not isinstance(expected.answer, str):
            with contextlib.suppress(ValueError):  # a number in quotes
                answer = float(answer)
    earlier = made(assignment.folder)
    again = ""
    if name not in earlier:
        if answer is ...:
            return _("No prediction yet: write yours in place of the three dots, then run this cell again.")
        if not expected.fits(answer):
            wanted = _('"a", "b" or "c"') if isinstance(expected.answer, str) else _("a number")
            return _("Not noted: predict {wanted}.", wanted=wanted)
        _note(assignment.folder, {**earlier, name: answer})
    elif answer not in (..., earlier[name]):
        answer, again = earlier[name], _(" (the first prediction counts)")
    else:
        answer = earlier[name]
    verdict = (
        _("Right.") if expected.is_right(answer) else _("It is {answer}.", answer=shown(expected.answer))
    )
    why = expected.why.get(assignment.language, expected.why["en"])
    return (
        _("Noted: {answer}{again}. {verdict}", answer=shown(answer), again=again, verdict=verdict) + f" {why}"
    )


def written(**values: object) -> None:
    """Stop a cell in which something that the student has to write is still the three dots.

    Raises:
        SetupError: one of the values is.
    """
    if lacking := [name for name, value in values.items() if value is ...]:
        raise SetupError(_("Yours to write in this cell: {names}.", names=", ".join(lacking)))


def shown(answer: object) -> str:
    """A prediction as people read it, whatever it is."""
    return f"{answer:g}" if isinstance(answer, float) else str(answer)[:20]


def _note(place: Path, predictions: Mapping[str, object]) -> None:
    partial = place / f".{NAME}"
    try:
        partial.write_text(json.dumps(predictions, indent=1) + "\n", encoding="utf-8")
        partial.replace(place / NAME)
    except OSError as error:
        raise SetupError(
            _(
                "{name} cannot be written ({reason}): {remedy}, and run this cell again.",
                name=NAME,
                reason=reason(error),
                remedy=remedy(error),
            )
        ) from error
