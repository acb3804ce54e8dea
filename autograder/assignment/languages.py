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
    """The texts of a language.

    Args:
        language: one of `LANGUAGES`; the texts in the code are English.
        domain: the file's name, "pages" or "hints".
    """
    path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
