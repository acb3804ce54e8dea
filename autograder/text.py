"""Makes texts of unknown origin fit to stand among others, in a page or in Markdown."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable

_INVISIBLE = {"Cc", "Cf", "Cs"}
_HARMLESS = {"\n", "\t", "\u200d"}
"""White space, and what joins the parts of an emoji."""

_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Where such characters lie, so that most texts need one look only."""


MOST_MARKS = 30
"""Most marks, such as accents, that one letter carries; Unicode bounds them so for streams, and no language needs as many."""


def is_writing(text: str) -> bool:
    """Whether no letter of a text carries more marks than any writing has.

    Putting the marks of a letter in order takes the square of their number: `unicodedata.normalize` does it, and Python's
    parser for every name.
    """
    marks = 0
    for character in "" if text.isascii() else text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MOST_MARKS:
            return False
    return True


def composed(text: str) -> str:
    """The text in the one form that compares equal (NFC); as it is where it is no writing."""
    return unicodedata.normalize("NFC", text) if is_writing(text) else text


def visible(text: str) -> str:
    """The text, with characters that show nothing or turn the reading direction given by their number."""
    return _SUSPECT.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    if character in _HARMLESS or unicodedata.category(character) not in _INVISIBLE | {"Zl", "Zp"}:
        return character
    return f"\\u{ord(character):04x}"


def reason_of(error: OSError) -> str:
    """What the system says of an error, or who raised it, where the system knows nothing."""
    return error.strerror or str(error)


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A question, after a sentence, whether another name was meant; "" where none is close."""
    close = difflib.get_close_matches(name.lower(), known, n=1)
    close += [other for other in known if len(name) > 2 and name.lower() in other]
    return f" Did you mean {close[0]!r}?" if close else ""


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names, of more than `most` the first and how many there are beside them."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return f"{', '.join(every[:most])}{more}"


def counted(number: int, what: str) -> str:
    """A number and what is counted, in English: `1 submission`, `2 submissions`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


_VIETNAMESE = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = "\u0300\u0309\u0303\u0301\u0323"


def order(text: str) -> list[tuple[int, str, int]]:
    """What sorts a text where a Vietnamese reader looks for it: đ after d, ă and â after a, tones last."""
    found: list[tuple[int, str, int]] = []
    for letter in unicodedata.normalize("NFC", text).casefold():
        parted = unicodedata.normalize("NFD", letter)
        tone = next((_TONES.index(part) + 1 for part in parted if part in _TONES), 0)
        bare = unicodedata.normalize("NFC", "".join(part for part in parted if part not in _TONES))
        # Digits and signs come before letters, letters of other alphabets after them.
        place = _VIETNAMESE.get(bare, -1 if not bare.isalpha() else len(_VIETNAMESE))
        found.append((place, bare, tone))
    return [(place, bare, 0) for place, bare, _ in found] + found


def order_of_person(name: str, language: str) -> list[list[tuple[int, str, int]]]:
    """What sorts a full name where a reader of a language looks for it: in Vietnamese by the given name, which comes last.

    A name with a comma, as "An, Nguyễn Văn", begins with what it is looked for by.
    """
    family, _, given = name.strip().rpartition(" ")
    if language == "vi" and "," not in name:
        return [order(given), order(family)]
    return [order(name), []]


def fenced(text: str) -> str:
    """The text as a block of Markdown in which nothing is Markdown."""
    shown = visible(text)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    return f"{fence}text\n{shown}\n{fence}"
