"""What must not leave with the students' zip is found, wherever it hides, and nothing else is."""

import nbformat
import pytest

from autograder import assignment as assignments
from autograder import leaks, release

SETTINGS = assignments.load("linear_classifier")
SUITE = assignments.SUITES / "linear_classifier"


@pytest.fixture(scope="module")
def handout():
    return release._student_files(SETTINGS, "en")


def solution(name):
    return (SETTINGS.solutions / name).read_text()


def test_the_students_files_give_nothing_away(handout):
    assert len(handout) > 30
    assert leaks.find(SETTINGS, handout) == []


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("loss.py", solution("loss.py"), "the reference of loss.py"),
        ("sgd.py", solution("sgd.py"), "the reference of sgd.py"),
        ("tests/svm_loss.py", (SUITE / "tests" / "svm_loss.py").read_text(), "a hidden case of svm_loss.py"),
        ("hints.md", solution("misconceptions.py"), "the variant"),
        ("settings.toml", (SUITE / "assignment.toml").read_text(), "an accuracy threshold"),
        ("colab_setup/seeds.py", f"SEED = {SETTINGS.seed}\n", "the seed of the hidden inputs"),
    ],
)
def test_each_kind_of_secret_is_named_with_file_and_line(handout, name, content, what):
    found = leaks.find(SETTINGS, {**handout, name: content.encode()})
    assert any(leak.what.startswith(what) for leak in found)
    assert {leak.file for leak in found} == {name}
    lines = content.splitlines()
    assert all(1 <= leak.line <= len(lines) for leak in found)


def test_one_solved_function_in_a_stub_is_found_however_short_it_is(handout):
    stub = handout["regularization.py"].decode()
    solved = stub.replace('raise NotImplementedError("l1: not written yet")', "return abs(W).sum()")
    assert solved != stub
    (leak,) = leaks.find(SETTINGS, {**handout, "regularization.py": solved.encode()})
    assert leak.what.startswith("something else than the generated file")
    assert solved.splitlines()[leak.line - 1].strip() == "return abs(W).sum()"


def test_a_solution_that_is_commented_out_or_indented_or_in_a_notebook_is_found(handout):
    source = solution("gradient.py")
    hidden = "\n".join(f"    # {line}" for line in source.splitlines())
    notebook = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]))
    for name, content in (("notes.py", hidden), ("extra.ipynb", notebook)):
        assert leaks.find(SETTINGS, {name: content.encode()})


def test_a_release_with_a_leak_is_refused_and_nothing_is_written(handout, tmp_path, monkeypatch):
    monkeypatch.setattr(
        release, "_student_files", lambda assignment, language: {"loss.py": solution("loss.py").encode()}
    )
    with pytest.raises(release.ReleaseError, match=r"loss\.py, line \d+, holds the reference of loss\.py"):
        release.build(SETTINGS, tmp_path)
    assert list(tmp_path.iterdir()) == []
