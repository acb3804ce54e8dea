"""The late policy takes off what it says, and guesses nothing."""

from datetime import datetime, timedelta

import pytest

from autograder.assignment import AssignmentError
from autograder.assignment import settings as assignments
from autograder.assignment.deadline import Deadline, Extension, Lateness, deduction, lateness

AT = datetime.fromisoformat("2026-12-01T23:59:00+07:00")
POLICY = Deadline(AT, timedelta(minutes=15), 10.0, 3)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def late(late_by, *extensions, marked=False, policy=POLICY):
    return lateness(policy, extensions, None if late_by is None else AT + late_by, marked)


def points(late_by, *extensions, score=8.0, policy=POLICY):
    """What is left of a score."""
    return score - deduction(score, 10.0, late(late_by, *extensions, policy=policy), policy).points


@pytest.mark.parametrize(
    ("late_by", "left"),
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
def test_each_day_begun_after_the_grace_costs_its_share_of_the_points_possible(late_by, left):
    assert points(late_by) == left


def test_a_grade_never_falls_below_zero():
    assert points(2 * DAY, score=1.0) == 0
    assert points(2 * DAY, score=-1.0) == -1


def test_the_zone_of_the_time_stamp_does_not_matter():
    utc = datetime.fromisoformat("2026-12-01T16:59:00+00:00")
    assert lateness(POLICY, [], utc, False) == Lateness()


def test_an_extension_moves_the_deadline_and_never_brings_it_forward():
    assert points(2 * DAY, Extension(2 * DAY)) == 8
    assert points(2 * DAY, Extension(until=AT + DAY)) == 7
    assert points(timedelta(), Extension(until=AT - DAY)) == 8


def test_the_longest_extension_counts_for_the_whole_group():
    assert points(2 * DAY, Extension(), Extension(2 * DAY)) == 8


def test_how_late_is_unknown_where_a_site_tells_only_that_it_was():
    assert late(None, marked=True).unknown
    assert not late(None).unknown


@pytest.mark.parametrize("policy", [None, Deadline(AT), Deadline(AT, percent_per_day=0)])
def test_without_a_policy_nothing_is_late(policy):
    assert points(30 * DAY, policy=policy) == 8
    assert not late(None, marked=True, policy=policy).unknown


def test_the_policy_is_read_from_the_settings(tiny):
    with tiny.settings_file.open("a") as file:
        file.write("\n[deadline]\nat = 2026-12-01T23:59:00+07:00\ngrace_minutes = 15\npercent_per_day = 10\n")
    loaded = assignments.load("tiny")
    assert loaded.deadline == Deadline(AT, timedelta(minutes=15), 10.0)
    assert loaded.graded_settings() == tiny.graded_settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("at = 2026-12-01T23:59:00", "line 14: deadline.at must be a date and time with its offset"),
        ("at = 'tomorrow'", "offset"),
        ("at = 2026-12-01T23:59:00Z\ngrace = 5", "no setting 'grace'. Did you mean 'grace_minutes'"),
        ("at = 2026-12-01T23:59:00Z\npercent_per_day = -1", "percent_per_day is -1, and must be at least 0"),
        ("at = 2026-12-01T23:59:00Z\npercent_per_day = nan", "percent_per_day must be a finite number"),
        ("grace_minutes = 5", r"\[deadline\] lacks at"),
        ("at = 2026-13-01T23:59:00Z", "this is no TOML"),
    ],
)
def test_a_wrong_policy_is_one_sentence(tiny, text, words):
    with tiny.settings_file.open("a") as file:
        file.write(f"\n[deadline]\n{text}\n")
    with pytest.raises(AssignmentError, match=words):
        assignments.load("tiny")
