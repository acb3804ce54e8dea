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
"""Where the screenshots go, for the documentation and for whoever wants to look."""

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


def look(notebook, name, width):
    """Open the notebook in headless Chromium, take a picture of the whole page, and measure."""
    with opened(notebook, name, width) as page:
        page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
        return Page(**page.evaluate(MEASURE))


def images_of(notebook):
    """Every `<img>` of the page that nbconvert makes of a notebook."""
    html, _ = HTMLExporter().from_notebook_node(notebook)
    return BeautifulSoup(html, "html.parser").find_all("img")


def take_pictures(notebook, name, spans, *, code):
    """Pictures of some cells, for the documentation: the first cell's id -> the last one's; with or without code."""
    with opened(notebook, name, 800) as page:
        if not code:
            page.add_style_tag(content=".jp-CodeCell > .jp-Cell-inputWrapper { display: none }")
        for first, last in spans.items():
            boxes = [page.locator(f'[id="cell-id={cell}"]').bounding_box() for cell in (first, last)]
            top, bottom = boxes[0]["y"], boxes[1]["y"] + boxes[1]["height"]
            area = {"x": 0, "y": top, "width": 800, "height": bottom - top}
            path = PICTURES / f"{name}-{first.removeprefix('about-')}.png"
            page.screenshot(path=path, full_page=True, clip=area)
            with Image.open(path) as picture:
                picture.quantize(64).save(path, optimize=True)


@contextmanager
def opened(notebook, name, width):
    """The notebook as a page in headless Chromium; skips where there is none.

    What sets formulas in Jupyter comes from the network. Here they are turned into MathML, which the browser knows.
    """
    html, _ = HTMLExporter().from_notebook_node(with_mathml(notebook))
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.html"
    path.write_text(html.replace("</head>", SCROLL_CODE, 1), encoding="utf-8")
    with launched() as browser:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.route(
            "**/*",
            lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort(),
        )
        page.goto(path.as_uri(), wait_until="load")
        yield page


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
