"""Reads times as course sites write them for people, in many languages: `Thứ ba, 01 Tháng mười hai 2026, 09:05 PM`.

The names of months and of the halves of a day are Unicode's (CLDR), as Babel has them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo

from babel import Locale, UnknownLocaleError

from ..assignment import Extension
from .headings import Headings

_LOCALES = {"zh_cn": "zh_Hans", "zh_tw": "zh_Hant", "pt_br": "pt_BR", "en_us": "en_US", "no": "nb"}
_VIETNAMESE = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_AFTERNOON = {"pm", "p.m.", "ch", "chiều", "tối"}
_TIMES = (
    re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::(\d{2}))?(?!\d)"),
    re.compile(r"(?<!\d)(\d{1,2}) ?[h時时시] ?(\d{2})()(?!\d)"),
    re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})()(?![\d.])"),
)
_AMOUNT = re.compile(
    r"(\d{1,4}(?:[.,]\d+)?)\s*(?:(h|hours?|giờ|stunden?|heures?)|d|days?|ngày|tage?|jours?)?", re.IGNORECASE
)
_BUDDHIST = 2400
"""Years above it are counted from the Buddha's death, 543 years earlier."""


def parse(text: str, language: str, time_format: str) -> datetime | None:
    """A moment without a time zone; None where it cannot be told.

    Args:
        text: as the site wrote it.
        language: as Moodle's packs are called.
        time_format: how the site writes times in it; tells whether the day or the month comes first in mere numbers.
    """
    rest = _digits(unicodedata.normalize("NFKC", text).casefold())
    found = next((match for pattern in _TIMES if (match := pattern.search(rest))), None)
    hour, minute, second = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if found:
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    months, halves = _names(language)
    if hour < 12 and any(_stands(word, rest) for word in halves["pm"]):
        hour += 12
    elif hour == 12 and any(_stands(word, rest) for word in halves["am"]):
        hour = 0
    year = re.search(r"(?<!\d)\d{4}(?!\d)", rest)
    if not year:
        return None
    before, after = rest[: year.start()], rest[year.end() :]
    rest = re.sub(r"thứ \d", "", f"{before} {after}")
    month = 0
    for name in sorted(months, key=len, reverse=True):
        if match := re.search(rf"(?<!\w){re.escape(name)}(?!\w|\d)", rest):
            month, rest = months[name], f"{rest[: match.start()]} {rest[match.end() :]}"
            break
    numbers = [int(number) for number in re.findall(r"\d+", rest)]
    if not month and len(numbers) >= 2:
        first, other = numbers[:2]
        day_first = time_format.find("%d") < max(time_format.find("%m"), time_format.find("%B"))
        if not re.search(r"\d", before) or first > 12 or (other <= 12 and day_first):
            numbers, month = ([other], first) if not re.search(r"\d", before) else ([first], other)
        else:
            numbers, month = [other], first
    if not month or not numbers:
        return None
    century = int(year[0]) - (543 if int(year[0]) > _BUDDHIST else 0)
    try:
        return datetime(century, month, numbers[0], hour, minute, second)
    except ValueError:
        return None


def amount(text: str) -> timedelta | None:
    """How long a number of days (`2`, `1.5d`, `2 ngày`) or of hours (`36h`) is; None for anything else."""
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFC", text))
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    return timedelta(hours=number) if found[2] else timedelta(days=number)


def extension(text: str, zone: tzinfo) -> Extension:
    """What a cell for more time says: days, hours, or a moment. Raises ValueError for anything else."""
    if (more := amount(text)) is not None:
        return Extension(more)
    until = moment(text, zone, time(23, 59, 59), Headings(()))
    if until is None:
        raise ValueError(text)
    return Extension(until=until)


def moment(text: str, zone: tzinfo, daytime: time, headings: Headings) -> datetime | None:
    """A time as ISO 8601 or a course site writes it, in `zone` where it names none; a mere date is taken at `daytime`."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.combine(datetime.fromisoformat(text), daytime, zone)
    try:
        found: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        found = parse(text, headings.language, headings.time_format)
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _digits(text: str) -> str:
    """With the digits of every script as ours."""
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


@functools.cache
def _names(language: str) -> tuple[Mapping[str, int], Mapping[str, set[str]]]:
    """The names of months, and of the halves of a day, of a language and of English, which stands where one is missing."""
    months: dict[str, int] = {}
    halves: dict[str, set[str]] = {"am": {"am", "a.m.", "sa"}, "pm": set(_AFTERNOON)}
    for name in ("en", language):
        try:
            locale = Locale.parse(_LOCALES.get(name, name))
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, word in locale.months[context][width].items():
                    months[_digits(unicodedata.normalize("NFKC", word).casefold()).rstrip(".")] = number
            for width in ("wide", "abbreviated"):
                for half in ("am", "pm"):
                    word = locale.day_periods.get(context, {}).get(width, {}).get(half)
                    if word:
                        halves[half].add(unicodedata.normalize("NFKC", word).casefold())
    if language == "vi":
        months |= {f"tháng {word}": number for number, word in enumerate(_VIETNAMESE, 1)}
    return {name: number for name, number in months.items() if not name.isdecimal()}, halves
