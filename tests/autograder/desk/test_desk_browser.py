"""The desk in a real browser: by keyboard alone, for two people at once, and where the server is killed while one types."""

import os
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from autograder.desk import serve
from autograder.desk.marking import key_of
from autograder.grading.results import STORE
from autograder.records import Asked, Store
from tests.autograder.report import report_class
from tests.autograder.report.test_report import NAMES, TEXT
from tests.browser import launched, opened, serious

from .desks import QUESTION

pytestmark = pytest.mark.slow

PICTURES = Path(__file__).resolve().parents[3] / "build" / "report"
LOOKS = [("en", "light", 1280), ("vi", "dark", 400), ("vi", "light", 1280), ("en", "dark", 400)]
"""Language, colour scheme and width; each with a page of its own, since axe takes seconds for one."""
LOSS = """import numpy as np


def softmax(scores):
    e = np.exp(scores)
    return e / e.sum(axis=1, keepdims=True)


def kl_divergence(p, q):
    # sum of q log(q / p)
    both = (p > 0) & (q > 0)
    ratio = q[both] / p[both]
    return np.sum(q[both] * np.log(ratio))
"""
GRADIENT = """import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    scores = X @ W
    margins = scores - scores[np.arange(len(y)), y][:, None] + delta
    counts = (margins > 0).astype(float)
    counts[np.arange(len(y)), y] = -counts.sum(axis=1)
    return X.T @ counts
"""
WRITTEN = ("kl_divergence", "softmax", "svm_gradient")
"""Functions that these hold, which lie in the zip of one student who lost points for one of them."""


@pytest.fixture(scope="module")
def browser():
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A class whose first names and texts are hostile, and the code of one student where it was graded."""
    folder = tmp_path_factory.mktemp("out")
    submissions = tmp_path_factory.mktemp("submissions")
    store = report_class.make(folder, 40, names=NAMES, text=TEXT)
    graded = [row for row in store.rows() if row.status == "graded" and row.submission[-3:].isdigit()]
    # Which question it is changes with the suite, from whose cases the class is made.
    name, question = next(
        (row.submission, question) for question in WRITTEN for row in graded if row.questions[question] < 1
    )
    with zipfile.ZipFile(submissions / f"{name}.zip", "w") as archive:
        archive.writestr("loss.py", LOSS)
        archive.writestr("gradient.py", GRADIENT)
    store.note_run(Asked(str(submissions)))
    store.close()
    return folder, name, question


@pytest.fixture(scope="module")
def desks(out):
    """The address of a desk in each language."""
    servings = {language: serve(out[0], language) for language in ("en", "vi")}
    for serving in servings.values():
        threading.Thread(target=serving.run, daemon=True).start()
    yield {language: serving.address for language, serving in servings.items()}
    for serving in servings.values():
        serving.close()


def room(address):
    return address.partition("enter/")[0]


def at(page, address, place):
    page.wait_for_url(room(address))
    page.goto(room(address) + place, wait_until="load")


def called(page, name):
    """Say who sits there, as one does once."""
    box = page.get_by_label("Your name")
    with page.expect_response(lambda response: response.url.endswith("/name")):
        box.fill(name)
        box.press("Tab")


@pytest.mark.parametrize("number", range(len(LOOKS)))
def test_pages_are_accessible_fit_the_window_and_are_quiet(browser, desks, out, number):
    language, scheme, width = LOOKS[number]
    places = ["", f"submission/{out[1]}", f"submission/{NAMES[0]}", f"marking/{QUESTION}"]
    address = desks[language]
    with opened(browser, address, scheme=scheme, width=width, own=room(address)) as page:
        at(page, address, "")
        for place in places:
            page.goto(room(address) + place)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        page.goto(room(address) + places[number])
        assert serious(page) == []


def test_the_documentations_picture_shows_a_student(browser, desks, out):
    PICTURES.mkdir(parents=True, exist_ok=True)
    with opened(browser, desks["en"], width=1100, own=room(desks["en"])) as page:
        at(page, desks["en"], f"submission/{out[1]}#lost")
        page.locator(f"#q-{out[2]}").evaluate("card => card.scrollIntoView()")
        page.locator(f"#q-{out[2]} figure.source").wait_for()
        page.screenshot(path=PICTURES / "desk.png")
    with Image.open(PICTURES / "desk.png") as picture:
        small = picture.resize((825, 675), Image.Resampling.LANCZOS).quantize(64)
    small.save(PICTURES / "desk.png", optimize=True)


def test_a_class_is_searched_filtered_and_opened_and_points_are_given_with_the_keyboard_alone(
    browser, desks, out
):
    address = desks["en"]
    with opened(browser, address, own=room(address)) as page:
        at(page, address, "")
        called(page, "Lan")
        page.get_by_label("Show").focus()
        page.keyboard.type("only")
        rows = page.locator("#students tbody tr", has=page.get_by_role("link"))
        assert 0 < rows.count() < 40
        page.get_by_label("Show").select_option("")
        page.get_by_label("Search").focus()
        page.keyboard.type(out[1])
        assert rows.count() == 1
        rows.get_by_role("link").focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state("load")
        card = page.locator("#full details").first
        card.locator("summary").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("0")
        page.keyboard.press("Tab")
        page.keyboard.type("Đúng <b>rồi</b>")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Đúng <b>rồi</b>" in page.locator("#acts").inner_text()
        assert "Lan" in page.locator("#acts").inner_text()
        page.locator("#acts").get_by_role("button").first.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "undone" in page.locator("#acts").inner_text()


def test_two_people_mark_at_once_see_each_other_and_are_told_of_a_conflict(browser, desks):
    address = desks["en"]
    own = room(address)
    with (
        opened(browser, address, own=own) as lan,
        opened(browser, address, own=own, expected=["400", "409"]) as minh,
    ):
        for page, name in ((lan, "Lan"), (minh, "Minh")):
            at(page, address, f"marking/{QUESTION}")
            called(page, name)
        theirs = [page.locator("form.give").nth(0) for page in (lan, minh)]
        others = [page.locator("form.give").nth(1) for page in (lan, minh)]
        before = theirs[1].get_by_label("Points").input_value()
        theirs[1].get_by_label("Points").fill("much")
        theirs[1].get_by_text("Points are a number").wait_for()
        with minh.expect_response(lambda answer: "/news" in answer.url and answer.json()):
            theirs[0].get_by_label("Points").fill("3,5")
            lan.keyboard.press("Enter")
        assert others[0].get_by_label("Points").evaluate("box => box === document.activeElement")
        theirs[0].get_by_text("Saved.").wait_for()
        theirs[1].get_by_label("Points").fill(before)  # what is no longer saved
        theirs[1].get_by_text("Saved by Lan").wait_for()
        assert theirs[1].get_by_label("Points").input_value() == "3.5"
        late = []  # what Minh sends is on its way until Lan's is saved
        minh.route("**/acts", lambda route: late.append(route))
        with minh.expect_request("**/acts"):
            others[1].get_by_label("Points").fill("1.5")
        others[0].get_by_label("Points").fill("0.5")
        others[0].get_by_text("Saved.").wait_for()
        late[0].continue_()
        others[1].get_by_text("Lan has saved something else").wait_for()
        minh.unroute("**/acts")
        others[1].get_by_role("button", name="Save mine all the same").click()
        others[1].get_by_text("Saved.").wait_for()
        others[0].get_by_text("Saved by Minh").wait_for()
        lan.wait_for_load_state("load")


def test_what_was_shown_as_saved_outlives_the_server_that_is_killed_while_one_types(browser, out):
    command = [sys.executable, "-m", "autograder", "desk", str(out[0]), "--language", "en"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server,
        browser.new_context() as context,
    ):
        try:
            address = server.stdout.readline().split()[-1]
            page = context.new_page()
            page.goto(address)
            at(page, address, "marking/templates")
            called(page, "Hoa")
            key = page.locator("article.is-marked form.give").last.get_attribute("data-key")
            kept = page.locator(f'form.give[data-key="{key}"]')
            box = kept.get_by_label("Points")
            points = box.input_value()
            for typed, told in (("much", "Points are a number"), (points, "Saved."), ("", "type points")):
                box.fill(typed)
                page.keyboard.press("Enter")
                kept.locator("output").get_by_text(told).wait_for()
            # As where the points were given for an earlier answer: they are recorded for this one, once.
            kept.evaluate("form => form.closest('article').classList.remove('is-marked')")
            box.fill(points)
            page.keyboard.press("Enter")
            kept.locator("output").get_by_text("Saved.").wait_for()
            saved = [(key, float(points))]
            for number, form in enumerate(page.locator("form.give").all()[:6]):
                if number == 4:
                    server.send_signal(signal.SIGKILL)
                    server.wait()
                form.get_by_label("Points").fill(f"0.{number + 1}")  # the class has no such points
                page.keyboard.press("Enter")
                told = form.locator("output")
                told.get_by_text("Saved.").or_(told.get_by_text("Not saved")).wait_for()
                if told.text_content() == "Saved.":  # its text, in sight or not
                    saved.append((form.get_attribute("data-key"), float(f"0.{number + 1}")))
        finally:
            server.kill()
        assert len(saved) == 5
    store = Store(out[0] / STORE, report_class.ASSIGNMENT)
    given = [
        (key_of("templates", act.submission), act.points) for act in store.acts.all() if act.who == "Hoa"
    ]
    store.close()
    assert given == saved
