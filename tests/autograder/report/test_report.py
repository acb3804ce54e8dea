"""What stands in the pages: a student's says nothing of the staff's, and no text of a student's is markup."""

import dataclasses
import datetime
import html
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import markdown_it
import pytest
from babel.messages.extract import extract_from_file

from autograder.assignment import settings as assignments
from autograder.assignment.languages import LANGUAGES, Texts, translations
from autograder.assignment.misconceptions import load_misconceptions
from autograder.checks import Run
from autograder.course import Book, Intake, saying
from autograder.course.matching import keys_of
from autograder.course.roll import record
from autograder.course.roster import Student
from autograder.grading.leaderboard import leaderboard
from autograder.grading.results import STORE
from autograder.grading.telling import markdown
from autograder.grading.telling.feedback import hidden_hints_shown
from autograder.records import Act
from autograder.records.acts import COPIED, OVERRIDE, POINTS, REQUEST
from autograder.records.store import Store
from autograder.report import attention, charts, measures, writing
from autograder.report.collecting import collect
from autograder.report.opening import ReportError
from autograder.report.pages import Pages, page_name
from autograder.submissions.hand_in import HandIn, Person
from autograder.text import visible

from . import report_class
from .report_class import SECRET, SEED, STAFF_HINT

NAMES = (
    "<img src=x onerror=alert(1)>", "\"><svg onload=alert(2)>'", "100% #1?&copy;", "{{ 7 * 7 }}{% raw %}",
    "Nguyễn Văn An", "x" * 255, "x" * 254 + "y", "evil\u202egnp.exe",
)  # fmt: skip
TEXT = "</script><script>window.hacked = 1</script><!-- ]]> <img src=x onerror=hacked=1> \u202e \x1b[31m {{ 7 * 7 }}"
OPEN_TAGS = {"script", "img", "iframe", "object", "embed", "link", "base", "form"}


class Tags(HTMLParser):
    """Notes the tags and links of a page, and what would run."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.handlers, self.comments = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_comment(self, data):
        self.comments.append(data)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """The results of a class in which some are hostile, and its report in English."""
    folder = tmp_path_factory.mktemp("out")
    report_class.make(folder, 100, names=NAMES, text=TEXT).close()
    writing.write(folder, "en")
    return folder


@pytest.fixture(scope="module")
def class_page(out):
    return (out / "report" / "index.html").read_text(encoding="utf-8")


def student(out, name):
    return (out / "report" / "students" / page_name(name)).read_text(encoding="utf-8")


@pytest.mark.slow
def test_every_submission_has_a_page_whatever_its_name(out, class_page):
    store = Store(out / STORE, report_class.ASSIGNMENT)
    names = [row.submission for row in store.rows()]
    store.close()
    pages = {path.name for path in (out / "report" / "students").iterdir()}
    assert pages == {page_name(name) for name in names}
    assert len(pages) == 100
    linked = {unquote(link) for link in Tags(class_page).links}
    assert {f"students/{page}" for page in pages} <= linked
    assert {f"../results/{name}/results.json" for name in names} <= linked


@pytest.mark.slow
def test_a_student_page_says_nothing_of_the_staff(out):
    pages = [path.read_text(encoding="utf-8") for path in (out / "report" / "students").iterdir()]
    assert not [page for page in pages if SECRET in page or STAFF_HINT in page or str(SEED) in page]
    assert any("Hidden case: svm_loss: other batches" in html.unescape(page) for page in pages)
    rubrics = [
        question.rubric.split("\n")[1]
        for question in assignments.load(report_class.ASSIGNMENT).marked_by_people.values()
    ]
    assert all(len(line) > 40 for line in rubrics)
    assert not [page for page in pages for line in rubrics if line[:40] in html.unescape(page)]
    assert not [page for page in pages if Tags(page).comments]


def test_a_student_page_says_that_hidden_cases_exist_and_count(out):
    page = html.unescape(student(out, "Nguyễn Văn An"))
    assert re.search(r"Hidden cases beside the public ones: \d+\. .* they count: [\d.]+ of 64.5 points", page)


def test_what_is_undecided_is_no_grade_yet_on_any_page(out, class_page):
    store = Store(out / STORE, report_class.ASSIGNMENT)
    rows = store.rows()
    store.close()
    (row,) = (row for row in rows if row.status == "attention")
    page = html.unescape(student(out, row.submission))
    assert "The grade is not decided yet" in page
    assert page.count(f"{row.undecided:g} not decided yet") >= 1
    assert 'state-undecided">not decided yet</span>' in page
    assert f"{row.undecided:g} not decided yet" in class_page
    decided = sum(row.status in ("graded", "partial") for row in rows)
    assert f"Scores of the {decided} submissions whose points are decided" in class_page


@pytest.mark.slow
def test_a_student_page_tells_what_was_called_expected_and_got_and_the_hint(out):
    store = Store(out / STORE, report_class.ASSIGNMENT)
    found = list(collect(store, assignments.load(report_class.ASSIGNMENT)))
    store.close()
    whole = next(
        it
        for it in found
        for case in it.cases
        if it.row.submission not in NAMES and it.row.status == "graded" and case.evidence and not case.hidden
    )
    case = next(case for case in whole.cases if case.evidence and not case.hidden)
    page = html.unescape(student(out, whole.row.submission))
    for text in (*case.evidence.values(), case.hint["en"], case.name):
        assert text in page


@pytest.mark.slow
def test_hints_on_hidden_cases_show_only_where_the_settings_say_so(out):
    store = Store(out / STORE, report_class.ASSIGNMENT)
    it = next(
        it
        for it in collect(store, assignments.load(report_class.ASSIGNMENT))
        if any(case.hidden and case.hint for case in it.cases)
    )
    store.close()
    pages = Pages("en")
    shown = [
        writing.student_page(pages, assignments.load(report_class.ASSIGNMENT), it, hidden_hints=told)
        for told in (False, True)
    ]
    assert [STAFF_HINT in page for page in shown] == [False, True]
    assert not [page for page in shown if SECRET in page]


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ("", False),
        ('[feedback]\nhidden_hints = "staff"', False),
        ('[feedback]\nhidden_hints = "always"', True),
        ('[feedback]\nhidden_hints = "after the deadline"', False),
        ("[deadline]\nat = 2026-03-01T12:00:00+07:00", True),
        ('[feedback]\nhidden_hints = "staff"\n[deadline]\nat = 2026-03-01T12:00:00+07:00', False),
        (
            '[feedback]\nhidden_hints = "after the deadline"\n'
            "[deadline]\nat = 2026-03-01T12:00:00+07:00\ndrop_dead_days = 3",
            False,
        ),
        ("[deadline]\nat = 2026-02-10T12:00:00+07:00\npercent_per_day = 5", False),
        ("[deadline]\nat = 2026-02-10T12:00:00+07:00\npercent_per_day = 5.5", True),
        ("[deadline]\nat = 2026-02-10T12:00:00+07:00\npercent_per_day = 5\ndrop_dead_days = 3", True),
    ],
)
def test_after_the_deadline_means_when_nothing_handed_in_earns_points_any_more(settings, shown, tiny):
    tiny.settings_file.write_text(f"{tiny.settings_file.read_text()}\n{settings}")
    now = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
    assert hidden_hints_shown(assignments.load("tiny"), now) is shown


def test_nothing_that_a_student_said_is_markup(out, class_page):
    for page in (class_page, *(student(out, name) for name in NAMES)):
        tags = Tags(page)
        assert tags.handlers == []
        assert tags.tags & OPEN_TAGS <= ({"script"} if page is class_page else set())
        assert "49" not in re.findall(r"<bdi>(\d+)</bdi>", page)
        assert "\u202e" not in page
        assert "\x1b" not in page
    assert "\\u202e" in student(out, NAMES[0])
    assert "&lt;/script&gt;" in student(out, NAMES[0])


def test_a_page_loads_nothing_and_may_run_nothing_but_its_own(out, class_page):
    for page, script in ((class_page, True), (student(out, "Nguyễn Văn An"), False)):
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert re.fullmatch(r"'sha256-[\w+/=]+'", rules["style-src"])
        assert ("script-src" in rules) is script
        outside = [link for link in Tags(page).links if re.match(r"(?i)\s*(\w+:|//)", link)]
        assert outside == []


@pytest.mark.parametrize("harmless", ["Nguyễn Văn An", "a\tb\nc", "數學 עברית ελληνικά", "👩‍🎓", "العربية"])
def test_texts_of_all_languages_stay_as_they_are(harmless):
    assert visible(harmless) == harmless


def test_characters_that_turn_or_hide_text_are_shown_by_their_number():
    assert visible("a\u202eb\u200bc\x00d\x1be\ud83d\ufefff\u2066\r\n") == (
        "a\\u202eb\\u200bc\\u0000d\\u001be\\ud83d\\ufefff\\u2066\\u000d\n"
    )


def test_every_text_of_the_pages_is_there_in_vietnamese():
    environment = Pages("en").environment
    texts = set()
    for name in environment.list_templates(["html"]):
        source, *_ = environment.loader.get_source(environment, name)
        for _, _, message in environment.extract_translations(source):
            texts |= {message} if isinstance(message, str) else {message[0]} if message else set()
    for module in (saying, attention):
        texts |= {
            found for _, found, *_ in extract_from_file("python", module.__file__, keywords={"_": None})
        }
    vietnamese = translations("vi", "pages")
    assert len(texts) > 80
    assert [text for text in texts if vietnamese.gettext(text) == text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_the_language_does(language):
    number = Pages(language).environment.filters["number"]
    assert number(1234.5) == {"en": "1,234.5", "vi": "1.234,5"}[language]


def submission(store_row, points, score):
    return dataclasses.replace(
        store_row, row=dataclasses.replace(store_row.row, questions=points, score=score)
    )


@pytest.fixture
def one(out):
    store = Store(out / STORE, report_class.ASSIGNMENT)
    found = next(iter(collect(store, assignments.load(report_class.ASSIGNMENT))))
    store.close()
    return dataclasses.replace(found, questions=found.questions[:2])


def test_difficulty_and_discrimination_are_those_of_the_definition(one):
    first, second = one.questions
    rows = []
    for number in range(20):  # who is strong has all of the first question, and half of them the second
        strong = number >= 10
        own = first.max_points * strong
        rows.append(submission(one, {first.name: own, second.name: 0.0}, own + (60 if strong else 20)))
    by_name = {item.name: item for item in measures.items(rows)}
    assert by_name[first.name].share == 0.5
    assert by_name[first.name].discrimination == pytest.approx(1)
    assert by_name[second.name].share == 0
    assert by_name[second.name].discrimination is None  # nobody differs
    assert [item.name for item in measures.items(rows)] == [second.name, first.name]


def test_a_question_that_only_the_weak_get_right_has_a_negative_discrimination(one):
    first = one.questions[0]
    rows = [
        submission(one, {first.name: first.max_points * (n < 5)}, first.max_points * (n < 5) + 5 * n)
        for n in range(10)
    ]
    item = next(item for item in measures.items(rows) if item.name == first.name)
    assert item.discrimination == pytest.approx(-0.8704, abs=1e-3)
    assert next(it for it in measures.items(rows[:9]) if it.name == first.name).discrimination is None


def test_a_histogram_counts_every_submission_once():
    bars = charts.histogram([0.0, 0.0999, 0.1, 0.3, 0.95, 1.0]).bars
    assert [bar.count for bar in bars] == [2, 1, 0, 1, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(("low", "high"), [(0, 100), (1.3, 9.7), (2.0, 2.0), (-5e-9, 3e-9), (1e6, 3e12)])
def test_a_scale_holds_what_it_is_for_and_has_few_ticks(low, high):
    scale = charts.scale(low, high, 50, 430)
    assert scale.low <= low <= high <= scale.high
    assert 2 <= len(scale.ticks) <= 7
    assert 50 <= scale(low) <= scale(high) <= 430


def test_without_results_the_command_says_what_to_do(tmp_path):
    with pytest.raises(ReportError, match=r"There are no results in .*: give the folder that"):
        writing.write(tmp_path, "en")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_batch_of_nothing_but_rejected_submissions_has_a_report(tmp_path):
    store = report_class.make(tmp_path, 1)
    (row,) = store.rows()
    grading = store.last(row.submission)
    row = dataclasses.replace(row, status="rejected", reason="It is a photo.", score=0.0)
    store.add(dataclasses.replace(grading, row=row, results={"extra_data": {}}))
    store.close()
    writing.write(tmp_path, "vi")
    assert "It is a photo." in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "It is a photo." in student(tmp_path, row.submission)


def records_of(out, name):
    store = Store(out / STORE, report_class.ASSIGNMENT)
    found = store.last(name).results["extra_data"]
    store.close()
    return found["cases"], found["notes"]


def test_the_feedback_in_markdown_says_what_the_page_says(out):
    cases, notes = records_of(out, NAMES[0])
    told = markdown.feedback(cases, notes, hidden_hints=False)
    assert re.search(r"Hidden cases beside the public ones: \d+\.", told)
    assert "### svm_loss: 0 / 7" in told
    assert "- **failed** Hidden case: svm_loss: other batches (0 / " in told
    assert SECRET not in told
    assert STAFF_HINT not in told
    assert STAFF_HINT in markdown.feedback(cases, notes, hidden_hints=True)


def test_no_text_of_a_student_is_markdown(out):
    wild = "````\n# A heading\n```text\n![x](http://evil.example/x.png) <img src=x> \u202e"
    case = {
        "question": "l2", "name": "l2: small", "hidden": False, "state": "failed", "points": 0.0, "max_points": 1.0,
        "message": f"❌ Failed: {wild}", "seconds": 0.1, "staff_message": "",
    }  # fmt: skip
    told = markdown.feedback([case], [wild], hidden_hints=False)
    document = markdown_it.MarkdownIt("commonmark").parse(told)
    inline = [child for token in document for child in token.children or ()]
    assert {token.type for token in inline} <= {"text", "strong_open", "strong_close", "softbreak"}
    assert [token.tag for token in document if token.type == "heading_open"] == ["h3", "h3"]
    fences = [token.content.rstrip("\n") for token in document if token.type == "fence"]
    assert fences == [visible(wild), visible(wild)]
    assert "\u202e" not in told


def test_a_hint_that_was_measured_on_hidden_inputs_stays_with_the_staff(out):
    cases, notes = records_of(out, NAMES[0])
    unnamed = [{**case, "misconceptions": []} for case in cases]
    assert STAFF_HINT not in markdown.feedback(unnamed, notes, hidden_hints=True)


def test_a_hint_is_told_once(out):
    case = {
        "question": "l2", "name": "l2: small", "hidden": False, "state": "failed", "points": 0.0, "max_points": 1.0,
        "message": "❌ Failed: 3 is not 4\n💡 Hint: Add one.", "seconds": 0.1, "hint": {"en": "Add one.", "vi": "Cộng một."},
    }  # fmt: skip
    told = markdown.feedback([case, {**case, "name": "l2: large"}], [], hidden_hints=False)
    assert told.count("Add one.") == 1
    assert told.count("3 is not 4") == 2


# Who counts, and what it comes to


LISTED = (
    Student(id="20215001", name="Trần Thị Bình", section="K66-1", canvas="31", line=2),
    Student(id="20215002", name="Lê Hoa", section="K66-2", canvas="32", line=3),
    Student(id="20215003", name="Phạm Minh", section="K66-2", canvas="33", line=4),
)


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """A class of three of whom one handed in twice and one nothing, with a late policy; gives the folder."""
    folder = tmp_path_factory.mktemp("term")
    names = ["first_31_1", "again_31_2", "hoa_32_3", "homework"]
    store = report_class.make(folder, 4, names=names, marked=False)
    people = [("first", "31"), ("again", "31"), ("hoa", "32")]
    hand_ins = [
        HandIn(name, "canvas", (Person(who, "", number),), None, False, order)
        for order, (name, (who, number)) in enumerate(zip(names[:3], people, strict=True))
    ]
    record(store, Intake((*hand_ins, HandIn("homework", "folder", (Person("homework"),))), LISTED, "last"))
    keys = keys_of(LISTED[1])
    store.acts.add(Act(OVERRIDE, "Lan", student=keys, points=55.5, text="An oral exam."))
    store.acts.add(Act(COPIED, "Lan", "hoa_32_3", keys, text="From the web."))
    store.acts.add(Act(REQUEST, "Bình", "again_31_2", keys_of(LISTED[0]), text="Why 0?"))
    code = store.contents()["again_31_2"]
    store.acts.add(
        Act(POINTS, "Lan", "again_31_2", question="l1", points=1.5, text="Well seen.", answer=code)
    )
    store.close()
    (folder / "report" / "students").mkdir(parents=True)
    (folder / "report" / "students" / "first_31_1.html").write_text("of an earlier run")
    (folder / "similarity.html").write_text("")
    writing.write(folder, "en")
    return folder


@pytest.mark.slow
def test_the_report_is_of_students_by_their_names_and_of_no_superseded_attempt(term):
    pages = {path.name for path in (term / "report" / "students").iterdir()}
    assert pages == {"again_31_2.html", "hoa_32_3.html", "homework.html"}
    index = html.unescape((term / "report" / "index.html").read_text(encoding="utf-8"))
    assert "first_31_1" not in index
    assert re.search(r"<dt>Submissions</dt><dd><b>3</b>", index)
    for told in (
        "Trần Thị Bình",
        "20215001",
        "K66-1",
        "Handed in nothing",
        "Phạm Minh",
        "../similarity.html",
    ):
        assert told in index
    assert index.index("Phạm Minh") > index.index('id="nothing"')
    assert "<h1><bdi>Trần Thị Bình</bdi></h1>" in student(term, "again_31_2")


def test_what_a_person_should_look_at_is_one_list(term):
    index = html.unescape((term / "report" / "index.html").read_text(encoding="utf-8"))
    listed = index[index.index('id="troubled"') : index.index('id="slowest"')]
    for told in (
        'homework</bdi>: <span class="said">matches no student on the list',
        "asks to look again: Why 0?",
        "is marked as copied: From the web.",
    ):
        assert told in listed


def test_a_students_page_has_the_final_grade_and_its_sum(term):
    store = Store(term / STORE, report_class.ASSIGNMENT)
    book = Book.read(store, assignments.load(report_class.ASSIGNMENT))
    store.close()
    page = html.unescape(student(term, "hoa_32_3"))
    assert '<dt>Grade</dt><dd><span class="points"><b>55.5</b> / 100</span>' in page
    assert "Set by the staff, instead of this sum" in page
    assert "An oral exam." in page
    assert "From the web." not in page
    binh = book.standings[0]
    page = html.unescape(student(term, "again_31_2"))
    assert f"<b>{round(binh.points, 2):g}</b> / 100" in page
    assert "l1, changed by the staff" in page
    assert "Well seen." in page


def test_sections_have_their_own_statistics(term):
    index = html.unescape((term / "report" / "index.html").read_text(encoding="utf-8"))
    parts = index[index.index('id="parts"') :]
    assert re.search(
        r"K66-2</bdi></th><td class=\"numeric\">2</td><td class=\"numeric\">1</td>.*?55.5 %", parts, re.DOTALL
    )


def test_a_misconception_means_what_the_catalogue_says_and_leads_to_who_has_it(out, class_page):
    page = html.unescape(class_page[class_page.index('id="misconceptions"') :])
    catalogue = load_misconceptions(assignments.load(report_class.ASSIGNMENT).solutions)
    told = [
        variant for variant in catalogue if f'<th scope="row">{variant.name.replace("_", " ")}<br>' in page
    ]
    assert len(told) > 20
    assert all(any(variant.hint in page for variant in told if variant.name == one.name) for one in told)
    assert STAFF_HINT not in page
    assert re.search(
        r'<summary>\d+</summary><ul class="plain small"><li><a href="students/[^"]+\.html#q-\w+">', class_page
    )


def test_the_feedback_in_markdown_is_in_the_language_of_the_feedback(out):
    cases, notes = records_of(out, NAMES[0])
    suite = assignments.load(report_class.ASSIGNMENT).suite
    told = markdown.feedback(cases, notes, hidden_hints=False, language="vi", said=Texts("vi", suite))
    assert re.search(r"Ngoài các trường hợp công khai còn \d+ trường hợp ẩn\.", told)
    assert "- **sai** " in told
    assert "svm_loss: mèo, ô tô và ếch của bài giảng" in told
    assert "failed" not in told


def test_a_leaderboard_is_there_only_where_the_course_wants_one_and_names_only_then(one):
    low, high = (dataclasses.replace(one.trainings[0], value=value) for value in (41.0, 57.0))
    an = dataclasses.replace(one, page="an", trainings=(low, high))
    binh = dataclasses.replace(one, page="binh", trainings=(low,))
    (board,) = measures.boards([binh, an], named=False)
    assert [(name, training.value) for name, training in board.lines] == [("", 57.0), ("", 41.0)]
    (board,) = measures.boards([binh, an], named=True)
    assert {name for name, _ in board.lines} == {one.name}
    less = dataclasses.replace(low, better="lower"), dataclasses.replace(high, better="lower")
    (board,) = measures.boards([dataclasses.replace(an, trainings=less)], named=False)
    assert [training.value for _, training in board.lines] == [41.0]


@pytest.mark.slow
def test_a_leaderboard_is_written_for_students_where_the_course_says_so(tmp_path, monkeypatch):
    report_class.make(tmp_path, 3).close()
    settings = assignments.load(report_class.ASSIGNMENT)
    for choice, there in (("off", False), ("anonymous", True), ("off", False)):
        chosen = dataclasses.replace(settings, leaderboard=choice)
        monkeypatch.setattr(assignments, "load", lambda name, course, chosen=chosen: chosen)
        writing.write(tmp_path, "vi")
        assert (tmp_path / "report" / "leaderboard.html").is_file() is there


def test_gradescope_gets_the_best_of_each_training():
    def run(value, better="higher", recipe="svm"):
        return Run(recipe, "cpu", 1, 1.0, value, "", {}, (), 1, better=better)

    assert leaderboard([run(41.0), run(57.25), run(3.0, "lower", "mse"), run(5.0, "lower", "mse")]) == [
        {"name": "svm", "value": 57.25, "order": "desc"},
        {"name": "mse", "value": 3.0, "order": "asc"},
    ]
