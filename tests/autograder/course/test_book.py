"""A final grade is one sum in one place; what people decided follows the student, and what nobody decided waits."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from autograder.assignment import ManualQuestion
from autograder.assignment.deadline import Deadline
from autograder.course import saying
from autograder.course.book import Book
from autograder.course.matching import keys_of
from autograder.course.roll import Roll
from autograder.course.roster import Student
from autograder.course.sums import Policy
from autograder.records import Act
from autograder.records.acts import (
    ANSWER,
    COMMENT,
    COPIED,
    DECIDE,
    LATE,
    OVERRIDE,
    POINTS,
    REQUEST,
)
from autograder.records.gradings import Row
from autograder.submissions.hand_in import HandIn, Person

AT = datetime.fromisoformat("2026-12-01T23:59:00+07:00")
DAY = timedelta(days=1)
AN = Student(id="20215001", name="Nguyễn Văn An", email="an@x", line=2)
BINH = Student(id="20215002", name="Trần Thị Bình", email="binh@x", line=3)
WHY = ManualQuestion(4.0, {"en": "Why?"}, "")
LATE_POLICY = Deadline(AT, timedelta(), 10.0, 3)
POLICY = Policy(LATE_POLICY, {"why": WHY})


def hand_in(name, who="an@x", at=AT, source="gradescope", order=1, **more):
    return HandIn(name, source, (Person("", who),), at, order=order, **more)


def row(name, score=80.0, status="graded", undecided=0.0, **questions):
    return Row(name, status, score, 100.0, 1.0, questions or {"svm": score}, "", undecided)


def book(
    hand_ins, rows, *acts, answers=None, contents=None, policy=POLICY, students=(AN, BINH), attempts="last"
):
    numbered = [replace(act, id=number) for number, act in enumerate(acts, 1)]
    return Book(Roll(hand_ins, students, attempts), rows, policy, numbered, answers, contents)


def points(submission="s1", value=3.0, answer="A", question="why", text=""):
    return Act(POINTS, "Lan", submission, question=question, points=value, text=text, answer=answer)


def test_the_sum_adds_up_line_by_line_to_the_grade():
    (an, binh) = book(
        [hand_in("s1", at=AT + DAY / 2)],
        [row("s1", 71.5)],
        points(),
        points(value=5.0, question="svm", answer="code"),
        answers={"s1": {"why": "A"}},
        contents={"s1": "code"},
    ).standings
    assert [(line.kind, line.points) for line in an.lines] == [
        ("cases", 71.5),
        ("changed", 5.0 - 71.5),
        ("written", 3.0),
        ("late", -8.0),
    ]
    assert an.points == 0.0
    assert sum(line.points for line in an.lines) == an.points
    assert (binh.points, binh.hand_in, binh.lines) == (None, None, ())


@pytest.mark.parametrize(("counted", "possible", "left"), [(False, 100.0, 93.0), (True, 104.0, 92.6)])
def test_per_cents_are_of_one_number_the_course_has_chosen(counted, possible, left):
    here = book(
        [hand_in("s1", at=AT + DAY / 2)],
        [row("s1", 100.0)],
        points(),
        answers={"s1": {"why": "A"}},
        policy=replace(POLICY, written_counts=counted),
    )
    assert here.possible == here.standings[0].possible == possible
    assert here.standings[0].points == pytest.approx(left)
    note = saying.note(here.standings[0], saying.words("en"))
    assert note == f"late by 12 h: 10 % of {possible:g} points taken off"


def test_points_follow_an_unchanged_answer_from_attempt_to_attempt():
    attempts = [hand_in("s1"), hand_in("s2", order=2)]
    rows = [row("s1"), row("s2", 90.0)]
    (an, _) = book(attempts, rows, points(), answers={"s1": {"why": "A"}, "s2": {"why": "A"}}).standings
    assert (an.hand_in.submission, an.points, an.waits) == ("s2", 93.0, ())
    assert [one.submission for one in an.attempts] == ["s1", "s2"]


def test_another_answer_waits_and_asks_again_until_somebody_has_marked_it():
    attempts, rows = [hand_in("s1"), hand_in("s2", order=2)], [row("s1"), row("s2", 90.0)]
    answers = {"s1": {"why": "A"}, "s2": {"why": "B"}}
    (an, _) = book(attempts, rows, points(), answers=answers).standings
    assert (an.points, an.given["why"].outdated) == (None, True)
    (wait,) = an.waits
    assert saying.wait(wait, saying.words("en")) == (
        "another answer to why was handed in since 3 points were given for it: mark it again"
    )
    (an, _) = book(attempts, rows, points(), points("s2", 2.0, "B"), answers=answers).standings
    assert (an.points, an.waits) == (92.0, ())
    # The earlier answer, once more: what was given for it still stands.
    answers["s2"]["why"] = "A"
    (an, _) = book(attempts, rows, points(), points("s2", 2.0, "B"), answers=answers).standings
    assert an.points == 93.0


def test_points_of_one_student_are_no_other_students():
    both = [hand_in("s1"), hand_in("s2", "binh@x")]
    (an, binh) = book(
        both, [row("s1"), row("s2")], points(), answers={s: {"why": "A"} for s in ("s1", "s2")}
    ).standings
    assert (an.points, binh.points, binh.unmarked) == (83.0, 80.0, ("why",))


def test_an_override_is_the_students_whatever_is_handed_in_or_waits():
    override = Act(OVERRIDE, "Lan", student=keys_of(AN), points=55.0, text="An oral exam.")
    late = hand_in("s1", at=None, marked_late=True)
    (an, _) = book([late], [row("s1")], override).standings
    assert (an.points, an.waits, an.override.who) == (55.0, (), "Lan")
    assert an.lines[0].points == 80.0, "the sum that it stands instead of is still there"
    assert saying.note(an, saying.words("en")) == "set by the staff: An oral exam."
    # The list was made anew, with another address; and nothing was handed in.
    (an,) = book([], [], override, students=(replace(AN, email="new@x"),)).standings
    assert an.points == 55.0
    lost = book([], [], override, students=(BINH,))
    assert [act.text for act in lost.strays] == ["An oral exam."]


def test_a_person_decides_what_the_grader_left_open_and_how_late_it_was():
    late = hand_in("s1", at=None, source="canvas", marked_late=True)
    open_ = row("s1", 60.0, "attention", 20.0)
    (an, _) = book([late], [open_]).standings
    assert [wait.reason for wait in an.waits] == ["undecided", "late"]
    decided = (Act(DECIDE, "Lan", "s1", points=15.0), Act(LATE, "Lan", "s1", points=2.0))
    (an, _) = book([late], [open_], *decided).standings
    assert [(line.kind, line.points) for line in an.lines] == [
        ("cases", 60.0),
        ("decided", 15.0),
        ("unmarked", 0.0),
        ("late", -20.0),
    ]
    assert an.points == 55.0
    # Graded again, the grader has decided itself.
    (an, _) = book([late], [row("s1", 78.0)], *decided).standings
    assert an.points == 58.0
    in_time = Act(LATE, "Lan", "s1", points=0.0)
    (an, _) = book([hand_in("s1", at=AT + 9 * DAY)], [row("s1")], in_time).standings
    assert an.points == 80.0


def test_comments_requests_and_copies_are_the_students_and_change_no_points():
    acts = [
        points(text="Say more."),
        Act(COMMENT, "Lan", "s1", question="svm", text="Neat."),
        Act(REQUEST, "An", "s1", keys_of(AN), "svm", text="Look again."),
        Act(REQUEST, "An", "s1", keys_of(AN), "why", text="And here."),
        Act(ANSWER, "Lan", "s1", keys_of(AN), "svm", text="It stays.", ref=3),
        Act(COPIED, "Lan", "s1", keys_of(AN), text="From s2."),
    ]
    (an, binh) = book([hand_in("s1")], [row("s1")], *acts, answers={"s1": {"why": "A"}}).standings
    assert an.points == 83.0
    assert {name: one.comment for name, one in an.given.items()} == {"why": "Say more.", "svm": "Neat."}
    assert [act.text for act in an.requests] == ["And here."]
    assert [(ask.text, told.text) for ask, told in an.answered] == [("Look again.", "It stays.")]
    assert (an.copied.text, binh.copied) == ("From s2.", None)


def test_a_submission_that_matches_nobody_can_be_given_to_a_student():
    stray = HandIn("homework", "folder", (Person("homework"),))
    roll = Roll([stray], (AN, BINH), "last", assigned={"homework": keys_of(BINH)})
    assert roll.unmatched == []
    binh = Book(roll, [row("homework")], POLICY).standings[1]
    assert (binh.name, binh.points) == (BINH.name, 80.0)
    # To somebody who is on the list no more: it matches nobody again.
    assert Roll([stray], (AN,), "last", assigned={"homework": keys_of(BINH)}).unmatched == [stray]
