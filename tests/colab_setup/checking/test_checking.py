"""The public tests without a notebook: what the student reads for each way to be wrong."""

import inspect
import json
import os
import re
import subprocess
import sys
import time

import pytest
from otter.test_files import test_case as otter_test_case
from otter.test_files.exception_test import ExceptionTestFile

from autograder.assignment import settings as assignments
from autograder.authoring import release
from colab_setup import folder
from colab_setup.checking import checks as checking
from colab_setup.checking import describing
from colab_setup.checking import report as checking_report
from colab_setup.checking.case_runner import Case

MODULES = ("loss", "gradient", "regularization", "sgd")


def check(place, **options):
    return checking.check(place, MODULES, **options)


def rewrite(place, module, function, body):
    """Put another function in the place of a module's, at its end."""
    path = place / f"{module}.py"
    path.write_text(f"{path.read_text()}\n\n{inspect.cleandoc(function)}\n{body.rstrip()}\n")


def only(checked, question):
    (case, *_) = [case for case in checked.cases if case.question == question]
    return case


def public_cases(place, question):
    """How many public cases a question has."""
    return (place / "tests" / f"{question}.py").read_text().count("@test_case(")


@pytest.mark.slow
def test_the_reference_passes_everything(solved):
    checked = check(solved)
    assert checked.passed
    assert len(checked.questions()) == 25
    assert checking_report.text(checked) == "25 of 25 questions pass their public tests."


@pytest.mark.slow
def test_stubs_are_told_apart_from_failures(stubs):
    checked = check(stubs)
    assert set(checked.questions().values()) == {"not written"}
    text = checking_report.text(checked)
    assert "Not written yet: add_bias, elastic_net, " in text
    assert "Not written yet: accuracy (train_linear_classifier: not written yet)" in text
    assert "FAILED" not in text


@pytest.mark.slow
def test_an_own_not_implemented_error_counts_as_not_written(solved):
    rewrite(solved, "loss", "def softmax(scores):", "    raise NotImplementedError")
    assert only(check(solved), "softmax").state == "not written"
    assert only(check(solved), "softmax").message == "softmax: not written yet"


@pytest.mark.slow
def test_a_function_that_writes_into_its_argument_is_told_so(solved):
    rewrite(
        solved,
        "loss",
        "def svm_loss(W, X, y, delta=1.0):",
        "    W -= W.max()\n    return svm_loss_naive(W, X, y, delta)",
    )
    case = only(check(solved), "svm_loss")
    assert case.state == "failed"
    assert (
        case.message
        == "svm_loss changes its argument W, which must stay as it was: compute with a copy of it"
    )


@pytest.mark.slow
def test_a_matrix_is_told_of_where_it_is_returned(solved):
    rewrite(solved, "gradient", "def l(W):", "    return W\n_svm_gradient = svm_gradient")
    body = "    return np.matrix(_svm_gradient(W, X, y, delta))"
    rewrite(solved, "gradient", "def svm_gradient(W, X, y, delta=1.0):", body)
    checked = check(solved)
    assert {case.state for case in checked.cases if case.question == "svm_gradient"} == {"passed"}
    assert checked.remarks == (
        "svm_gradient returns a numpy.matrix, for which * and ** are other operations: return np.asarray(...) of it.",
    )
    assert checked.remarks[0] in checking_report.text(checked)


@pytest.mark.slow
def test_own_files_come_before_modules_of_python(solved):
    (solved / "test.py").write_text("from statistics import mean\nword = mean()\n")
    (solved / "statistics.py").write_text("def mean():\n    return 'own'\n")
    (solved / "random.py").write_text("raise SystemExit\n")
    rewrite(
        solved,
        "loss",
        "import random, test, statistics\nassert test.word == 'own' and random.random() < 1",
        "",
    )
    assert check(solved).passed


@pytest.mark.slow
def test_a_wrong_value_is_told_with_what_was_expected_what_came_and_the_shapes(solved):
    rewrite(
        solved,
        "loss",
        "def svm_loss(W, X, y, delta=1.0):",
        """    print("margins next")
    scores = X @ W
    return np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + delta).sum() / len(y)
""",
    )
    checked = check(solved)
    assert not checked.passed
    assert [name for name, state in checked.questions().items() if state == "failed"] == [
        "accuracy",
        "svm_loss",
    ]
    case = only(checked, "svm_loss")
    assert case.message == "the loss of example 0"
    assert case.call == "svm_loss(W: (3, 3) float64, X: (1, 3) float64, y: (1,) int64)"
    assert case.expected == "2.9 (float64)"
    assert case.came == "3.9 (float64)"
    assert str(case.line) == f"loss.py, line {case.line.line}: def svm_loss(W, X, y, delta=1.0):"
    assert (solved / "loss.py").read_text().splitlines()[case.line.line - 1] == case.line.text
    assert case.printed == "margins next\n"


@pytest.mark.slow
def test_a_wrong_array_is_told_with_the_place_where_it_is_furthest_off(solved):
    rewrite(solved, "regularization", "def l2_gradient(W):", "    return W")
    case = only(check(solved), "l2_gradient")
    assert case.message.endswith("(3 of 4 elements are wrong)")
    assert "(shape (2, 2), float64)" in case.expected
    assert case.difference == "furthest apart at [0, 1]: -2 came, -4 was expected"


@pytest.mark.slow
def test_a_wrong_shape_is_told_in_the_tests_words(solved):
    rewrite(solved, "loss", "def add_bias(X):", "    return X")
    case = only(check(solved), "add_bias")
    assert re.search(r"has shape \(3, 2\); expected \(3, 3\)", case.message)
    assert "(shape (3, 2), float64)" in case.came


@pytest.mark.slow
def test_a_forgotten_return_is_told(solved):
    rewrite(solved, "loss", "def linear_scores(W, X):", "    X @ W")
    case = only(check(solved), "linear_scores")
    assert "returned None. Is the return statement missing?" in case.message
    assert case.came == "None"


@pytest.mark.slow
def test_what_often_goes_wrong_is_told_with_what_to_do(solved):
    rewrite(solved, "loss", "def softmax(scores):", "    return scores, scores[0]")
    rewrite(solved, "loss", "def svm_loss(W, X, y, delta=1.0):", "    return 1.0, W")
    rewrite(solved, "loss", "def linear_scores(W, X):", "    return input()")
    path = solved / "regularization.py"
    text = (
        path.read_text().replace("import numpy as np\n", "").replace("def l2(W):\n", "def l2(W):\n    np\n")
    )
    path.write_text(text.replace("def l1(W):", "    def l1(W):\n        return 0\n\n\ndef other(W):"))
    checked = check(solved, only=("softmax", "svm_loss", "l2", "linear_scores", "l1"))
    for question in ("softmax", "svm_loss"):
        case = only(checked, question)
        assert ": a tuple of 2 came back: return the one value that is asked for" in case.message
        assert case.came.startswith("tuple of ")
    assert only(checked, "l2").message == (
        "NameError: name 'np' is not defined: write `import numpy as np` at the top of regularization.py"
    )
    assert only(checked, "linear_scores").message.endswith(": nothing can be typed in here; take input() out")
    assert only(checked, "l1").message == (
        "l1 stands inside of something else in regularization.py: move its def to the left edge"
    )


def test_without_the_library_that_the_tests_need_it_is_told_and_nothing_is_called_wrong(solved, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        checking.CheckError, match=r"^numpy is not installed for this Python .* -m pip install numpy\.$"
    ):
        check(solved)


@pytest.mark.slow
def test_an_exception_is_told_with_the_students_line(solved):
    rewrite(
        solved,
        "sgd",
        "def sgd_step(W, grad, learning_rate):",
        "    step = learning_rate * grad\n    return W - stpe",
    )
    case = only(check(solved), "sgd_step")
    assert case.message.startswith("NameError: name 'stpe' is not defined")
    assert (case.line.file, case.line.text) == ("sgd.py", "return W - stpe")


@pytest.mark.slow
def test_a_function_that_is_gone_blocks_its_question_alone(solved):
    rewrite(solved, "sgd", "del predict", "")
    checked = check(solved)
    assert only(checked, "predict").state == "not written"
    assert only(checked, "predict").message == "predict is not there: was it renamed or deleted?"
    assert [state for state in checked.questions().values() if state != "passed"] == ["not written"]


@pytest.mark.slow
def test_a_name_that_another_module_lacks_is_told_and_costs_what_uses_it(solved):
    (solved / "regularization.py").write_text(
        "from loss import nonsense\n"
        + (solved / "regularization.py").read_text().replace("def l1(W):", "def l1(W):\n    nonsense()")
    )
    checked = check(solved)
    assert checked.remarks == (
        "regularization.py imports nonsense from loss.py, which has none: whatever uses it fails.",
    )
    assert {case.question for case in checked.cases if case.state != "passed"} == {"l1"}
    assert "there is no nonsense in loss.py" in next(
        case.message for case in checked.cases if case.question == "l1"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "why", "line"),
    [
        (
            "l2 = “no”\n",
            "(U+201C): it was pasted from a text; type a plain ' or \" in its place",
            "l2 = “no”",
        ),
        ("raise SystemExit\n", "the code calls exit()", "raise SystemExit"),
    ],
)
def test_a_module_that_raises_on_import_is_told_with_its_line_and_the_others_are_checked(
    solved, source, why, line
):
    (solved / "regularization.py").write_text(source)
    checked = check(solved)
    assert not checked.passed
    broken = {found.module: found for found in checked.broken}
    assert broken.keys() == {"regularization"}  # sgd imports it, and what does without it is checked
    assert why in broken["regularization"].why
    assert (broken["regularization"].line.file, broken["regularization"].line.text) == (
        "regularization.py",
        line,
    )
    states = checked.questions()
    assert states["svm_loss"] == states["softmax_gradient"] == "passed"
    assert states["l2"] == states["accuracy"] == "blocked"
    assert states["sgd"] == "passed"
    assert "regularization.py cannot be imported" in only(checked, "l2").message


@pytest.mark.slow
def test_a_package_that_is_missing_here_is_told_of_and_costs_nothing(solved):
    use = "import no_such_package as nsp\nX = nsp.zeros(3)\ntry:\n    import numba_x\nexcept ImportError:\n    numba_x = None\n"
    path = solved / "loss.py"
    path.write_text(f"{path.read_text()}{use}assert numba_x is None\n")
    checked = check(solved)
    assert checked.passed
    assert checked.remarks == (
        "loss.py imports no_such_package, which is not installed here: nothing that is graded may use it.",
    )
    rewrite(solved, "loss", "def add_bias(X):", "    return nsp.pad(X)")
    message = only(check(solved), "add_bias").message
    assert "no_such_package is neither installed nor a part of the submission" in message


@pytest.mark.slow
def test_a_missing_module_is_told(solved):
    (solved / "gradient.py").unlink()
    checked = check(solved)
    assert checked.broken[0].why == "gradient.py is not in the folder."
    assert checked.questions()["svm_loss"] == "passed"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["a folder", "a link that leads nowhere"])
def test_a_module_that_is_no_file_is_told_as_what_it_is(solved, kind):
    path = solved / "gradient.py"
    path.unlink()
    path.mkdir() if kind == "a folder" else path.symlink_to(solved / "gone.py")
    assert check(solved).broken[0].why == f"gradient.py is {kind}: put the file there."


@pytest.mark.slow
def test_an_endless_loop_ends_at_its_limit_and_says_where_it_was(solved):
    rewrite(solved, "loss", "def kl_divergence(p, q):", "    while True:\n        p = p + 0")
    checked = check(solved, limit=0.3)
    case = only(checked, "kl_divergence")
    assert (case.state, case.message) == ("timed out", "still running after 0.3 seconds")
    assert case.line.file == "loss.py"
    assert case.line.text in ("while True:", "p = p + 0")
    assert set(checked.questions().values()) == {"passed", "timed out"}


@pytest.mark.slow
def test_a_loop_that_catches_every_exception_ends_all_the_same(solved):
    spin = "def spin():\n    while True:\n        pass\n\n\n"
    body = "    while True:\n        try:\n            spin()\n        except Exception:\n            pass"
    rewrite(solved, "loss", f"{spin}def kl_divergence(p, q):", body)
    case = only(check(solved, limit=0.3), "kl_divergence")
    assert (case.state, case.line.file) == ("timed out", "loss.py")


@pytest.mark.slow
def test_a_second_case_of_a_slow_function_is_not_waited_for(solved):
    rewrite(solved, "loss", "def softmax(scores):", "    while True: pass")
    cases = [case for case in check(solved, limit=0.3).cases if case.question == "softmax"]
    assert [case.state for case in cases] == ["timed out"] * public_cases(solved, "softmax")
    assert {case.message for case in cases[1:]} == {"not run, since the case before it took too long"}


@pytest.mark.slow
def test_a_loop_that_cannot_be_interrupted_is_ended_with_its_process(solved, monkeypatch):
    monkeypatch.setattr(checking, "_GRACE_SECONDS", 0.5)
    rewrite(
        solved,
        "loss",
        "def softmax(scores):",
        "    import signal\n    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n    while True: pass",
    )
    checked = check(solved, limit=0.3)
    cases = [case for case in checked.cases if case.question == "softmax"]
    assert len(cases) == public_cases(solved, "softmax") > 1
    assert cases[0].message == "still running after 0.3 seconds"
    assert {case.message for case in cases[1:]} == {"not run, since the case before it took too long"}
    assert [state for state in checked.questions().values() if state != "passed"] == ["timed out"]
    assert len(checked.questions()) == 25


@pytest.mark.slow
def test_a_module_that_never_ends_to_import_is_told(solved, monkeypatch):
    monkeypatch.setattr(checking, "IMPORT_SECONDS", 0.5)
    (solved / "sgd.py").write_text("while True:\n    pass\n")
    checked = check(solved)
    assert [found.module for found in checked.broken] == ["sgd"]
    assert "sgd.py cannot be imported: still running after 0.5 seconds" in checked.broken[0].why
    assert checked.questions()["svm_loss"] == "passed"


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["", "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])"])
@pytest.mark.parametrize("where", ["regularization", "helper"])
def test_a_hanging_module_is_waited_for_once_and_its_siblings_are_checked(
    solved, tmp_path, monkeypatch, ending, where
):
    monkeypatch.setattr(checking, "IMPORT_SECONDS", 0.5)
    monkeypatch.setattr(checking, "_GRACE_SECONDS", 1.0)
    log = tmp_path / "imports"
    hangs = f"import signal\n{ending}\nopen({str(log)!r}, 'a').write('x')\nwhile True:\n    pass\n"
    (solved / f"{where}.py").write_text(hangs)
    if where == "helper":
        (solved / "regularization.py").write_text("import helper\n")
    rewrite(solved, "loss", "def softmax(scores):", "    import os\n    os._exit(7)")  # a second process
    checked = check(solved)
    (broken,) = checked.broken
    assert broken.why == "regularization.py cannot be imported: still running after 0.5 seconds"
    assert log.read_text() == "x"
    states = checked.questions()
    assert (states["svm_loss"], states["softmax"], states["l2"]) == ("passed", "crashed", "blocked")
    assert (states["sgd"], states["accuracy"]) == ("passed", "blocked")
    assert "regularization.py cannot be imported" in only(checked, "l2").message


@pytest.mark.slow
def test_a_module_that_ends_python_is_imported_once(solved, tmp_path):
    log = tmp_path / "imports"
    (solved / "regularization.py").write_text(f"import os\nopen({str(log)!r}, 'a').write('x')\nos._exit(3)\n")
    checked = check(solved)
    assert [found.module for found in checked.broken] == ["regularization"]
    assert log.read_text() == "x"
    assert checked.questions()["svm_loss"] == "passed"


SLOW_TORCH = """
import time
time.sleep(2)
first = [2]
def zeros(shape): return 0.0
class optim:
    def SGD(parameters, lr):
        if first: time.sleep(first.pop())
"""


@pytest.mark.slow
def test_libraries_and_what_they_load_later_do_not_take_the_first_modules_time(solved, tmp_path, monkeypatch):
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "torch.py").write_text(SLOW_TORCH)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "libraries"))
    monkeypatch.setattr(checking, "IMPORT_SECONDS", 1.5)
    path = solved / "loss.py"
    path.write_text(f"import torch\ntorch.optim.SGD([torch.zeros(1)], lr=0.1)\n{path.read_text()}")
    assert check(solved).passed


@pytest.mark.slow
def test_a_crash_of_python_costs_one_case(solved):
    rewrite(solved, "regularization", "def l1(W):", "    import os\n    os._exit(7)")
    checked = check(solved)
    assert only(checked, "l1").state == "crashed"
    assert [state for state in checked.questions().values() if state != "passed"] == ["crashed"]


@pytest.mark.slow
def test_what_the_student_prints_does_not_disturb_the_report(solved):
    rewrite(
        solved,
        "loss",
        "def add_bias(X):",
        """    import os, sys
    os.write(1, b'{"over": true}\\n')
    print('{"over": true}', file=sys.__stdout__, flush=True)
    return np.hstack([X, np.ones((len(X), 1), dtype=X.dtype)])
""",
    )
    checked = check(solved)
    assert checked.passed
    assert len(checked.questions()) == 25


@pytest.mark.slow
def test_each_check_sees_the_files_as_they_are_now_and_writes_no_bytecode(solved, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    (solved / "tools").mkdir()
    (solved / "tools" / "__init__.py").write_text("")
    rewrite(solved, "loss", "import tools", "")
    path = solved / "regularization.py"
    source = path.read_text()
    subprocess.run([sys.executable, "-c", "import regularization"], cwd=solved, check=True)
    assert list((solved / "__pycache__").glob("regularization.*.pyc"))
    status = path.stat()
    changed = source.replace("2 * W", "3 * W") if "2 * W" in source else source.replace("2.0 * W", "3.0 * W")
    assert changed != source
    path.write_text(changed)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # as on a file system with a coarse clock
    before = {file: file.stat().st_mtime_ns for file in solved.rglob("*")}
    assert only(check(solved), "l2_gradient").state == "failed"
    assert {file: file.stat().st_mtime_ns for file in solved.rglob("*")} == before


@pytest.mark.slow
def test_a_module_beside_shadows_an_installed_one_of_its_name(solved):
    (solved / "attr.py").write_text("TWO = 2.0\n")
    rewrite(solved, "regularization", "import attr\ndef l2_gradient(W):", "    return attr.TWO * W")
    assert only(check(solved), "l2_gradient").state == "passed"


@pytest.mark.slow
def test_hidden_cases_are_not_run(solved):
    (solved / "tests" / "more.py").write_text(
        "from otter.test_files import test_case\nname = 'more'\n\n"
        "@test_case(hidden=True)\ndef hidden(reference):\n    assert False\n\n"
        "@test_case()\ndef unnamed(l2):\n    assert l2 is not None\n"
    )
    checked = check(solved)
    assert [case.name for case in checked.cases if case.question == "more"] == ["more - 2"]
    assert checked.passed


@pytest.mark.slow
def test_a_failure_message_is_the_hint(solved):
    (solved / "tests" / "more.py").write_text(
        "from otter.test_files import test_case\nname = 'more'\n\n"
        "@test_case(failure_message='Think of signs.')\ndef case(l2):\n    assert l2 is None, 'so it is'\n"
    )
    case = only(check(solved), "more")
    assert (case.state, case.message, case.hint) == ("failed", "so it is", "Think of signs.")
    assert "hint:     Think of signs." in checking_report.text(check(solved))
    text = (solved / "tests" / "more.py").read_text()
    (solved / "tests" / "more.py").write_text(text.replace("l2 is None", "l2.shape"))
    assert only(check(solved), "more").hint == ""  # it is about values


def test_without_tests_it_says_what_to_do(solved):
    for path in (solved / "tests").iterdir():
        path.unlink()
    with pytest.raises(checking.CheckError, match="no public tests"):
        check(solved)


@pytest.mark.slow
@pytest.mark.parametrize("content", [None, "", "\n", "name = 'l2'\n"])
def test_a_question_whose_tests_are_missing_or_empty_is_no_pass(solved, content):
    path = solved / "tests" / "l2.py"
    path.unlink() if content is None else path.write_text(content)
    what = "missing" if content is None else "empty"
    with pytest.raises(checking.CheckError) as caught:
        check(solved, questions=folder.read(solved).questions)
    assert str(caught.value) == f"tests/l2.py is {what}: take it anew from the assignment's zip."


def test_many_missing_tests_are_one_sentence(solved):
    questions = folder.read(solved).questions
    assert len(questions) == 25
    for question in questions[1:]:
        (solved / "tests" / f"{question}.py").unlink()
    with pytest.raises(
        checking.CheckError, match=r"linear_scores\.py, .* and 20 more are missing: take them anew"
    ):
        check(solved, questions=questions)


@pytest.mark.slow
def test_damaged_tests_are_one_sentence(solved):
    (solved / "tests" / "l2.py").write_text("def (")
    with pytest.raises(checking.CheckError, match=r"could not be started .*SyntaxError") as caught:
        check(solved)
    assert "\n" not in str(caught.value)


def test_a_machine_that_is_too_busy_to_begin_is_called_that(solved, monkeypatch):
    monkeypatch.setattr(checking, "_START_SECONDS", 0.0)
    monkeypatch.setattr(checking, "_GRACE_SECONDS", 0.0)
    with pytest.raises(checking.CheckError, match="did not begin within 0 seconds: the machine is busy"):
        check(solved)


def test_the_stand_in_for_otter_takes_what_otters_own_decorator_takes():
    own, otters = (inspect.signature(found.__init__).parameters for found in (Case, otter_test_case))
    assert [(p.name, p.default) for p in own.values()] == [(p.name, p.default) for p in otters.values()]


@pytest.mark.slow
def test_verdicts_are_those_of_otter(solved, monkeypatch):
    rewrite(solved, "loss", "def softmax(scores):", "    return np.exp(scores) / np.exp(scores).sum()")
    rewrite(solved, "regularization", "def l1(W):", "    raise ValueError('no')")
    rewrite(solved, "sgd", "def predict(W, X):", "    return None")
    monkeypatch.syspath_prepend(str(solved))
    environment = {}
    for module in MODULES:
        code = compile((solved / f"{module}.py").read_text(), module, "exec")
        monkeypatch.delitem(sys.modules, module, raising=False)
        exec(code, environment)
    for module in MODULES:
        monkeypatch.delitem(sys.modules, module, raising=False)
    verdicts = {}
    for path in sorted((solved / "tests").glob("*.py")):
        file = ExceptionTestFile.from_file(str(path))
        file.run(environment)
        verdicts |= {result.test_case.name: result.passed for result in file.test_case_results}
    assert {case.name: case.state == "passed" for case in check(solved).cases} == verdicts
    assert set(verdicts.values()) == {True, False}


def test_the_folder_of_the_students_names_the_modules_that_are_graded(stubs):
    found = folder.read(stubs)
    settings = assignments.load(found.name)
    assert (found.name, found.modules) == (settings.name, settings.modules)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"assignment": "a"}',
        '{"assignment": 1, "modules": ["loss"]}',
        '{"assignment": "a", "modules": "loss"}',
        '{"assignment": "a", "modules": ["loss"], "questions": [1]}',
        "{",
        "[" * 100_000,
    ],
    ids=lambda content: content[:20],
)
def test_a_damaged_description_is_one_sentence(tmp_path, content):
    (tmp_path / folder.DESCRIPTION).write_text(content)
    with pytest.raises(folder.FolderError, match="take it anew"):
        folder.read(tmp_path)


def test_a_description_that_cannot_be_read_is_not_called_damaged(tmp_path):
    (tmp_path / folder.DESCRIPTION).mkdir()
    with pytest.raises(
        folder.FolderError, match=r"assignment\.json cannot be read \(is a directory\): "
    ) as caught:
        folder.read(tmp_path)
    assert "damaged" not in str(caught.value)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "just now"), (0.4, "just now"), (1, "1 second ago"), (125, "2 minutes ago"), (90000, "1 day ago")],
)
def test_spans_of_time_are_told_in_one_unit(seconds, words):
    assert folder.ago(seconds) == words


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles"])
def test_a_file_with_the_time_stamp_of_the_handout_was_not_changed(tmp_path, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        path = tmp_path / "loss.py"
        path.touch()
        stamp = time.mktime((*release.EPOCH, 0, 0, -1))
        os.utime(path, (stamp, stamp))
        assert folder.changed(path, stamp + 1.4e9) == "not changed since it was handed out"
        os.utime(path, (stamp + 1.4e9 - 7200, stamp + 1.4e9 - 7200))
        assert re.fullmatch(r"last changed 2024-.* \(2 hours ago\)", folder.changed(path, stamp + 1.4e9))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_long_values_are_cut():
    assert len(describing.described(list(range(10_000)))) <= 200
    assert describing.described(Unprintable()) == "a value of type Unprintable"


class Unprintable:
    def __repr__(self):
        raise ValueError


def test_the_runner_needs_neither_otter_nor_numpy_to_start():
    code = "import sys, colab_setup.checking.case_runner; print(sorted({'otter', 'numpy', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []
