"""Numbers in sentences."""

from autograder.text import counted


def test_one_is_not_many():
    assert [counted(number, "submission") for number in (0, 1, 2)] == [
        "0 submissions",
        "1 submission",
        "2 submissions",
    ]
