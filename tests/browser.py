"""A real browser for tests: headless Chromium, driven by playwright."""

import shutil
from contextlib import contextmanager

import pytest


@contextmanager
def launched():
    """The browser; skips where there is none."""
    browsers = [
        path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))
    ]
    if not browsers:
        pytest.skip("needs Chromium (on Debian: sudo apt install chromium)")
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="needs playwright, which comes with otter-grader"
    )
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers[0], args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()
