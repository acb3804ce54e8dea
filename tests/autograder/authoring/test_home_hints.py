"""The sealed hints that leave with a release are those of the misconceptions as they are."""

import json
from dataclasses import replace

import pytest

from autograder.assignment import load_misconceptions
from autograder.assignment import settings as assignments
from autograder.authoring import home_hints, leaks


@pytest.mark.parametrize("name", sorted(assignments.names()))
def test_they_are_in_step(name, monkeypatch):
    monkeypatch.setattr(home_hints, "_sealed", lambda suite, question, *args: f"{question}: autograder stubs")
    settings = assignments.load(name)
    text = (settings.rooms.handout / home_hints.FILE).read_text(encoding="utf-8")
    assert home_hints.current(settings) == text


@pytest.mark.slow
def test_a_release_refuses_hints_that_are_not_sealed():
    settings = assignments.load("linear_regression")
    text = (settings.rooms.handout / home_hints.FILE).read_bytes()
    find = leaks.Search(settings).find
    assert find({home_hints.FILE: text}) == []
    told = json.loads(text)
    sealed = told["questions"]["l2"]
    entry = sealed["entries"][0]
    assert find(changed(told)) == []
    for plain in (
        {"entries": [entry + " W * W / 2"]},
        {"entries": [entry.rpartition(":")[0] + ":VGhlcmUgaXMgbm8gb25lIGhhbGYu"]},
        {"texts": ["There is no one half."]},
        {"texts": ["VGhlcmUgaXMgbm8gb25lIGhhbGYu"]},
        {"of": "There is no one half."},
        {"names": ["l2_halved"]},
    ):
        assert any("sealed" in leak.what for leak in find(changed(told, **plain)))
    files = {home_hints.FILE: json.dumps({**told, "names": ["l2_halved"]}).encode()}
    assert any("sealed" in leak.what for leak in find(files))


def changed(told, **plain):
    questions = {**told["questions"], "l2": {**told["questions"]["l2"], **plain}}
    return {home_hints.FILE: json.dumps({**told, "questions": questions}, indent=0).encode()}


def test_only_questions_that_have_changed_are_sealed_anew(monkeypatch):
    monkeypatch.setattr(home_hints, "_sealed", lambda suite, question, *args: f"{question} anew")
    settings = assignments.load("linear_regression")
    variants = load_misconceptions(settings.solutions)
    changed = [replace(v, hint="Otherwise.") if v.questions == ("l2",) else v for v in variants]
    monkeypatch.setattr(home_hints, "load_misconceptions", lambda solutions: changed)
    lying = json.loads((settings.rooms.handout / home_hints.FILE).read_text(encoding="utf-8"))["questions"]
    found = json.loads(home_hints.current(settings))["questions"]
    assert found == {**lying, "l2": "l2 anew"}
    fewer = replace(settings, tests=tuple(path for path in settings.tests if path.stem != "l2"))
    assert json.loads(home_hints.current(fewer))["questions"].keys() == lying.keys() - {"l2"}


def test_what_a_module_does_is_told_from_what_it_says_of_itself(tmp_path):
    one, same, other = (tmp_path / f"{name}.py" for name in ("one", "same", "other"))
    one.write_text('"""A."""\n\ndef f(x):\n    """B."""\n    return f"{x}#"\n')
    same.write_text('def f(x):  # c\n    """D\n    E."""\n\n    # G\n    return f"{x}#"\n')
    other.write_text('def f(x):\n    return f"{x}# "\n')
    assert home_hints._code(one) == home_hints._code(same) == 'def f(x):\n    return f"{x}#"'
    assert home_hints._code(other) != home_hints._code(one)
