"""What students read, in the language of the release: texts stand in the code in English, and are looked up here.

The folder that holds this package says its language in `assignment.json`; the student's zip has that language's texts beside
this file, compiled. Where either is missing, as in a checkout, texts stay English. The standard library only.
"""

from __future__ import annotations

import errno
import functools
import gettext
import json
from pathlib import Path

CATALOGUES = Path(__file__).parent / "locale"
"""`<language>.po`, from which `<language>.mo` is made for the student's zip."""


def _(text: str, /, **values: object) -> str:
    """A text in the release's language, with `values` put in by their names, as `str.format` does."""
    translated = _texts().gettext(text)
    return translated.format(**values) if values else translated


def counted(one: str, several: str, count: int, /, **values: object) -> str:
    """A text in the form that goes with a number, which stands in it as `{count}`."""
    return _texts().ngettext(one, several, count).format(count=count, **values)


def N_(text: str, /) -> str:
    """Marks a text that is looked up by `_` later, where it is shown."""
    return text


def reason(error: OSError) -> str:
    """What the system says of an error, in a few words within a sentence."""
    said = (error.strerror or str(error)).lower()
    return _(said) if said else type(error).__name__


def remedy(error: OSError) -> str:
    """What to do where a file could not be written, in a few words within a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("free some space there")
    return _("look whether that folder can be written to, and on Colab whether Drive is mounted")


def gone(folder: Path) -> str:
    """What to do where a folder is not there: on Colab it was most often, until Drive broke off."""
    return _(
        "There is no folder {folder}: if it lay on Colab's Drive a moment ago, Drive has broken off; run the first cell "
        "again.",
        folder=folder,
    )


class ToldError(Exception):
    """An error whose text is one sentence for the student, with what to do next."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints in place of a traceback."""
        return [str(self)]


SYSTEM_REASONS = (
    N_("no such file or directory"),
    N_("permission denied"),
    N_("operation not permitted"),
    N_("no space left on device"),
    N_("disk quota exceeded"),
    N_("read-only file system"),
    N_("input/output error"),
    N_("is a directory"),
    N_("not a directory"),
    N_("file exists"),
    N_("file name too long"),
    N_("device or resource busy"),
    N_("transport endpoint is not connected"),
)
"""What systems say most often of files; what they say else stays as they say it."""


def language() -> str:
    """The release's language, such as "vi"."""
    try:
        told = json.loads((Path(__file__).parents[1] / "assignment.json").read_text(encoding="utf-8"))
        chosen = told["language"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "en"
    return chosen if isinstance(chosen, str) and chosen.isalpha() else "en"


@functools.lru_cache(maxsize=1)
def _texts() -> gettext.NullTranslations:
    try:
        with (CATALOGUES / f"{language()}.mo").open("rb") as file:
            return gettext.GNUTranslations(file)
    except (OSError, ValueError, UnicodeError):
        return gettext.NullTranslations()
