"""Written answers are found in whatever a student's tools made of the notebook, and nothing in it does harm."""

import dataclasses
import json
import textwrap
import zipfile

import nbformat
import pytest

from autograder.assignment import ManualQuestion
from autograder.assignment import settings as assignments
from autograder.assignment.stubs import notebook_path
from autograder.grading import batch
from autograder.grading.results import Results
from autograder.submissions.answers import MAX_ANSWER, PLACEHOLDERS, Answer, read
from autograder.submissions.opening import find_submissions

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
    "assignment", [name for name in assignments.names() if assignments.load(name).manual]
)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_released_notebook_has_an_empty_answer_to_every_manual_question(assignment, language):
    manual = assignments.load(assignment).manual
    path = assignments.load(assignment).rooms.handout / notebook_path(language, assignment)
    found = read(path.read_bytes(), manual)
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


def test_answers_are_in_the_store_also_where_only_the_notebook_is_new(grade):
    first, answer = grade(notebook(cell("So it is.", id="answer-shifted-scores")))
    assert (first.row.score, answer) == (10, Answer("So it is."))
    again, answer = grade(notebook(cell("So it was.", id="answer-shifted-scores")))
    assert again.grading is None
    assert answer == Answer("So it was.")


def test_a_damaged_notebook_costs_nothing_but_its_answers(grade):
    graded, answer = grade(b"{'cells'")
    assert (graded.row.status, graded.row.score) == ("graded", 10)
    assert "No answer could be read" in answer.reason
