"""Makes pages of the templates: translated, with all that they need inside, and with nothing of a student's as markup.

Every text that goes into a page is escaped by Jinja2, and characters that would change how the text around them reads
are shown by their number. What a page may do is said in its content security policy: its own style sheet and script, by
their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import math
from typing import Any
from urllib.parse import quote

from babel.numbers import format_decimal
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..assignment import Assignment, translations
from ..assignment.languages import Texts
from ..course import saying
from ..text import visible

LONGEST_NAME = 200
"""Bytes of a page's name that come from a submission's; file systems allow 255."""


def page_name(submission: str) -> str:
    """The file of a submission's page."""
    name = submission.replace("/", "_").encode("utf-8", "replace")
    if len(name) > LONGEST_NAME:
        digest = hashlib.sha256(name).hexdigest()[:8]
        return f"{name[:LONGEST_NAME].decode(errors='ignore')}-{digest}.html"
    return f"{name.decode()}.html"


class Pages:
    """The templates in one language.

    Args:
        language: one of `LANGUAGES`.
        package: a room whose templates come before those here.
        texts: the room's own texts, which come before those of the pages here; see `translations`.
    """

    def __init__(self, language: str, package: str = "autograder.report", *texts: str) -> None:
        self.language = language
        places = [PackageLoader(name) for name in dict.fromkeys((package, "autograder.report"))]
        self.environment = Environment(
            loader=ChoiceLoader(places),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.install_gettext_translations(  # type: ignore[attr-defined]
            translations(language, *texts, "pages"), newstyle=True
        )
        self.environment.globals.update(
            language=language,
            said=Texts(language),
            of_line=lambda line, standing: saying.line(line, standing, language),
            of_wait=lambda wait: saying.wait(wait, saying.words(language)),
            of_lateness=lambda standing: saying.amount(standing.late, saying.words(language)),
            style=self._inside("pages.css"),
        )
        self.environment.filters.update(
            number=self._number,
            measured=self._measured,
            tick=self._tick,
            percent=self._percent,
            url=_url,
            hash=_hash,
            visible=visible,
        )

    def render(self, template: str, **values: Any) -> str:
        """A page from a template and what it shows."""
        return self.environment.get_template(template).render(**values)

    def script(self, *names: str) -> Markup:
        """Scripts as a page holds them, one after another."""
        return Markup("\n").join(map(self._inside, names))

    def _inside(self, name: str) -> Markup:
        """A file of the kit's own as it stands inside a page."""
        assert self.environment.loader is not None
        return Markup(self.environment.loader.get_source(self.environment, name)[0])  # noqa: S704

    def _number(self, value: float, digits: int = 2) -> str:
        return _formatted(round(float(value), digits), digits, self.language)

    def _tick(self, value: float) -> str:
        """A number beside an axis: a loss can be of any size."""
        is_plain = value == 0 or 0.001 <= abs(value) < 100_000
        return self._number(value, 4) if is_plain else f"{value:.3g}"

    def _measured(self, value: float) -> str:
        """A number of any size, to four digits."""
        if value and not 0.0001 <= abs(value) < 1_000_000:
            return f"{value:.4g}"
        return self._number(value, max(0, 3 - math.floor(math.log10(abs(value) or 1))))

    def _percent(self, share: float) -> str:
        return f"{_formatted(round(100 * share, 1), 1, self.language)} %"


def texts_of(pages: Pages, assignment: Assignment) -> Texts:
    """What the assignment's code says, in the language of the pages."""
    return _texts(pages.language, assignment.suite)


def titled(pages: Pages, assignment: Assignment) -> str:
    """What the assignment is called in the language of the pages."""
    return texts_of(pages, assignment)(assignment.title)


_texts = functools.cache(Texts)


def _finalize(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@functools.lru_cache(maxsize=10_000)
def _formatted(value: float, digits: int, language: str) -> str:
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    return str(format_decimal(value, format=pattern, locale=language))


@functools.cache
def _hash(text: str) -> str:
    """What a content security policy calls a text by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _url(path: str) -> str:
    return quote(path.encode("utf-8", "replace"))
