"""What people do at the desk is recorded with who and why, is in the grade, and can be undone; nothing is overwritten unseen."""

import ast
import io
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

import autograder.desk
from autograder.assignment.languages import LOCALE
from autograder.records import acts as kinds
from autograder.submissions.written.answers import NOTHING, Answer
from tests.autograder.report import report_class

from .desks import QUESTION, Browser, opened

LONGEST = 5_000
DESK = Path(autograder.desk.__file__).parent


@pytest.fixture(scope="module")
def unmarked(tmp_path_factory):
    """The results of a class that nobody has marked."""
    out = tmp_path_factory.mktemp("unmarked")
    report_class.make(out, 3, marked=False).close()
    return out


@pytest.fixture
def site(unmarked, tmp_path):
    shutil.copytree(unmarked, tmp_path / "out")
    desk, guard, app = opened(tmp_path / "out")
    yield desk, guard, app
    desk.close()


@pytest.fixture
def lan(site):
    return Browser(site[2], site[1], "Lan")


@pytest.fixture
def minh(site):
    return Browser(site[2], site[1], "Minh")


@pytest.fixture
def first(site):
    """The name of a submission."""
    return next(iter(site[0].book().rows))


def standing(site, submission):
    (found,) = site[0].book().by_submission[submission]
    return found


@pytest.mark.parametrize("points", ["-1", "4.01", "nan", "inf", "1e400", "four", "1;2", "0x2"])
def test_points_that_cannot_be_are_refused_with_the_range(site, lan, first, points):
    answer = lan.do("points", submission=first, question=QUESTION, points=points)
    assert (answer.status_code, answer.get_data(as_text=True)) == (400, "Points are a number from 0 to 4.")
    assert site[0].store.acts.all() == []


def test_a_comment_without_points_is_not_recorded_and_says_so(site, lan, first):
    answer = lan.do("points", submission=first, question=QUESTION, points=" ", text="Well done.")
    assert answer.get_data(as_text=True) == "Not saved yet: type points as well."
    assert site[0].store.acts.all() == []


@pytest.mark.slow
def test_what_was_given_is_recorded_and_shown(site, lan, first):
    said = "Nhận xét </textarea><script>alert(1)</script>"
    before = standing(site, first).points
    assert lan.do("points", submission=first, question=QUESTION, points="2,5", text=said).status_code == 200
    given = site[0].book().given(first)[QUESTION]
    assert (given.points, given.comment, given.act.who) == (2.5, said, "Lan")
    assert standing(site, first).points == before + 2.5
    for place in (f"marking/{QUESTION}", f"submission/{first}"):
        page = lan.ask(place).get_data(as_text=True)
        assert 'value="2.5"' in page
        assert "Nhận xét &lt;/textarea&gt;&lt;script&gt;" in page
    assert 'value="2.5"' not in lan.ask(f"marking/{QUESTION}?unmarked").get_data(as_text=True)
    longer = lan.do("points", submission=first, question=QUESTION, points="2", text="x" * (LONGEST + 1))
    assert longer.status_code == 400


@pytest.mark.slow
def test_points_for_an_answer_that_was_handed_in_anew_are_to_be_looked_at_again(site, lan, first):
    lan.do("points", submission=first, question=QUESTION, points="3")
    site[0].store.add_answers(first, {QUESTION: Answer("Now I know <more>.")})
    page = lan.ask(f"marking/{QUESTION}").get_data(as_text=True)
    assert "The answer was handed in anew after these points were given." in page
    assert "Now I know &lt;more&gt;." in page
    assert "handed in anew since it was marked" in lan.ask().get_data(as_text=True)


def test_two_graders_do_not_overwrite_each_other_unseen(site, lan, minh, first):
    about = {"submission": first, "question": QUESTION}
    assert lan.do("points", points="3", after=0, **about).status_code == 200
    answer = minh.do("points", points="1", after=0, **about)
    assert answer.status_code == 409
    assert "Lan has saved something else" in answer.json["sentence"]
    assert site[0].book().given(first)[QUESTION].points == 3
    assert minh.do("points", points="1", after=answer.json["id"], **about).status_code == 200
    assert site[0].book().given(first)[QUESTION].points == 1
    told = lan.ask("news?since=0").json
    assert [(act["who"], act["points"]) for act in told] == [("Minh", "1")]


def test_a_store_that_cannot_be_written_is_said(site, lan, first, monkeypatch):
    def full(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr("autograder.records.acts.Acts.add", full)
    answer = lan.do("points", submission=first, question=QUESTION, points="1")
    assert (answer.status_code, answer.get_data(as_text=True)) == (500, "Not saved: No space left on device")


@pytest.mark.slow
def test_a_question_of_code_is_given_points_and_the_undoing_takes_them_back(site, lan, first):
    before = standing(site, first).points
    had = site[0].book().rows[first].questions["svm_loss"]
    answer = lan.do(
        "points", submission=first, question="svm_loss", points="0", text="copied from the lecture"
    )
    assert standing(site, first).points == before - had
    assert lan.do("undo", ref=answer.json["id"]).status_code == 200
    assert standing(site, first).points == before
    assert lan.do("undo", ref=answer.json["id"]).status_code == 400
    assert "Undo" not in lan.ask(f"submission/{first}").get_data(as_text=True).partition('id="acts"')[2]


@pytest.mark.parametrize("kind", ["override", "late", "request", "copied"])
def test_what_needs_a_reason_is_not_recorded_without_one(site, lan, first, kind):
    key = standing(site, first).keys[0]
    told = {"student": key} if kind == "override" else {"submission": first}
    points = {} if kind in ("request", "copied") else {"points": "1"}
    answer = lan.do(kind, **told, **points)
    assert (answer.status_code, answer.get_data(as_text=True)) == (400, "Not saved yet: say why.")
    assert lan.do(kind, text="seen in class", **told, **points).status_code == 200
    assert [(act.kind, act.who) for act in site[0].store.acts.all()] == [(kind, "Lan")]


@pytest.mark.slow
def test_a_grade_is_set_over_the_sum(site, lan, first):
    key = standing(site, first).keys[0]
    assert lan.do("override", student=key, points="55", text="oral examination").status_code == 200
    assert standing(site, first).points == 55
    page = lan.ask(f"submission/{first}").get_data(as_text=True)
    assert "oral examination" in page
    assert lan.do("override", student="id of nobody", points="55", text="x").status_code == 400


@pytest.mark.slow
def test_a_request_is_listed_first_until_it_is_answered(site, lan, first):
    lan.do("request", submission=first, text="Please look at my gradient again.")
    assert "asks to look again" in lan.ask().get_data(as_text=True).partition("<tbody>")[2]
    page = lan.ask(f"submission/{first}").get_data(as_text=True)
    assert "Please look at my gradient again." in page
    asked = site[0].store.acts.all()[-1].id
    assert lan.do("answer", ref=asked, text="It is right as it is.").status_code == 200
    assert "asks to look again" not in lan.ask().get_data(as_text=True).partition("<tbody>")[2]
    assert lan.do("answer", ref=asked + 5, text="x").status_code == 400


@pytest.mark.slow
def test_all_who_wrote_nothing_get_0_points_at_once_and_nobody_else(site, lan):
    desk = site[0]
    names = list(desk.book().rows)
    desk.store.add_answers(names[0], {QUESTION: Answer("", NOTHING)})
    desk.store.add_answers(
        names[1], {QUESTION: Answer("", "No answer could be read: the notebook is damaged.")}
    )
    assert "Give the 1 that are empty 0 points" in lan.ask(f"marking/{QUESTION}").get_data(as_text=True)
    assert lan.send("empty", {"question": QUESTION}).json == {"count": 1}
    assert [(act.submission, act.points) for act in desk.store.acts.all()] == [(names[0], 0.0)]
    assert lan.send("empty", {"question": QUESTION}).json == {"count": 0}


def test_kinds_are_those_of_the_store(site, lan, first):
    assert lan.do(kinds.AGAIN, submission=first).status_code == 400


def test_all_texts_of_the_desk_are_there_in_vietnamese():
    files = [LOCALE / "vi" / "LC_MESSAGES" / f"{name}.po" for name in ("desk", "pages")]
    known = {message.id for file in files for message in read_po(io.BytesIO(file.read_bytes()))}
    asked = set()
    for path in [*DESK.glob("templates/*.html"), *DESK.glob("templates/*.txt")]:
        found = Environment(extensions=["jinja2.ext.i18n"]).extract_translations(path.read_text())
        texts = [text[0] if isinstance(text, tuple) else text for _, _, text in found]
        asked |= set(filter(None, texts))
    for path in DESK.glob("*.py"):
        calls = [
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call) and node.args
        ]
        said = [call.args[0] for call in calls if ast.unparse(call.func) in ("TypedError", "desk.words")]
        asked |= {text.value for text in said if isinstance(text, ast.Constant)}
    assert len(asked) > 100
    assert asked - known == set()


@pytest.mark.slow
def test_a_refusal_is_said_in_the_language_of_the_desk(tmp_path):
    report_class.make(tmp_path, 1).close()
    desk, guard, app = opened(tmp_path, "vi")
    answer = Browser(app, guard).do(
        "points", submission=next(iter(desk.book().rows)), question=QUESTION, points="9"
    )
    desk.close()
    assert answer.get_data(as_text=True) == "Điểm là một số từ 0 đến 4."
