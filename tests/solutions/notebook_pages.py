"""Looks at an executed notebook as a page in a real browser, as wide as a laptop's screen or a phone's."""

import copy
import re
from contextlib import contextmanager
from dataclasses import dataclass

from bs4 import BeautifulSoup
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from PIL import Image

from tests.browser import launched
from tests.solutions.notebook_runs import REPOSITORY

PICTURES = REPOSITORY / "build" / "notebook"
"""Where the page and the documentation's screenshots go, for whoever wants to look."""

SCROLL_CODE = "<style>.jp-InputArea-editor { overflow-x: auto !important }</style></head>"
"""nbconvert's page cuts long lines of code off, where Jupyter and Colab let them be scrolled."""

MEASURE = """() => {
    const width = document.documentElement.clientWidth;
    const scrolls = element => {
        for (let box = element; box && box !== document.body; box = box.parentElement) {
            const style = getComputedStyle(box).overflowX;
            if ((style === 'auto' || style === 'scroll') && box.getBoundingClientRect().right <= width + 1) return true;
        }
        return false;
    };
    const sticking = [...document.querySelectorAll('body *')].filter(element => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > width + 1 && !scrolls(element);
    });
    return {
        page: document.documentElement.scrollWidth,
        width: width,
        sticking: sticking.map(element => element.tagName + ' ' + element.className + ' '
            + (element.textContent || '').slice(0, 60)),
        images: [...document.querySelectorAll('img')].map(image => [image.naturalWidth, image.clientWidth]),
    };
}"""


@dataclass(frozen=True)
class Page:
    """How a page lies in a window: widths in pixels, and what sticks out and cannot be scrolled to."""

    page: int
    width: int
    sticking: list[str]
    images: list[list[int]]


def look(notebook, name, widths):
    """Open the notebook in headless Chromium in windows of these widths, and measure: one page each."""
    with opened(notebook, name) as show:
        return [Page(**show(width).evaluate(MEASURE)) for width in widths]


def images_of(notebook):
    """Every `<img>` of the page that nbconvert makes of a notebook."""
    html, _ = HTMLExporter().from_notebook_node(notebook)
    return BeautifulSoup(html, "html.parser").find_all("img")


def take_pictures(notebook, name, with_code, without):
    """Pictures of some cells, for the documentation, with their code or without: the first cell's id -> the last one's."""
    with opened(notebook, name) as show:
        page = show(800)
        for first, last in [*with_code.items(), *without.items()]:
            if first in without:
                page.add_style_tag(content=".jp-CodeCell > .jp-Cell-inputWrapper { display: none }")
            boxes = [page.locator(f'[id="cell-id={cell}"]').bounding_box() for cell in (first, last)]
            top, bottom = boxes[0]["y"], boxes[1]["y"] + boxes[1]["height"]
            area = {"x": 0, "y": top, "width": 800, "height": bottom - top}
            path = PICTURES / f"{name}-{first.removeprefix('about-')}.png"
            page.screenshot(path=path, full_page=True, clip=area)
            with Image.open(path) as picture:
                picture.quantize(64).save(path, optimize=True)


@contextmanager
def opened(notebook, name):
    """What shows the notebook in headless Chromium in a window of some width; skips where there is none.

    What sets formulas in Jupyter comes from the network. Here they are turned into MathML, which the browser knows.
    """
    html, _ = HTMLExporter().from_notebook_node(with_mathml(notebook))
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.html"
    path.write_text(html.replace("</head>", SCROLL_CODE, 1), encoding="utf-8")
    with launched() as browser:

        def show(width):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.route(
                "**/*",
                lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort(),
            )
            page.goto(path.as_uri(), wait_until="load")
            return page

        yield show


def with_mathml(notebook):
    """A copy whose formulas are MathML."""
    shown = copy.deepcopy(notebook)
    for cell in shown.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(
                r"(?s)(\$\$?)(.+?)\1",
                lambda found: convert(found[2], display="block" if found[1] == "$$" else "inline"),
                cell.source,
            )
    return shown
