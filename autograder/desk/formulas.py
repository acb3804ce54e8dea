"""Sets the formulas in what people have written, as MathML, which browsers show by themselves.

What was written may be anybody's: whatever is not a formula is escaped, and of a formula only elements and attributes of
MathML stay that do nothing. One that cannot be set stays as it was typed.
"""

from __future__ import annotations

import functools
import html
import re
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from ..text import visible

LONGEST = 600
"""Characters of a formula that is set; longer ones are shown as they were typed."""

MOST = 300
"""Formulas of one text."""

ELEMENTS = frozenset((
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msub", "msup", "msubsup", "munder",
    "mover", "munderover", "mfrac", "msqrt", "mroot", "mstyle", "mtable", "mtr", "mtd", "mpadded",
    "mphantom", "menclose", "mmultiscripts", "mprescripts", "none",
))  # fmt: skip
ATTRIBUTES = frozenset((
    "display", "mathvariant", "stretchy", "fence", "form", "separator", "lspace", "rspace", "minsize",
    "maxsize", "linethickness", "columnalign", "rowspacing", "columnspacing", "columnlines", "rowlines",
    "width", "height", "depth", "accent", "accentunder", "displaystyle", "scriptlevel", "movablelimits",
    "largeop", "symmetric", "notation",
))  # fmt: skip

_FORMULA = re.compile(
    rf"\$\$(?P<shown>[^$]{{1,{LONGEST}}})\$\$|\\\[(?P<set>.{{1,{LONGEST}}}?)\\\]|\\\((?P<inside>.{{1,{LONGEST}}}?)\\\)"
    rf"|(?<![\\$\w])\$(?=\S)(?P<line>[^$\n]{{1,{LONGEST}}}?)(?<=\S)\$(?![\w$])",
    re.DOTALL,
)
_MARK = "\ue000"
"""A character for private use that holds a formula's place while the text around it is made HTML."""


@functools.lru_cache(maxsize=4096)
def with_formulas(text: str) -> Markup:
    """A text as it was typed, escaped, with its formulas set."""
    pieces, last = [], 0
    for number, found in enumerate(_FORMULA.finditer(text)):
        if number == MOST:
            break
        pieces += [escape(visible(text[last : found.start()])), _set(found)]
        last = found.end()
    return Markup("").join([*pieces, escape(visible(text[last:]))])


def markdown(text: str) -> Markup:
    """Markdown of the kit's own or a course's, as HTML, with its formulas set; HTML in it is escaped."""
    formulas: list[Markup] = []

    def keep(found: re.Match[str]) -> str:
        formulas.append(_set(found))
        return _MARK

    parts = _renderer().render(_FORMULA.sub(keep, text.replace(_MARK, ""))).split(_MARK)
    rendered = Markup(parts[0])  # noqa: S704
    for formula, part in zip(formulas, parts[1:], strict=True):
        rendered += formula + Markup(part)  # noqa: S704
    return rendered


@functools.cache
def _renderer() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])


def _set(found: re.Match[str]) -> Markup:
    shown = found["shown"] or found["set"]
    formula = shown or found["inside"] or found["line"]
    try:
        element = convert_to_element(formula, display="block" if shown else "inline")
        return Markup(ElementTree.tostring(_harmless(element), encoding="unicode"))  # noqa: S704
    except Exception:  # whatever a stranger's LaTeX makes of a library for LaTeX
        return escape(visible(found[0]))


def _harmless(element: ElementTree.Element) -> ElementTree.Element:
    """The same with nothing but what is known; ValueError where there is something else."""
    name = element.tag
    if name not in ELEMENTS:
        raise ValueError(f"<{name}> is no element of a formula")
    kept = ElementTree.Element(name, {key: value for key, value in element.items() if key in ATTRIBUTES})
    kept.text = visible(html.unescape(element.text)) if element.text else None
    for child in element:
        kept.append(_harmless(child))
    return kept
