"""A real browser for tests: headless Chromium, driven by playwright."""

import shutil
from contextlib import contextmanager

import pytest

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first has no windows, which others make for each page though nobody sees them."""


@contextmanager
def launched():
    """The browser; skips where there is none."""
    browsers = [path for name in BROWSERS if (path := shutil.which(name))]
    if not browsers:
        pytest.skip("needs Chromium (on Debian: sudo apt install chromium-headless-shell)")
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="needs playwright, which comes with otter-grader"
    )
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers[0], args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@contextmanager
def opened(browser, address, *, scheme="light", width=1280, own=None, expected=()):
    """A page; when it is left, it has said nothing on the console, run nothing of a student's and asked for nothing but its own.

    Args:
        browser: a browser.
        address: of the page.
        scheme: "light" or "dark".
        width: of the window, in pixels.
        own: what all that it asks for begins with; files by default.
        expected: parts of what it may say on the console.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(10_000)
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    context.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="load")
    yield page
    assert page.evaluate("typeof window.hacked") == "undefined"
    assert [url for url in asked if not url.startswith((own or "file:///", "data:"))] == []
    assert [text for text in said if not any(part in text for part in expected)] == []
    context.close()


def serious(page):
    """What axe finds wrong with a page and calls serious or critical: rule and element."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    found = axe.Axe().run(page).response["violations"]
    return [
        (rule["id"], rule["nodes"][0]["html"]) for rule in found if rule["impact"] in ("serious", "critical")
    ]
