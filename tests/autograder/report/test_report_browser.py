"""The pages in a real browser: by mouse and keyboard, in both languages, widths and colour schemes, off the network."""

from pathlib import Path

import pytest
from PIL import Image

from autograder.report import writing
from autograder.report.pages import page_name
from tests.browser import launched, opened, serious

from . import report_class
from .test_report import NAMES, TEXT

pytestmark = pytest.mark.slow


PICTURES = Path(__file__).resolve().parents[3] / "build" / "report"
"""Where the documentation's screenshots go."""

LOOKS = [
    ("en", "light", 1280),
    ("vi", "dark", 400),
    pytest.param("en", "dark", 400, marks=pytest.mark.long),
    pytest.param("vi", "light", 1280, marks=pytest.mark.long),
]
"""Language, colour scheme and width: each once, and before a release two more of them together."""


@pytest.fixture(scope="module")
def browser():
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def outs(tmp_path_factory):
    """The same results, some of them hostile, with the report in each language."""
    folders = {}
    for language in ("en", "vi"):
        folders[language] = tmp_path_factory.mktemp(language)
        report_class.make(folders[language], 60, names=NAMES, text=TEXT).close()
        writing.write(folders[language], language)
    return folders


def pages_of(outs, language):
    folder = outs[language] / "report"
    found = {
        "class": folder / "index.html",
        "student": folder / "students" / page_name("Nguyễn Văn An"),
        "hostile": folder / "students" / page_name(NAMES[0]),
    }
    return {name: path.as_uri() for name, path in found.items()}


def first_rows(page, column, count=5):
    cells = page.locator(f"#submissions tbody tr > :nth-child({column})")
    return [cells.nth(i).inner_text() for i in range(min(count, cells.count()))]


def test_the_documentations_pictures_show_the_pages(browser, outs):
    places = pages_of(outs, "en")
    student = next(
        path
        for path in sorted((outs["en"] / "report" / "students").iterdir())
        if path.stem[-3:].isdigit() and path.read_text(encoding="utf-8").count("<article") in (4, 5)
    )
    for name, address in (places | {"student": student.as_uri()}).items():
        with opened(browser, address, width=1100) as page:
            page.screenshot(path=PICTURES / f"{name}.png")
        with Image.open(PICTURES / f"{name}.png") as picture:
            small = picture.resize((825, 675), Image.Resampling.LANCZOS).quantize(64)
        small.save(PICTURES / f"{name}.png", optimize=True)
        assert len(small.getcolors()) > 20, name


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_pages_are_accessible_fit_the_window_and_are_quiet(browser, outs, language, scheme, width):
    # axe takes seconds for a page: one student's by day, another's by night.
    left_out = "hostile" if scheme == "light" else "student"
    for name, address in pages_of(outs, language).items():
        with opened(browser, address, scheme=scheme, width=width) as page:
            assert page.evaluate("document.documentElement.scrollWidth") == width, name
            assert name == left_out or serious(page) == [], name


def test_a_click_on_a_column_sorts_it_and_another_one_turns_it_round(browser, outs):
    with opened(browser, pages_of(outs, "en")["class"]) as page:
        page.get_by_role("columnheader", name="Test cases").first.click()
        scores = [float(score.split()[0]) for score in first_rows(page, 3, 25)]
        assert scores == sorted(scores)
        page.get_by_role("columnheader", name="Test cases").first.click()
        page.locator("#submissions th[aria-sort=descending]").wait_for()
        scores = [float(score.split()[0]) for score in first_rows(page, 3, 25)]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > scores[-1]


def test_columns_are_sorted_with_the_keyboard_alone(browser, outs):
    with opened(browser, pages_of(outs, "en")["class"]) as page:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.ariaLabel") == "Seconds: sort":
                break
        page.keyboard.press("Enter")
        seconds = [float(score) for score in first_rows(page, 6, 25)]
        assert seconds == sorted(seconds)
        heading = page.locator("#submissions th[aria-sort]")
        assert heading.get_attribute("aria-sort") == "ascending"
        assert heading.inner_text().strip() == "Seconds"


def test_the_table_is_filtered_by_status_and_searched_for_names_and_questions(browser, outs):
    with opened(browser, pages_of(outs, "en")["class"]) as page:
        page.get_by_label("Status", exact=True).focus()
        page.keyboard.type("rejected")
        page.keyboard.press("Enter")
        assert set(first_rows(page, 2)) == {"rejected"}
        page.get_by_label("Status", exact=True).select_option("")
        assert len(set(first_rows(page, 2, 25))) > 1
        page.locator("#all").get_by_label("Search").fill("Nguyễn Văn An")
        assert first_rows(page, 1) == ["Nguyễn Văn An"]
        page.locator("#all").get_by_label("Search").fill("kl_divergence")
        assert len(first_rows(page, 1)) >= 1
        page.locator("#all").get_by_label("Search").fill("nobody of this name")
        assert page.locator("#submissions tbody").inner_text() == "No submission fits."


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_the_page_of_that_student_whatever_the_name(browser, outs, name):
    with opened(browser, pages_of(outs, "en")["class"]) as page:
        page.locator("#all").get_by_label("Search").fill(name[:40].replace("\u202e", "\\u202e"))
        row = page.locator("#submissions tbody tr", has_text=name.replace("\u202e", "\\u202e"))
        link = row.first.get_by_role("link").first
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state("load")
        assert page.locator("h1").inner_text() == name.replace("\u202e", "\\u202e")


def test_a_page_without_script_still_shows_all_rows(browser, outs):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages_of(outs, "en")["class"])
    assert page.locator("#submissions tbody tr").count() == 60
    context.close()
