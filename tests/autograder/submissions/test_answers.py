"""Written answers are found in whatever a student's tools made of the notebook, and nothing in it does harm."""

import base64
import dataclasses
import json
import struct
import textwrap
import time
import zipfile

import nbformat
import pytest

from autograder.assignment import ManualQuestion
from autograder.assignment import settings as assignments
from autograder.assignment.generating.stubs import notebook_path
from autograder.grading import batch
from autograder.grading.results import Results
from autograder.submissions.opening import find_submissions
from autograder.submissions.written import answers
from autograder.submissions.written.answers import MAX_ANSWER, PLACEHOLDERS, Answer, read
from autograder.submissions.written.given import given_text
from autograder.submissions.written.pictures import MAX_PICTURES

from ..conftest import REFERENCE

QUESTION = "shifted_scores"


def notebook(*cells):
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def cell(source, **more):
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def answer(*cells):
    return read(notebook(*cells), [QUESTION])[QUESTION]


@pytest.mark.parametrize(
    "kept",
    [
        cell("The loss *stays*.", metadata={"tags": ["answer:shifted_scores", "mine"]}),
        cell("The loss *stays*.", id="answer-shifted-scores"),
        cell("The loss *stays*.", metadata={"id": "answer-shifted-scores"}),
        cell("<!-- answer: shifted_scores -->\nThe loss *stays*."),
        cell(["<!--answer:shifted_scores-->", "\n", "The loss *stays*."], cell_type="raw"),
    ],
    ids=["tag", "id", "id as Colab keeps it", "comment", "comment in a list of lines"],
)
def test_an_answer_is_found_by_whatever_mark_a_tool_has_left(kept):
    assert answer(cell("Another one"), kept).text == "The loss *stays*."
    assert answer(cell("Another one"), kept).reason == ""


def test_a_cell_that_was_split_is_one_answer():
    tagged = {"tags": [f"answer:{QUESTION}"]}
    assert (
        answer(cell("First.", metadata=tagged), cell("Second.", metadata=tagged)).text == "First.\n\nSecond."
    )


@pytest.mark.parametrize(
    "assignment", [name for name in assignments.names() if assignments.load(name).marked_by_people]
)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_released_notebook_has_an_empty_answer_to_every_manual_question(assignment, language):
    manual = assignments.load(assignment).marked_by_people
    path = assignments.load(assignment).rooms.handout / notebook_path(language, assignment)
    for given in ("", given_text(assignments.load(assignment).rooms.solutions / "notebook.py")):
        found = read(path.read_bytes(), manual, given)
        assert {it.reason for it in found.values()} == {"Nothing was written."}
    told = nbformat.read(path, as_version=4)
    for written in told.cells:
        for placeholder in PLACEHOLDERS:
            written.source = written.source.replace(placeholder, "It stays.")
    assert {it.text for it in read(nbformat.writes(told).encode(), manual).values()} == {"It stays."}
    for name, question in manual.items():
        asked = next(it.source for it in told.cells if it.id == f"question-{name.replace('_', '-')}")
        assert question.title[language].casefold() in asked.casefold()
        assert f"{question.points:g} " in asked


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No notebook was handed in."),
        (b"", "damaged"),
        (b"PK\x03\x04", "damaged"),
        (b"https://colab.research.google.com/drive/1abc\n", "holds nothing but a link to it"),
        (b"<!DOCTYPE html>\n<html>", "file is a web page"),
        (b'{\n<<<<<<< HEAD\n"cells": []', "a merge was not finished"),
        (b'"text"', "damaged"),
        (b'{"cells": 3}', "damaged"),
        (b"[" * 200_000, "damaged"),
        (notebook()[:-9], "damaged"),
        (notebook(), "not in the notebook"),
        (notebook(cell("<!-- answer: shifted_scores -->")), "Nothing was written."),
        (notebook(3, None, {"source": 5, "metadata": [], "id": {}}, cell([1, None])), "not in the notebook"),
        (notebook(cell("x", metadata={"tags": {"answer:shifted_scores": 1}})), "not in the notebook"),
    ],
)
def test_where_no_answer_can_be_read_the_reason_is_kept(content, reason):
    found = read(content, [QUESTION, "templates"])
    assert found.keys() == {QUESTION, "templates"}
    assert found[QUESTION].text == ""
    assert reason in found[QUESTION].reason


def test_an_answer_without_end_is_cut_off_and_says_so():
    text = answer(cell("x" * (MAX_ANSWER + 1234), id="answer-shifted-scores")).text
    assert text.endswith("[… 1,234 more characters were cut off]")
    assert len(text) < MAX_ANSWER + 100


def test_half_a_surrogate_pair_becomes_a_question_mark():
    assert answer(cell("a \ud83d b", id="answer-shifted-scores")).text == "a ? b"


@pytest.fixture
def grade(tiny_scorer, tmp_path):
    """Grades one submission of the tiny assignment, which asks QUESTION, with this notebook; returns its answers."""
    asked = {QUESTION: ManualQuestion(4, {"en": "Why?"}, "Because.")}
    tiny_scorer.assignment = dataclasses.replace(tiny_scorer.assignment, manual=asked)
    (tmp_path / "batch").mkdir()

    def run(content, **modules):
        with zipfile.ZipFile(tmp_path / "batch" / "an.zip", "w") as archive:
            for module, source in {**REFERENCE, **modules}.items():
                archive.writestr(f"{module}.py", textwrap.dedent(source))
            if content is not None:
                archive.writestr("tiny.ipynb", content)
        results = Results(tmp_path / "out", "tiny", tiny_scorer.points)
        found = find_submissions(tmp_path / "batch", tiny_scorer.assignment.modules)
        (graded,) = batch.grade(tiny_scorer, found, results, 1)
        answers = results.store.answers("an")
        results.store.close()
        return graded, answers[QUESTION]

    return run


@pytest.mark.slow
def test_answers_are_in_the_store_also_where_only_the_notebook_is_new(grade):
    first, answer = grade(notebook(cell("So it is.", id="answer-shifted-scores")))
    assert (first.row.score, answer) == (10, Answer("So it is."))
    again, answer = grade(notebook(cell("So it was.", id="answer-shifted-scores")))
    assert again.grading is None
    assert answer == Answer("So it was.")


@pytest.mark.slow
def test_a_damaged_notebook_costs_nothing_but_its_answers(grade):
    graded, answer = grade(b"{'cells'")
    assert (graded.row.status, graded.row.score) == ("graded", 10)
    assert "No answer could be read" in answer.reason


# Answers in other places

GIVEN = (
    '# %% question-shifted-scores [markdown] lang="en"\n# ## In words\n# Worth {points} points. Write it into the cell below.\n'
    "# %% about-next [markdown]\n# ## The next section\n"
)
TAGGED = {"metadata": {"tags": [f"answer:{QUESTION}"]}}
EMPTY = cell("<!-- answer: shifted_scores -->\n*Write your answer here.*", **TAGGED)
ASKED = cell("## In words\nWorth 4 points. Write it into the cell below.", id="question-shifted-scores")
NEXT = cell("## The next section")


def answered(*cells, unread=(), others=()):
    notebooks = {"a.ipynb": notebook(*cells)} | {f"{i}.ipynb": other for i, other in enumerate(others)}
    return read(notebooks, [QUESTION], GIVEN, unread)[QUESTION]


@pytest.mark.parametrize(
    "cells",
    [
        [ASKED, EMPTY, cell("The loss stays."), NEXT],
        [ASKED, cell("The loss stays."), EMPTY, NEXT],
        [cell("## In words\nWorth 4 points. Write it into the cell below.\nThe loss stays."), EMPTY, NEXT],
        [ASKED, EMPTY, cell("# The loss stays.", cell_type="code"), NEXT],
        [ASKED, EMPTY, cell("The loss stays.", cell_type="raw"), NEXT],
        [ASKED, cell("The loss stays."), NEXT],
        [ASKED, cell("The loss stays.", **TAGGED), cell("The loss stays.", **TAGGED), NEXT],
        [ASKED, cell("The loss stays.", cell_type="code", **TAGGED), NEXT],
        [ASKED, EMPTY, cell('print("The loss stays.")', cell_type="code"), NEXT],
        [{**ASKED, "id": "8f2839f2"}, cell("The loss stays."), {**NEXT, "id": "b1"}],
    ],
    ids=[
        "below",
        "above",
        "in the question",
        "a comment in code",
        "raw",
        "the cell deleted",
        "a copied cell",
        "turned into code",
        "printed",
        "every mark lost",
    ],
)
def test_an_answer_beside_its_cell_is_found(cells):
    found = answered(*cells)
    assert found.text.removeprefix("# ").removeprefix('print("').removesuffix('")') == "The loss stays."
    assert found.reason == ""


def test_an_answer_that_goes_on_below_is_whole_and_the_next_section_is_none_of_it():
    cells = [
        ASKED,
        cell("First.", **TAGGED),
        cell("Second."),
        NEXT,
        cell("My notes on something else altogether."),
    ]
    assert answered(*cells).text == "First.\n\nSecond."


def test_the_student_s_own_text_elsewhere_is_named_and_nothing_else_is_said():
    found = answered(ASKED, EMPTY, NEXT, cell("Raising all scores by one changes nothing."))
    assert found.text == ""
    assert "holds 1 cells of the student's own elsewhere" in found.reason
    assert "Raising all scores by one" in found.reason


def test_where_the_cell_is_gone_and_hardly_anything_stands_there_the_other_cells_are_named():
    found = answered(ASKED, cell("## My heading"), NEXT, cell("Raising all scores by one changes nothing."))
    assert found.text.startswith("## My heading\n\n[The cell for the answer is not in the notebook")
    assert "Raising all scores by one" in found.text


def test_nothing_was_written_is_said_only_where_all_was_looked_at(monkeypatch):
    assert answered(ASKED, EMPTY, NEXT).reason == "Nothing was written."
    found = answered(ASKED, EMPTY, NEXT, unread=("report.pdf was handed in as well and was not looked at.",))
    assert (
        found.reason
        == "In the notebook nothing was written. report.pdf was handed in as well and was not looked at."
    )
    assert read({}, [QUESTION], GIVEN, ("report.pdf was not looked at.",))[QUESTION].reason.startswith(
        "No notebook was handed in."
    )
    monkeypatch.setattr(answers, "MAX_TEXT_BYTES", 2_000_000)
    huge = read({"a": b'{"cells": [' + b'{"source": " "},' * 140_000 + b"{}]}"}, [QUESTION], GIVEN)[QUESTION]
    assert "was not looked at, because its text alone is 2 MB" in huge.reason


def test_a_worked_notebook_beside_an_untouched_copy_is_the_one_that_counts():
    worked = notebook(ASKED, cell("The loss stays.", **TAGGED))
    assert answered(ASKED, EMPTY, others=[worked]).text == "The loss stays."
    assert answered(ASKED, cell("The loss stays.", **TAGGED), others=[worked]).text == "The loss stays."
    both = answered(ASKED, cell("It grows.", **TAGGED), others=[worked]).text
    assert both == "[In a.ipynb:]\nIt grows.\n\n[In 0.ipynb:]\nThe loss stays."


def test_a_notebook_full_of_pictures_is_read():
    output = {
        "output_type": "display_data",
        "data": {"image/png": "iVBORw0KGgo" * 2_000_000, "text/html": '<img src="x' + "A" * 9000 + '">'},
    }
    plot = {"cell_type": "code", "source": "plot()", "outputs": [output], "metadata": {}}
    assert answered(ASKED, cell("The loss stays.", **TAGGED), plot).text == "The loss stays."


# Pasted pictures

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 4, 3) + bytes(20_000)).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(50)).decode()


@pytest.mark.parametrize(
    ("source", "more", "kind"),
    [
        (
            "See ![plot.png](attachment:plot.png) here",
            {"attachments": {"plot.png": {"image/png": PNG}}},
            "png",
        ),
        (
            "See ![](attachment:a.jpg) here",
            {"attachments": {"a.jpg": {"image/jpeg": [JPEG[:20], JPEG[20:]]}}},
            "jpeg",
        ),
        (f"See ![](data:image/png;base64,{PNG}) here", {}, "png"),
        (f'See <img width=3 src="data:image/png;base64,{PNG}"> here', {}, "png"),
        ("See <img src='attachment:x.png'/> here", {"attachments": {"x.png": {"image/svg+xml": PNG}}}, "png"),
    ],
)
def test_a_pasted_picture_is_shown_as_what_it_is(source, more, kind):
    found = answered(ASKED, cell(source, **TAGGED, **more))
    assert found.text == "See [picture 1] here"
    (picture,) = found.pictures
    assert picture == f"data:image/{kind};base64,{PNG if kind == 'png' else JPEG}"


@pytest.mark.parametrize(
    "source",
    [
        "<img src='answer.jpg'>", "<IMG width=300 src=answer.jpg />", "![my work](./pictures/Answer.JPG)", "![](<answer.jpg>)",
        '![](C:\\Users\\An\\answer.jpg "Fig. 1")', "![](/content/drive/My%20Drive/answer.jpg)",
    ],
)  # fmt: skip
def test_a_picture_that_is_named_is_shown_where_it_was_handed_in(source):
    cells = {"a.ipynb": notebook(cell(f"See {source} here", **TAGGED))}
    jpeg = base64.b64decode(JPEG)
    found = read(cells, [QUESTION], pictures={"hw/answer.jpg": jpeg, "hw/b.png": b""})[QUESTION]
    assert (found.text, len(found.pictures)) == ("See [picture 1] here", 1)
    for pictures in ({}, {"a/answer.jpg": jpeg, "b/answer.jpg": jpeg}):
        text = read(cells, [QUESTION], pictures=pictures)[QUESTION].text
        assert (
            text.endswith("nswer.jpg, which does not lie in what was handed in] here")
            or "Answer.JPG, which" in text
        )
    assert "open it yourself" in read(cells, [QUESTION], pictures={"answer.jpg": b"<svg>"})[QUESTION].text


def test_pictures_in_the_net_and_formulas_are_left_as_they_are():
    text = "![a](https://x.org/a.png) <img src='//x.org/a.png'> $f![x](y:z)$ ![broken](a.png"
    assert answered(ASKED, cell(text, **TAGGED)).text == text


@pytest.mark.parametrize(
    "data",
    [
        b"<svg onload='x'>",
        b"GIF89a",
        b"",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60_000, 60_000) + bytes(9),
        b"\xff\xd8\xff" + bytes(3_100_000),
    ],
)
def test_what_is_no_small_png_or_jpeg_is_never_shown(data):
    content = {"image/png": base64.b64encode(data).decode()}
    found = answered(ASKED, cell("![](attachment:a)", **TAGGED, attachments={"a": content}))
    assert found.pictures == ()
    assert "cannot be shown" in found.text


@pytest.mark.parametrize(
    "content", [None, 3, [], {"image/png": 3}, {"image/png": "@aside-7@"}, {"image/png": "§"}]
)
def test_an_odd_attachment_does_no_harm(content):
    assert answered(ASKED, cell("![](attachment:a)", **TAGGED, attachments={"a": content})).pictures == ()


def test_many_pictures_are_bounded_and_counted():
    source = "![](attachment:a)" * 9
    found = answered(ASKED, cell(source, **TAGGED, attachments={"a": {"image/png": PNG}}))
    assert len(found.pictures) == MAX_PICTURES
    assert found.text.count("one more picture than the 6") == 3


@pytest.mark.parametrize(
    "source",
    [
        "<img " * 20_000,
        "![](data:image/" * 6_000,
        "![" * 50_000,
        "![](" * 30_000,
        "<img src=" * 11_000,
        "<img src=' " * 9_000,
        "![](((" * 15_000,
        "@aside-0@" * 1000,
        "\\" * 500_000,
    ],
)
def test_a_hostile_text_takes_no_time(source):
    began = time.process_time()
    answered(ASKED, cell(source, **TAGGED))
    assert time.process_time() - began < 5


def test_more_pictures_than_a_message_carries_are_left_out_and_said(monkeypatch):
    monkeypatch.setattr(answers, "MAX_SHOWN", 40_000)
    picture = {"attachments": {"a": {"image/png": PNG}}}
    cells = notebook(
        cell("![](attachment:a)", **TAGGED, **picture),
        cell("![](attachment:a)", id="answer-other", **picture),
    )
    found = read({"a.ipynb": cells}, [QUESTION, "other"])
    assert len(found[QUESTION].pictures) == 1
    assert found["other"].pictures == ()
    assert "The pictures are not shown" in found["other"].text


def test_a_text_of_an_earlier_edition_is_no_answer_and_no_students_own():
    old = cell("## What it once was\nIn words that are given out no more, and many of them.", id="tiny-07")
    asked = cell(
        "## In words, in another wording\nWorth 4 points. Write it into the cell below.",
        id="question-shifted-scores",
    )
    assert (
        answered(old, asked, EMPTY, cell("## Another next section, renamed since", id="tiny-08")).reason
        == "Nothing was written."
    )
    typed = cell(f"{asked['source']}\nThe loss stays.", id="question-shifted-scores")
    assert answered(old, typed, EMPTY, NEXT).text == "The loss stays."


def test_an_answer_that_was_taken_is_not_named_as_a_stray_for_another_question():
    other = cell("<!-- answer: other -->\n*Write your answer here.*")
    cells = {"a": notebook(ASKED, EMPTY, cell("Raising all scores by one changes nothing."), NEXT, other)}
    found = read(cells, ["other", QUESTION], GIVEN)
    assert (found["other"].reason, found[QUESTION].text[:7]) == ("Nothing was written.", "Raising")


def test_a_notebook_of_the_format_before_is_read():
    sheet = {
        "cells": [{"cell_type": "markdown", "metadata": {"tags": [f"answer:{QUESTION}"]}, "source": ["Old."]}]
    }
    old = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [sheet]}).encode()
    assert read(old, [QUESTION])[QUESTION].text == "Old."
