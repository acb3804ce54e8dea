"""Predictions are noted once, told what is right after that, and handed in."""

import errno
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from colab_setup import folder, predicting
from colab_setup.machine import SetupError

CHOICE = predicting.Expected("b", 0.0, {"en": "Because it is.", "vi": "Vì nó thế."})
NUMBER = predicting.Expected(2.3, 0.05, {"en": "It is log 10."})


@pytest.fixture
def assignment(tmp_path):
    return assignment_in(tmp_path, "en")


def assignment_in(place: Path, language: str) -> folder.Assignment:
    sealed = {"choice": predicting.seal("choice", CHOICE), "number": predicting.seal("number", NUMBER)}
    described = {"assignment": "a", "modules": ["loss"], "predictions": sealed, "language": language}
    (place / folder.DESCRIPTION).write_text(json.dumps(described))
    return folder.read(place)


def test_what_is_right_cannot_be_read_off_its_seal_and_comes_back_whole():
    sealed = predicting.seal("choice", CHOICE)

    assert predicting.unseal(sealed) == CHOICE
    assert not any(word in sealed for word in ("answer", "Because", '"b"'))
    assert predicting.seal("other", CHOICE) != sealed
    assert predicting.seal("choice", CHOICE) == sealed


def test_a_prediction_is_noted_and_then_told_what_is_right(assignment):
    assert predicting.predict(assignment, "choice", " B") == "Noted: b. Right. Because it is."
    assert predicting.predict(assignment, "number", np.float32(3)) == "Noted: 3. It is 2.3. It is log 10."
    assert "a &lt; b</p>" in predicting.Told("a < b")._repr_html_()
    assert predicting.made(assignment.folder) == {"choice": "b", "number": 3.0}


def test_the_first_prediction_counts(assignment):
    predicting.predict(assignment, "choice", "a")

    again = predicting.predict(assignment, "choice", "b")
    assert again == "Noted: a (the first prediction counts). It is b. Because it is."
    assert predicting.predict(assignment, "choice") == "Noted: a. It is b. Because it is."
    assert predicting.made(assignment.folder) == {"choice": "a"}


def test_nothing_is_told_before_there_is_a_prediction(assignment):
    assert predicting.predict(assignment, "choice").startswith("No prediction yet")
    assert predicting.predict(assignment, "choice", 2) == 'Not noted: predict "a", "b" or "c".'
    assert predicting.predict(assignment, "choice", "d") == 'Not noted: predict "a", "b" or "c".'
    assert predicting.predict(assignment, "number", "b") == "Not noted: predict a number."
    assert predicting.made(assignment.folder) == {}
    assert predicting.predict(assignment, "number", " 2.3").startswith("Noted: 2.3. Right.")


def test_the_reason_is_told_in_the_language_of_the_release(tmp_path):
    assignment = assignment_in(tmp_path, "vi")

    assert predicting.predict(assignment, "choice", "b").endswith("Vì nó thế.")
    assert predicting.predict(assignment, "number", 2.33).endswith("Right. It is log 10.")


def test_what_cannot_be_noted_is_said_in_one_sentence(assignment):
    with pytest.raises(SetupError, match="There are: choice, number."):
        predicting.predict(assignment, "chioce", "a")
    (assignment.folder / predicting.NAME).write_text("{")
    with pytest.raises(SetupError, match="delete it"):
        predicting.predict(assignment, "choice", "a")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "(no space left on device): free some space there, and run"),
        (errno.EROFS, "(read-only file system): look whether that folder can be written to, and on Colab"),
    ],
)
def test_where_nothing_can_be_written_it_says_what_helps(assignment, monkeypatch, number, told):
    def refused(*_arguments, **_options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_text", refused)
    with pytest.raises(SetupError, match=re.escape(told)):
        predicting.predict(assignment, "choice", "a")
    monkeypatch.setattr(
        Path, "read_text", refused
    )  # as on a Drive that has broken off: nothing is to be deleted
    with pytest.raises(SetupError, match="whether Drive is mounted"):
        predicting.predict(assignment, "choice", "a")


@pytest.mark.parametrize("given", [2.26, 2.34, 2.3, 2])
def test_a_number_may_be_off_by_so_much(given):
    assert NUMBER.is_right(given) == (given != 2)


@pytest.mark.parametrize("given", [None, True, "2.3", [2.3], float("nan"), 10**400, {}])
def test_nothing_else_comes_true(given):
    assert not NUMBER.is_right(given)
    assert not CHOICE.is_right(given)


def test_a_cell_stops_where_something_is_still_to_be_written():
    predicting.written(G=np.zeros(2), W=0)
    with pytest.raises(SetupError, match="cell: W, b"):
        predicting.written(G=1, W=..., b=...)
