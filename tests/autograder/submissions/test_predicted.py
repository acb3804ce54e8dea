"""Predictions are marked from the file that was handed in, whatever stands in it."""

import json

import pytest

from autograder.assignment import Prediction
from autograder.submissions.written.predicted import read

ASKED = {
    "start": Prediction(answer=2.3, within=0.05, why={"en": "log 10"}),
    "blame": Prediction(answer="b", why={"en": "the bias"}),
}


def handed_in(predictions):
    content = predictions if isinstance(predictions, bytes) else json.dumps(predictions).encode()
    return read({"predictions.json": content}, ASKED)


@pytest.mark.parametrize(
    ("made", "share"),
    [
        ({"start": 2.32, "blame": "b"}, 1.0),
        ({"start": 2.32, "blame": "a"}, 0.75),
        ({"start": 9, "blame": "c"}, 0.5),
        ({"blame": "b"}, 0.5),
        ({"other": "b"}, 0.0),
        ({"start": "b", "blame": 2.3}, 0.0),
    ],
)
def test_a_prediction_counts_half_for_being_made_and_whole_for_being_right(made, share):
    assert handed_in(made).share == share


def test_what_was_predicted_can_be_read():
    assert handed_in({"start": 2.0, "blame": "b"}).text.split("\n\n") == [
        "start: 2, wrong",
        "blame: b, right",
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b"[" * 100_000, b"{" + b'"start": 1' + b"0" * 5000 + b"}"],
)
def test_what_cannot_be_read_gives_nothing_and_stops_nothing(content):
    answer = handed_in(content)

    assert (answer.share, answer.text) == (0.0, "")
    assert "cannot be read" in answer.reason


def test_no_file_is_no_prediction():
    assert read({}, ASKED).reason == "No predictions were handed in."


def test_huge_and_odd_values_are_wrong_and_short():
    answer = handed_in(b'{"start": NaN, "blame": "' + b"b" * 100_000 + b'"}')

    assert len(answer.text) < 100
