"""The languages in which people read what the kit says, and its texts in them."""

from __future__ import annotations

import functools
import gettext
import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parents[1] / "locale"
LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}


@functools.cache
def translations(language: str, domain: str) -> gettext.NullTranslations:
    """The kit's texts of a language.

    Args:
        language: one of `LANGUAGES`; the texts in the code are English.
        domain: the file's name, "pages" or "hints".
    """
    return catalogue(LOCALE / language / "LC_MESSAGES" / f"{domain}.po", language)


def catalogue(path: Path, language: str) -> gettext.NullTranslations:
    """The texts of a catalogue; the same as in the code where there is no such file."""
    if not path.is_file():
        return gettext.NullTranslations()
    return gettext.GNUTranslations(io.BytesIO(compiled(path, language)))


def compiled(path: Path, language: str) -> bytes:
    """A catalogue as Python's gettext reads it, the same bytes for the same catalogue."""
    content = io.BytesIO()
    with path.open("rb") as file:
        write_mo(content, read_po(file, locale=language))
    return content.getvalue()
