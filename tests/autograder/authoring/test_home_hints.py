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


@pytest.mark.slow
def test_a_release_refuses_hints_that_are_not_sealed():
    settings = assignments.load("linear_regression")
    text = (settings.rooms.handout / home_hints.FILE).read_bytes()
    assert leaks.find(settings, {home_hints.FILE: text}) == []
    told = json.loads(text)
    entry = told["hints"]["l2"][0]
    for plain in (
        {**told, "names": ["l2_halved"]},
        {**told, "hints": {"l2": [entry + " W * W / 2"]}},
        {**told, "hints": {"l2": [entry.rpartition(":")[0] + ":VGhlcmUgaXMgbm8gb25lIGhhbGYu"]}},
        {**told, "texts": ["There is no one half."]},
        {**told, "texts": ["VGhlcmUgaXMgbm8gb25lIGhhbGYu"]},
    ):
        files = {home_hints.FILE: json.dumps(plain).encode()}
        assert any("sealed" in leak.what for leak in leaks.find(settings, files))
