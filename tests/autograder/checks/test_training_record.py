"""The curve of a training is short, and whatever a student calls a history does no harm."""

import numpy as np
import pytest

from autograder.checks.training_record import POINTS, Curve, curve_of


def test_a_long_history_becomes_the_means_of_equal_pieces():
    curve = curve_of(np.arange(1000.0))
    assert curve.steps == 1000
    assert len(curve.losses) == POINTS
    assert curve.losses[:2] == (4.5, 14.5)


@pytest.mark.parametrize("history", [[3, 2.5, 1], (3, 2.5, 1), np.array([3, 2.5, 1], dtype=np.float32)])
def test_a_short_history_is_kept_as_it_is(history):
    assert curve_of(history) == Curve((3.0, 2.5, 1.0), 3)


def test_a_curve_ends_where_the_training_diverged():
    assert curve_of([3.0, 4.0, float("nan"), 5.0]) == Curve((3.0, 4.0), 4)
    assert curve_of([float("inf")]) == Curve((), 1)


class Liar:
    def __len__(self):
        return 3

    def __getitem__(self, index):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "history",
    [
        None,
        3,
        "losses",
        [],
        [[1], [2]],
        [[1], 2],
        ["a"],
        [None],
        {"a": 1},
        b"123",
        [True],
        [1j],
        Liar(),
        [10**400],
    ],
)
def test_what_is_no_list_of_numbers_gives_no_curve(history):
    assert curve_of(history) == Curve()
