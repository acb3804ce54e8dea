"""The table at the head of a notebook: points, thresholds, and a course's own rules."""

import dataclasses

import pytest

from autograder.assignment import settings as assignments
from autograder.assignment.generating.rules import points, rules
from autograder.assignment.languages import Texts
from autograder.grading import weighed_files


@pytest.fixture(scope="module", params=assignments.names())
def assignment(request):
    return assignments.load(request.param)


@pytest.mark.slow
def test_points_are_those_that_the_grader_gives(assignment):
    for asked in (
        assignment,
        dataclasses.replace(assignment, worth={assignment.tests[0].stem: 7.0}),
        dataclasses.replace(assignment, possible=10.0),
    ):
        given = {file.name: float(file.possible) for file in weighed_files(asked)}
        assert points(asked) == pytest.approx(given, abs=1e-4)


def test_the_table_tells_points_thresholds_and_what_the_course_says(assignment):
    asked = dataclasses.replace(
        assignment, hours=8, rules={"en": "Write your own code.", "vi": "Tự viết mã."}
    )
    told = rules(asked, Texts("en"), "en")
    assert "| hours | about 8 (an estimate) |" in told
    assert "| rules | Write your own code. |" in told
    assert all(f"`{path.stem}`" in told for path in assignment.tests)
    assert "| points | 100" in told
    assert told.count("to reach: ") == len(
        {name for data in ("synthetic", "drawn") for name in assignment.recipes.get(data, ())}
    )
    vietnamese = rules(asked, Texts("vi"), "vi")
    assert "| thời gian | khoảng 8 giờ (ước tính) |" in vietnamese
    assert "| quy định | Tự viết mã. |" in vietnamese
    assert "to reach" not in vietnamese
