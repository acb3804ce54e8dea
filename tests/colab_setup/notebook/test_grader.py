"""What a notebook's `grader.check` and `need` say: the command line's report of one question, from the saved files."""

import re
import shutil
import sys

import pytest

from colab_setup import SetupError
from colab_setup.checking import checks as checking
from colab_setup.checking import report
from colab_setup.checking.runner import Waiting
from colab_setup.notebook.grader import Grader, NotYetError


@pytest.fixture
def grader(solved):
    return Grader(solved)


def write(folder, module, text):
    path = folder / f"{module}.py"
    path.write_text(path.read_text() + text)


@pytest.mark.slow
def test_one_question_is_checked_and_told_as_the_command_line_tells_it(grader, solved):
    result = grader.check("l2")
    assert result.passed_all
    assert re.fullmatch(r"l2: (\d) of \1 public cases? pass(es)?\.", repr(result))
    write(solved, "regularization", "\n\ndef l2(W):\n    return 1.0\n")
    result = grader.check("l2")
    assert not result.passed_all
    told = checking.check(solved, ("loss", "gradient", "regularization", "sgd"), only=("l2",))
    assert repr(result) == report.text(told)
    assert "line:     regularization.py, line" in repr(result)


@pytest.mark.slow
def test_a_check_fails_while_any_module_cannot_be_imported(grader, solved):
    write(solved, "gradient", "\ndef half(:\n")
    result = grader.check("l2")
    assert not result.passed_all
    assert repr(result).startswith("BROKEN  gradient.py cannot be imported: SyntaxError")
    with pytest.raises(
        NotYetError, match="gradient.py cannot be imported.*correct it, save, and run the cell"
    ):
        grader.need("l2")


@pytest.mark.slow
def test_an_endless_loop_ends_and_prints_are_bounded(grader, solved):
    write(
        solved,
        "regularization",
        "\n\ndef l2(W):\n    print('x' * 4_000_000)\n    while True:\n        pass\n",
    )
    said = repr(grader.check("l2"))
    assert "TOO SLOW" in said
    assert len(said) < 10_000


@pytest.mark.slow
def test_what_stands_in_another_file_or_in_a_cell_is_told_with_what_to_do(grader, solved, monkeypatch):
    (solved / "loss.py").rename(solved / "losses.py")
    assert "losses.py defines softmax, and there is no loss.py: rename the file to that." in repr(
        grader.check("softmax")
    )
    (solved / "losses.py").rename(solved / "loss.py")
    (solved / "regularization (1).py").write_text((solved / "regularization.py").read_text())
    write(solved, "regularization", "\n\ndef l2(W):\n    raise NotImplementedError('l2: not written yet')\n")
    twice = solved / solved.name
    twice.mkdir()
    for name in ("assignment.json", "regularization (1).py"):
        shutil.copy(solved / name, twice / name.replace(" (1)", ""))
    exec("def l2(W):\n    return 0\n", cell := {"__name__": "__main__"})
    monkeypatch.setattr(sys.modules["__main__"], "l2", cell["l2"], raising=False)
    said = repr(grader.check("l2"))
    assert (
        "regularization (1).py defines l2, and only what stands in regularization.py counts: move it there."
        in said
    )
    assert f"{twice / 'regularization.py'} defines l2, and what counts here is regularization.py in " in said
    assert "A cell of this notebook defines l2 too" in said


def test_a_folder_that_is_gone_and_a_function_for_a_name_are_told_in_one_sentence(grader, solved):
    with pytest.raises(SetupError, match='^Write the question in quotes: "sorted".$'):
        grader.need(sorted)
    solved.rename(solved.with_name("gone"))
    with pytest.raises(
        SetupError, match="^There is no folder .*linear_classifier: if it lay on Colab's Drive"
    ):
        grader.check("l2")


@pytest.mark.slow
def test_a_process_that_waits_is_used_once_and_sees_what_was_saved_since(solved, monkeypatch):
    waiting = Waiting()
    waiting.prepare(("numpy",))
    ready = waiting._runner
    write(solved, "regularization", "\n\ndef l2(W):\n    return input()\n")
    told = checking.check(solved, ("regularization",), only=("l2",), waiting=waiting)
    assert "EOFError" in told.cases[0].message
    assert not ready.fits(("numpy",))
    waiting.prepare(("numpy",))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    idle = waiting._runner
    other = waiting.take(("numpy",))
    assert idle._process.poll() is not None
    other.stop()


@pytest.mark.slow
def test_what_was_checked_is_remembered_until_a_file_changes(grader, solved, monkeypatch):
    grader.check("l1")
    grader.check("l2")
    with monkeypatch.context() as patched:
        patched.setattr(checking, "check", lambda *_, **__: pytest.fail("checked again"))
        grader.need("l2", "l1")
    write(solved, "regularization", "\n\ndef l1(W):\n    raise NotImplementedError('l1: not written yet')\n")
    with pytest.raises(NotYetError) as caught:
        grader.need("l2", "l1")
    assert str(caught.value) == (
        "This cell needs functions that do not pass their checks yet: l1 (regularization.py): not written. "
        "Write, save, check again."
    )


def test_a_question_that_there_is_not_and_a_damaged_folder_are_told_in_a_sentence(grader, solved):
    with pytest.raises(SetupError, match="There is no question svm_los. Is svm_loss"):
        grader.check("svm_los")
    (solved / "assignment.json").write_text("{")
    with pytest.raises(SetupError, match="is damaged: take it anew"):
        grader.check("l2")


@pytest.mark.slow
def test_a_second_question_on_the_same_files_tells_of_all_at_once(grader, solved, monkeypatch):
    asked = []
    check = checking.check
    monkeypatch.setattr(
        checking, "check", lambda *a, **options: asked.append(options["only"]) or check(*a, **options)
    )
    for question in ("l2", "l1", "softmax", "accuracy"):
        assert grader.check(question).passed_all
    assert [len(only) for only in asked] == [1, 24]
    (solved / "tests/accuracy.py").write_text("")
    assert grader.check("l2").passed_all
    assert grader.check("l1").passed_all  # though the tests of another question are gone
    with pytest.raises(SetupError, match="tests/accuracy.py is empty"):
        grader.check("accuracy")
