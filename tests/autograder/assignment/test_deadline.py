"""The late policy takes off what it says, and guesses nothing."""

from datetime import datetime, timedelta

import pytest

from autograder.assignment import AssignmentError
from autograder.assignment import settings as assignments
from autograder.assignment.deadline import Deadline, Extension, Lateness, final_grade, lateness

AT = datetime.fromisoformat("2026-12-01T23:59:00+07:00")
POLICY = Deadline(AT, timedelta(minutes=15), 10.0, 3)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def grade(late_by, *extensions, score=8.0, given=(), marked=False, policy=POLICY):
    at = None if late_by is None else AT + late_by
    return final_grade(score, 10.0, given, lateness(policy, extensions, at, marked), policy)


@pytest.mark.parametrize(
    ("late_by", "points"),
    [
        (-DAY, 8),
        (15 * MINUTE, 8),
        (15 * MINUTE + timedelta(seconds=0.9), 8),
        (15 * MINUTE + timedelta(seconds=1), 7),
        (DAY + 15 * MINUTE, 7),
        (DAY + 16 * MINUTE, 6),
        (3 * DAY + 15 * MINUTE, 5),
        (3 * DAY + 16 * MINUTE, 0),
    ],
)
def test_each_day_begun_after_the_grace_costs_its_share_of_the_points_possible(late_by, points):
    assert grade(late_by).points == points


def test_a_grade_never_falls_below_zero():
    assert grade(2 * DAY, score=1.0).points == 0
    assert grade(2 * DAY, score=1.0).deducted == 1


def test_the_zone_of_the_time_stamp_does_not_matter():
    utc = datetime.fromisoformat("2026-12-01T16:59:00+00:00")
    assert lateness(POLICY, [], utc, False) == Lateness()


def test_an_extension_moves_the_deadline_and_never_brings_it_forward():
    assert grade(2 * DAY, Extension(2 * DAY)).points == 8
    assert grade(2 * DAY, Extension(until=AT + DAY)).points == 7
    assert grade(timedelta(), Extension(until=AT - DAY)).points == 8


def test_the_longest_extension_counts_for_the_whole_group():
    assert grade(2 * DAY, Extension(), Extension(2 * DAY)).points == 8


def test_points_given_by_hand_count_before_the_deduction():
    assert grade(DAY, score=8.0, given=[1.0, 0.5]).points == 8.5
    assert grade(-DAY, score=8.0, given=[-9.0]).points == 0


def test_late_by_nobody_knows_how_much_waits_for_a_person():
    unknown = grade(None, marked=True)
    assert unknown.points is None
    assert "needs a person" in unknown.note
    assert grade(None).points == 8


@pytest.mark.parametrize("policy", [None, Deadline(AT), Deadline(AT, percent_per_day=0)])
def test_without_a_policy_nothing_is_late(policy):
    assert grade(30 * DAY, policy=policy).points == 8
    assert grade(None, marked=True, policy=policy).points == 8


def test_the_note_says_by_how_much_and_what_it_cost():
    assert grade(DAY + 16 * MINUTE).note == "late by 1 d 16 min: 20 % of 10 points taken off"


def test_the_policy_is_read_from_the_settings(tiny):
    with tiny.suite.open("a") as file:
        file.write("\n[deadline]\nat = 2026-12-01T23:59:00+07:00\ngrace_minutes = 15\npercent_per_day = 10\n")
    loaded = assignments.load("tiny")
    assert loaded.deadline == Deadline(AT, timedelta(minutes=15), 10.0)
    assert loaded.graded_settings() == tiny.graded_settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("at = 2026-12-01T23:59:00", "line 14: deadline.at must be a date and time with its offset"),
        ("at = 'tomorrow'", "offset"),
        ("at = 2026-12-01T23:59:00Z\ngrace = 5", "no setting 'grace': did you mean 'grace_minutes'"),
        ("at = 2026-12-01T23:59:00Z\npercent_per_day = -1", "percent_per_day is -1: input should be greater"),
        ("at = 2026-12-01T23:59:00Z\npercent_per_day = nan", "percent_per_day must be a finite number"),
        ("grace_minutes = 5", r"\[deadline\] lacks at"),
        ("at = 2026-13-01T23:59:00Z", "is no TOML"),
    ],
)
def test_a_wrong_policy_is_one_sentence(tiny, text, words):
    with tiny.suite.open("a") as file:
        file.write(f"\n[deadline]\n{text}\n")
    with pytest.raises(AssignmentError, match=words):
        assignments.load("tiny")
