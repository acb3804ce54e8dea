"""The languages in which people read what the kit says, and its texts in them."""

from __future__ import annotations

import codecs
import functools
import gettext
import io
import re
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from .schema import AssignmentError

LOCALE = Path(__file__).parents[1] / "locale"
LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


@functools.cache
def translations(language: str, domain: str, *further: str) -> gettext.NullTranslations:
    """The kit's texts of a language.

    Args:
        language: one of `LANGUAGES`; the texts in the code are English.
        domain: the file's name: "pages", "hints" or "desk".
        further: other files, for texts that are not in the first.
    """
    texts = catalogue(LOCALE / language / "LC_MESSAGES" / f"{domain}.po", language)
    if further:
        texts.add_fallback(translations(language, *further))
    if domain == "hints":  # what is measured is said at home too
        texts.add_fallback(catalogue(LOCALE.parents[1] / f"colab_setup/locale/{language}.po", language))
    return texts


def catalogue(path: Path, language: str) -> gettext.NullTranslations:
    """The texts of a catalogue; the same as in the code where there is no such file."""
    if not path.is_file():
        return gettext.NullTranslations()
    return gettext.GNUTranslations(io.BytesIO(compiled(path, language)))


class Texts:
    """An assignment's texts in a language: of the catalogues in its folders, then of the kit's own.

    Args:
        language: one of `LANGUAGES`.
        folders: in each of them `<language>.po`, if there is one.

    Raises:
        AssignmentError: one of them is no catalogue.
    """

    def __init__(self, language: str, *folders: Path) -> None:
        self._language, self._texts = language, dict[str, str]()
        for path in (LOCALE / language / "LC_MESSAGES/said.po", *reversed(folders)):
            file = path if path.suffix == ".po" else path / f"{language}.po"
            if file.is_file():
                self._texts |= texts_in(file, language)

    def __call__(self, key: str) -> str:
        """The text of a key; the key itself where there is none.

        What stands before a colon, as in the name of a case, is a question's name and stays.
        """
        if key in self._texts:
            return self._texts[key]
        question, colon, rest = key.partition(": ")
        return f"{question}{colon}{self._texts.get(rest, rest)}" if question.isidentifier() else key

    def filled(self, said: str) -> str:
        """What code has said, values in their places: found by a key with `{0}` where a value stands, line by line where
        the whole is not known."""
        found = self._filled(said)
        return found if found != said else "\n".join(map(self._filled, said.split("\n")))

    def _filled(self, said: str) -> str:
        if (known := self(said)) != said:
            return known
        if _GROUPED.fullmatch(said):
            return str(format_decimal(int(said.replace(",", "")), locale=self._language))
        for certain, pattern, translated in self._forms:
            if certain in said and (found := pattern.fullmatch(said)):
                return translated.format(*map(self._filled, found.groups()))
        return said

    @functools.cached_property
    def _forms(self) -> list[tuple[str, re.Pattern[str], str]]:
        """Keys with places for values, the longest first, as patterns; only those in which every value stands once.

        With each its longest part that is no value: where that is not in a text, the pattern, which is slow, is not tried.
        """
        forms = []
        for key in sorted(self._texts, key=len, reverse=True):
            places = re.findall(r"\{(\d+)\}", key)
            if places and places == [str(number) for number in range(len(places))]:
                parts = re.split(r"\{\d+\}", key)
                pattern = re.compile("(.*?)".join(map(re.escape, parts)))
                forms.append((max(parts, key=len), pattern, self._texts[key]))
        return forms


def texts_in(file: Path, language: str) -> dict[str, str]:
    """The texts of a catalogue by their keys.

    Raises:
        AssignmentError: it is none.
    """
    try:
        messages = read_po(_opened(file), locale=language, abort_invalid=True)
    except PoFileError as error:
        what = re.sub(r" on \d+$", "", str(error)).lower()
        raise AssignmentError(
            f"{file}, line {error.lineno + 1}: this is no catalogue of gettext: {what}."
        ) from error
    except (UnicodeDecodeError, LookupError) as error:  # of what it says itself
        raise AssignmentError(f"{file} is no text in UTF-8: save it so.") from error
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


def compiled(path: Path, language: str) -> bytes:
    """A catalogue as Python's gettext reads it, the same bytes for the same catalogue."""
    content = io.BytesIO()
    write_mo(content, read_po(_opened(path), locale=language))
    return content.getvalue()


def _opened(file: Path) -> io.BytesIO:
    """A catalogue's content, without the mark that some editors set before it."""
    return io.BytesIO(file.read_bytes().removeprefix(codecs.BOM_UTF8))
