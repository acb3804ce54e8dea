"""What a run finds recorded, whose points it changes, and whom a person means."""

import pytest

from autograder.course import Roll
from autograder.course.roster import Student
from autograder.grading import Selection
from autograder.grading.case_results import told_of
from autograder.grading.results import Change, Results
from autograder.records import Act
from autograder.records.acts import AGAIN
from autograder.records.gradings import Grading, Row, Setting
from autograder.submissions.hand_in import HandIn, Person

SETTING = Setting("suite", "", "", 1, "cpu", "none", {})


def row(svm, submission="an"):
    return Row(submission, "graded", svm + 1.0, 5.0, 0.1, {"svm": svm, "l2": 1.0})


def recorded(out, svm, submission="an"):
    results = Results(out, "tiny", {"svm": 4.0, "l2": 1.0})
    results.add(Grading(row(svm, submission), "content", SETTING, {"extra_data": {}}, True))
    return results


def test_what_a_person_wants_again_stands_no_more_until_it_has_been_graded(tmp_path):
    store = recorded(tmp_path, 3.0).store
    assert Results(tmp_path, "tiny", {}).standing("an", "content", SETTING) == row(3.0)
    wish = store.acts.add(Act(AGAIN, "Lan", "an", ref=store.numbers()["an"]))
    assert Results(tmp_path, "tiny", {}).standing("an", "content", SETTING) is None
    store.acts.undo(wish.id, "Lan")
    assert Results(tmp_path, "tiny", {}).standing("an", "content", SETTING) == row(3.0)
    store.acts.add(Act(AGAIN, "Lan", "an", ref=store.numbers()["an"]))
    recorded(tmp_path, 3.5)
    assert Results(tmp_path, "tiny", {}).standing("an", "content", SETTING) == row(3.5)


def test_it_is_told_whose_points_a_run_has_changed_and_of_whom_it_is_the_first(tmp_path):
    recorded(tmp_path, 3.0)
    results = recorded(tmp_path, 1.0)
    assert results.changes([row(1.0), row(2.0, "binh")]) == [Change("an", "svm", 3.0, 1.0)]
    assert results.changes([row(3.0)]) == []


@pytest.mark.parametrize(
    ("only", "meant"),
    [
        ("*", True),
        ("an_31*", True),
        ("nguyen*", True),
        ("Nguyễn Văn An", True),
        ("2021*", True),
        ("tran*", False),
    ],
)
def test_a_pattern_may_be_of_the_students_name_or_number(only, meant):
    an = Student(id="20215001", name="Nguyễn Văn An", canvas="31", line=2)
    roll = Roll([HandIn("an_31_9050", "canvas", (Person("nguyenvanan", "", "31"),))], (an,), "last")
    assert Selection(only=only).takes("an_31_9050", roll) is meant


def test_what_a_submission_says_hides_and_turns_nothing_in_a_page_that_is_not_ours():
    assert (
        told_of("failed", "a\0b \x1b[31m \u202ec\n", hidden=False)
        == "❌ Failed: a\\u0000b \\u001b[31m \\u202ec"
    )
