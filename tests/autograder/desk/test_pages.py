"""What the desk's pages show of a class with a list: who handed in what, whose it is, the code, and what changed."""

import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import Intake, roll
from autograder.course.roster import Student
from autograder.desk.again import Again
from autograder.desk.class_list import of_class
from autograder.desk.formulas import markdown, with_formulas
from autograder.desk.marking import ToMark, shares
from autograder.desk.sources import Code, changed, part_of
from autograder.grading import Means, run
from autograder.records import Act, Asked
from autograder.records.acts import OVERRIDE, UNDO
from autograder.submissions import Answer, HandIn, Person
from tests.autograder.report import report_class

from .desks import QUESTION, Browser, made, opened

ROOMS = Path(__file__).resolve().parents[3]
REFERENCE = ROOMS / "solutions" / report_class.ASSIGNMENT
STUBS = ROOMS / "assignments" / report_class.ASSIGNMENT
MODULES = ("loss", "gradient", "regularization", "sgd")


def packed(path, modules):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in modules.items():
            archive.writestr(f"{name}.py", text)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Four submissions: two of An, one of Bình, one of nobody on the list; Chi has handed in nothing."""
    out, submissions = tmp_path_factory.mktemp("out"), tmp_path_factory.mktemp("submissions")
    names = ["an", "an-again", "binh", "stray"]
    desk, guard, app = made(out, 4, names=names)
    handed = tuple(
        HandIn(name, "folder", (Person(name=person),), datetime(2026, 3, day, tzinfo=UTC))
        for name, person, day in (
            ("an", "An", 1),
            ("an-again", "An", 2),
            ("binh", "Bình", 1),
            ("stray", "hw1", 1),
        )
    )
    students = [("1001", "An", "L1"), ("1002", "Bình", "L2"), ("1003", "Chi", "L2")]
    listed = tuple(
        Student(id=id, name=name, section=section, line=line)
        for line, (id, name, section) in enumerate(students, 2)
    )
    roll.record(desk.store, Intake(handed, listed, "last"))
    sources = {name: (REFERENCE / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    packed(submissions / "an.zip", sources)
    packed(
        submissions / "an-again.zip",
        {**sources, "loss": sources["loss"] + "\n\ndef mine():\n    return 'mine'\n"},
    )
    (submissions / "binh.zip").write_bytes(b"no zip at all")
    desk.store.note_run(Asked(str(submissions)))
    yield desk, guard, app
    desk.close()


@pytest.fixture
def lan(site):
    return Browser(site[2], site[1])


def read(browser, place):
    answer = browser.ask(place)
    assert answer.status_code == 200, place
    return answer.get_data(as_text=True)


@pytest.mark.slow
def test_the_class_begins_with_what_there_is_to_look_at_and_is_sorted_as_vietnamese_readers_expect(site, lan):
    lines = of_class(site[0].book()).lines
    looked_at = [bool(line.look_at) for line in lines]
    assert looked_at == sorted(looked_at, reverse=True)
    assert [line.standing.name for line in sorted(lines, key=lambda line: line.place)] == [
        "An",
        "Bình",
        "Chi",
        "hw1",
    ]


@pytest.mark.slow
def test_who_handed_in_nothing_is_in_the_class_and_may_be_given_a_grade(site, lan):
    page = read(lan, "")
    assert '<tr data-state="nothing handed in" data-section="L2"' in page
    assert "Nothing was handed in." in read(lan, "student/id 1003")
    assert lan.do("override", student="id 1003", points="60", text="oral examination").status_code == 200
    assert "<b>60</b>" in read(lan, "").partition("Chi")[2].partition("</tr>")[0]
    assert "oral examination" in read(lan, "student/id 1003")
    assert lan.ask("student/id 1001").headers["Location"].endswith("/submission/an-again")
    assert lan.ask("student/id 9").status_code == 404


@pytest.mark.slow
def test_an_attempt_that_does_not_count_says_so_and_what_changed_since(site, lan):
    assert "This attempt counts for nobody" in read(lan, "submission/an")
    page = read(lan, "submission/an-again")
    assert "This attempt counts for nobody" not in page
    assert "changes/an-again?from=an" in page
    changes = read(lan, "changes/an-again?from=an")
    assert "<ins>+     return &#39;mine&#39;</ins>" in changes
    assert "gradient.py" not in changes


def test_a_submission_of_nobody_on_the_list_is_assigned_and_counts_from_then_on(site, lan):
    assert "on no list" in read(lan, "").partition("stray")[2].partition("</tr>")[0]
    assert "It matches no student on the list." in read(lan, "submission/stray")
    assert lan.do("assign", submission="stray", student="id 9").status_code == 400
    answer = lan.do("assign", submission="stray", student="id 1003", text="wrote to me")
    assert answer.status_code == 200
    row = read(lan, "").partition("Chi</bdi>")[2].partition("</tr>")[0]
    assert "1003, stray" in row
    assert "on no list" not in row
    lan.do("undo", ref=answer.json["id"])
    assert "on no list" in read(lan, "").partition("stray")[2].partition("</tr>")[0]


def test_the_students_function_stands_beside_the_call_that_went_wrong(site, lan):
    # Who has lost points in this class is drawn; one of the two attempts has.
    pages = [read(lan, f"submission/{name}") for name in ("an", "an-again")]
    page = max(pages, key=lambda page: page.count('<figure class="source">'))
    assert '<figure class="source">' in page
    assert "What lies there now is not what was graded." in page
    assert "def svm_loss(" in page
    assert "hidden</span>" in page


def test_code_that_is_not_there_any_more_or_cannot_be_opened_is_said(site, lan):
    assert "does not lie any more where it was graded" in read(lan, "submission/stray")
    assert (
        "The submission is called a zip but is a text"
        in read(lan, "submission/binh").partition('id="code"')[2]
    )
    assert lan.ask("submission/nobody").status_code == 404
    assert lan.send("again", {"submission": "stray"}).status_code == 400


def test_the_part_of_a_module_is_found_whatever_else_it_holds():
    code = Code(
        {
            "loss": "import x\n\n@cached\ndef softmax(s):\n    return s\n\ny = 1\n",
            "sgd": "def (",
            "z": "(" * 5000,
        }
    )
    part = part_of(code, "loss", "softmax")
    assert (part.first, part.text) == (3, "@cached\ndef softmax(s):\n    return s")
    assert part_of(code, "loss", "y") is None
    assert part_of(code, "sgd", "sgd") is None
    assert part_of(code, "z", "z") is None


def test_of_hundreds_of_answers_a_page_has_a_hundred_and_leads_to_the_next():
    answers = [ToMark(f"{number:03}", "an", "An", Answer("x"), None) for number in range(250)]
    pages = [shares(answers, first) for first in (0, 100, 200, 7, 999)]
    assert [(page.first, len(page.answers), page.after) for page in pages] == [
        (0, 100, 100), (100, 100, 200), (200, 50, None), (0, 100, 100), (0, 100, 100),
    ]  # fmt: skip
    assert shares([], 0).answers == []


def test_modules_that_are_the_same_or_too_long_are_not_compared():
    before, after = Code({"a": "x\n", "b": "x\n" * 5000}), Code({"a": "x", "b": "y\n" * 5000})
    assert [(change.module, change.lines) for change in changed(before, after)] == [("b", ())]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("costs $5 and $6", "costs $5 and $6"),
        ("$s_j$", '<math display="inline"><mrow><msub><mi>s</mi><mi>j</mi></msub></mrow></math>'),
        (r"\(a\)", '<math display="inline"><mrow><mi>a</mi></mrow></math>'),
        (r"$\frac{$", r"$\frac{$"),
        ("<b>$$", "&lt;b&gt;$$"),
        (r"$\text{<script>}$", '<math display="inline"><mrow><mtext>&lt;script&gt;</mtext></mrow></math>'),
        ("\u202ex", "\\u202ex"),
    ],
)
def test_formulas_are_set_and_nothing_else_is_markup(typed, shown):
    assert with_formulas(typed) == shown


@pytest.mark.parametrize(
    "formula",
    [
        r"\href{javascript:alert(1)}{x}", r"\style{background:url(http://evil)}{x}", r"\class{a}{x}", r"\mathrm{<img src=x>}",
        r"\text{&lt;script&gt;&#60;b&#62;}", r"\color{red}x", "\\begin{matrix}" + "&" * 300 + "\\end{matrix}", "{" * 500, "^" * 500,
    ],
)  # fmt: skip
def test_a_strangers_formula_brings_no_element_and_no_attribute_of_its_own(formula):
    for shown in (with_formulas(f"${formula}$"), markdown(f"${formula}$ [x](javascript:alert(1)) <i>")):
        for forbidden in ("href", "style=", "class=", "<img", "<script", "<b>", "<i>", "<a"):
            assert forbidden not in shown


@pytest.mark.slow
def test_one_is_graded_again_in_the_background_and_what_changed_is_said(tmp_path):
    submissions, out = tmp_path / "submissions", tmp_path / "out"
    submissions.mkdir()
    sources = {name: (STUBS / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    packed(submissions / "an.zip", sources)
    run(submissions, report_class.ASSIGNMENT, out, means=Means(jobs=1))
    regularization = (REFERENCE / "regularization.py").read_text(encoding="utf-8")
    packed(submissions / "an.zip", {**sources, "regularization": regularization})
    desk, guard, app = opened(out)
    lan = Browser(app, guard)
    assert "What lies there now is not what was graded." in read(lan, "submission/an")
    assert lan.send("again", {"submission": "an"}).status_code == 200
    again = app.extensions["again"]
    assert isinstance(again, Again)
    assert again.found["an"].ended.wait(120)
    told = lan.ask("again/an").json
    assert told["told"].startswith("Graded again: 0 → ")
    assert "l2 0 → " in told["told"]
    assert "What lies there now is not what was graded." not in read(lan, "submission/an")
    assert [act.kind for act in desk.store.acts.all() if act.who == "Lan"] == ["again"]
    desk.close()


@pytest.mark.slow
def test_a_desk_in_vietnamese_says_what_students_pages_say(site):
    """The names of cases, evidence, notes and the rubric, which are English in the results."""
    desk, guard, app = opened(site[0].out, "vi")
    store = desk.store
    lost = store.acts.add(
        Act(OVERRIDE, "Lan", student=("id 999", "name đỗ văn tùng"), points=5.0, text="Thi vấn đáp.")
    )
    try:
        browser = Browser(app, guard)
        of_class = read(browser, "")
        assert "Bộ phân loại tuyến tính: SVM và softmax" in of_class
        assert re.search(r"stray(?:(?!</tr>).)*thiếu mô-đun", of_class, re.DOTALL)
        assert "đỗ văn tùng, 999" in of_class, "what was decided about somebody who has left"
        page = read(browser, "submission/stray")
        assert "Các mô hình được huấn luyện và đo trên ảnh tổng hợp." in page
        names = set(re.findall(r'<span class="case-name">([^<]+)</span>', page))
        assert names
        assert all(re.search("[à-ỹđ]", name) or name.endswith(": float32") for name in names), names
        assert "cộng thêm cùng một số" in read(browser, f"marking/{QUESTION}")
    finally:
        store.acts.add(Act(UNDO, "Lan", ref=lost.id))
        desk.close()
