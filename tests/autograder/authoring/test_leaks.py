"""What must not leave with the students' zip is found, wherever it hides, and nothing else is."""

import json
import re
import unicodedata

import nbformat
import pytest

from autograder.assignment import settings as assignments
from autograder.assignment.misconceptions import load_misconceptions
from autograder.authoring import leaks, release

pytestmark = pytest.mark.slow


SETTINGS = assignments.load("linear_classifier")
SUITE = assignments.SUITES / "linear_classifier"


@pytest.fixture(scope="module")
def handout():
    return release.collect(SETTINGS, "en")


@pytest.fixture(scope="module")
def find():
    """What is found in students' files; what is the staff's is read once for all tests."""
    return leaks.Search(SETTINGS).find


def solution(name):
    return (SETTINGS.solutions / name).read_text()


def test_the_students_files_give_nothing_away(find, handout):
    assert len(handout) > 30
    assert find(handout) == []


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("loss.py", solution("loss.py"), "the reference of loss.py"),
        ("sgd.py", solution("sgd.py"), "the reference of sgd.py"),
        ("tests/svm_loss.py", (SUITE / "tests" / "svm_loss.py").read_text(), "a hidden case of svm_loss.py"),
        ("hints.md", solution("misconceptions.toml"), "the variant"),
        ("settings.toml", (SUITE / "assignment.toml").read_text(), "a threshold of what is trained"),
        ("tips.md", "# l1\n\nThink of `np.sum( np.abs(W) )`.\n", "the reference of regularization.py"),
        ("tips.py", "g = X.T @ violated / len(y)\n", "the reference of gradient.py"),
        ("colab_setup/seeds.py", f"SEED = {SETTINGS.seed}\n", "the seed of the hidden inputs"),
        ("colab_setup/seeds.py", f"SEED = {SETTINGS.seed:_}\n", "the seed of the hidden inputs"),
        ("colab_setup/seeds.py", f"SEED = 0x{SETTINGS.seed:016X}\n", "the seed of the hidden inputs"),
        ("colab_setup/seeds.py", f"SEED = 0x{SETTINGS.seed:_x}\n", "the seed of the hidden inputs"),
        ("colab_setup/seeds.py", f"# {SETTINGS.seed:x}\n", "the seed of the hidden inputs"),
    ],
)
def test_each_kind_of_secret_is_named_with_file_and_line(find, handout, name, content, what):
    found = find({**handout, name: content.encode()})
    assert any(leak.what.startswith(what) for leak in found)
    assert {leak.file for leak in found} == {name}
    lines = content.splitlines()
    assert all(1 <= leak.line <= len(lines) for leak in found)


def test_one_solved_function_in_a_stub_is_found_however_short_it_is(find, handout):
    stub = handout["regularization.py"].decode()
    solved = stub.replace('raise NotImplementedError("l1: not written yet")', "return abs(W).sum()")
    assert solved != stub
    (leak,) = find({**handout, "regularization.py": solved.encode()})
    assert leak.what.startswith("something else than the generated file")
    assert solved.splitlines()[leak.line - 1].strip() == "return abs(W).sum()"


def test_a_solution_that_is_commented_out_or_indented_or_in_a_notebook_is_found(find, handout):
    source = solution("gradient.py")
    hidden = "\n".join(f"    # {line}" for line in source.splitlines())
    notebook = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]))
    for name, content in (("notes.py", hidden), ("extra.ipynb", notebook)):
        assert find({name: content.encode()})


def test_a_release_with_a_leak_is_refused_and_nothing_is_written(handout, tmp_path, monkeypatch):
    monkeypatch.setattr(
        release, "collect", lambda assignment, language: {"loss.py": solution("loss.py").encode()}
    )
    with pytest.raises(release.ReleaseError, match=r"loss\.py, line \d+, holds the reference of loss\.py"):
        release.build(SETTINGS, tmp_path)
    assert list(tmp_path.iterdir()) == []


HINTS = [variant.hint for variant in load_misconceptions(SETTINGS.solutions)]
TIERS = {
    tier
    for recipes in SETTINGS.recipes.values()
    for recipe in recipes.values()
    for tier in recipe.tiers.values()
}


def test_a_hint_is_found_inside_a_longer_sentence_over_several_lines_and_in_a_notebook(find, handout):
    hint = max(HINTS, key=len)
    said = f"Note that {hint[0].lower()}{hint[1:].rstrip('.')}, as they say."
    middle = said.index(" ", len(said) // 2)
    for text in (f"x = 1\n{said}\n", f"x = 1\n# {said[:middle]}\n# {said[middle:]}\n"):
        (leak,) = find({**handout, "notes.md": text.encode()})
        assert (leak.file, leak.line) == ("notes.md", 2)
        assert leak.what.startswith("the variant ")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(said)])
    assert find({"extra.ipynb": nbformat.writes(notebook).encode()})


@pytest.mark.parametrize("tier", sorted(TIERS))
def test_a_line_that_names_a_tier_is_found_however_the_number_is_written(find, tier):
    lines = (
        f"The upper Tier starts at {tier:g} %.",
        f"THRESHOLD = {tier}",
        f"threshold_low={tier / 100}",
        f"Ngưỡng là {tier:g}%".replace(".", ","),
        unicodedata.normalize("NFD", "NGƯỠNG: ") + f"{tier:g}",
        f"tiers: x, {tier:.2f}, y",
    )
    found = find({"notes.md": "\n".join(lines).encode()})
    assert [leak.line for leak in found] == list(range(1, len(lines) + 1))
    assert {leak.what for leak in found} == {"a threshold of what is trained"}


@pytest.mark.parametrize(
    "line",
    ["A tier is a threshold.", "the tier of 1300 or 3.37", "accuracy 37", "tiers 1.30", "37.5 is no tier"],
)
def test_other_numbers_and_other_lines_are_no_tiers(find, line):
    assert find({"notes.md": line.encode()}) == []


def notebook_with(handout, change):
    notebook = json.loads(handout["linear_classifier.ipynb"])
    change(notebook)
    return {**handout, "linear_classifier.ipynb": json.dumps(notebook).encode()}


@pytest.mark.parametrize(
    "change",
    [
        lambda notebook, text: notebook["metadata"].update(note=text),
        lambda notebook, text: notebook["cells"][0]["metadata"].update({"a": [{"b": ["x", text, "y"]}]}),
        lambda notebook, text: notebook["cells"][0].update(attachments={"a.txt": {"text/plain": text}}),
        lambda notebook, text: notebook["cells"][1].update(outputs=[{"data": {"text/plain": [text]}}]),
    ],
    ids=["metadata", "a cell's metadata", "an attachment", "an output"],
)
def test_every_text_of_a_notebook_is_looked_at(find, handout, change):
    source = solution("gradient.py")
    found = find(notebook_with(handout, lambda notebook: change(notebook, source)))
    assert any(leak.what == "the reference of gradient.py" for leak in found)
    found = find(notebook_with(handout, lambda notebook: change(notebook, f"{SETTINGS.seed}")))
    assert any(leak.what == "the seed of the hidden inputs" for leak in found)


def test_outputs_of_a_notebook_are_refused_whatever_they_say(find, handout):
    def run(notebook):
        cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["harmless"]}]

    found = find(notebook_with(handout, run))
    assert any(re.fullmatch(r"the outputs of cell \d+ \(clear them\)", leak.what) for leak in found)


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"cells": [1]}', '{"cells": 1}', "[" * 100_000])
def test_what_is_no_notebook_is_named_without_a_traceback(find, handout, content):
    found = find({**handout, "linear_classifier.ipynb": content.encode()})
    assert "linear_classifier.ipynb, line 1, holds what is no notebook" in map(str, found)


def test_a_notebook_or_description_that_differs_from_the_generated_one_is_found(find, handout):
    for name in ("linear_classifier.ipynb", "assignment.json", "tests/l1.py"):
        (leak,) = find({**handout, name: handout[name] + b"\n"})
        assert leak.file == name
        assert leak.what.startswith("something else than the generated file")
