"""The sealed hints that leave with a release are those of the misconceptions as they are."""

import json

import pytest

from autograder.assignment import settings as assignments
from autograder.authoring import home_hints, leaks


@pytest.mark.parametrize("name", sorted(assignments.names()))
def test_they_are_in_step(name, monkeypatch):
    monkeypatch.setattr(home_hints, "sealed_hints", lambda assignment: "run: autograder stubs")
    settings = assignments.load(name)
    text = (settings.rooms.handout / home_hints.FILE).read_text(encoding="utf-8")
    assert home_hints.current(settings) == text


def test_a_release_refuses_hints_that_are_not_sealed():
    settings = assignments.load("linear_regression")
    text = (settings.rooms.handout / home_hints.FILE).read_bytes()
    assert leaks.find(settings, {home_hints.FILE: text}) == []
    told = json.loads(text)
    for change in (
        lambda entry: entry.update(name="l2_halved"),
        lambda entry: entry.update(grids="W * W / 2"),
        lambda entry: entry.update(text="There is no one half."),
    ):
        entry = json.loads(text)["hints"]["l2"][0]
        change(entry)
        plain = json.dumps({**told, "hints": {"l2": [entry]}}).encode()
        assert any("sealed" in leak.what for leak in leaks.find(settings, {home_hints.FILE: plain}))
