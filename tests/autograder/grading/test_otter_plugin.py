"""The real `otter run`, with and without the plugin: the same grades as `autograder grade`, and no way around.

Attacks run against stock Otter too (the same zip without the plugin): they must work there, or their failing
under the plugin would show nothing.
"""

import ast
import csv
import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from otter.run import AutograderConfig
from otter.test_files import GradingResults

from autograder.assignment import settings as assignments
from autograder.assignment.misconceptions import load_misconceptions
from autograder.assignment.variants import apply
from autograder.authoring import release
from autograder.grading.otter_plugin import GraderFailed, SandboxedGrading, grade_in_kernel
from tests.released import released

pytestmark = pytest.mark.slow


BIN = Path(sys.executable).parent
ASSIGNMENT = assignments.load("linear_classifier")
QUESTIONS = {path.stem for path in ASSIGNMENT.tests}
SOURCES = {
    name: (ASSIGNMENT.solutions / f"{name}.py").read_text(encoding="utf-8") for name in ASSIGNMENT.modules
}
MISCONCEPTIONS = {variant.name: variant for variant in load_misconceptions(ASSIGNMENT.solutions)}
NOTEBOOK = (release.ROOT / "assignments/linear_classifier/linear_classifier.ipynb").read_text("utf-8")
HIDDEN_CASES = [
    ast.get_source_segment(path.read_text("utf-8"), node)
    for path in ASSIGNMENT.tests
    for node in ast.parse(path.read_text("utf-8")).body
    if isinstance(node, ast.FunctionDef) and "hidden=True" in "".join(map(ast.unparse, node.decorator_list))
]

PATCHES = """
try:
    import builtins
    import numpy
    from otter.execute import Checker
    from otter.test_files import GradingResults, TestFile, exception_test
    from otter.test_files.abstract_test import TestCaseResult

    def run(self, environment):
        self.test_case_results = [TestCaseResult(case, "", True) for case in self.test_cases]

    exception_test.ExceptionTestFile.run = TestFile.run = run
    GradingResults.total = property(lambda self: self.possible)
    Checker.check_if_not_already_checked.__func__.__defaults__ = ({},)
    numpy.testing.assert_allclose = lambda *args, **kwargs: None
    builtins.abs = lambda number: 0.0
except Exception:
    pass
"""
"""Makes every test pass in whatever process Otter and the student's code share."""

LOOTER = """
import os
import sys

LOOT = []
for folder in FOLDERS:
    for place, folders, files in os.walk(folder):
        # The system's own folders hold no tests and take too long.
        folders[:] = [name for name in folders if os.path.join(place, name) not in ("/proc", "/sys", "/usr")]
        for name in files:
            if name.removesuffix(".py") in QUESTIONS or name in ("assignment.toml", "results.json"):
                try:
                    text = open(os.path.join(place, name)).read()
                except (OSError, UnicodeError):
                    continue
                # Other packages too have a sgd.py.
                if "test_case" in text or not name.endswith(".py"):
                    LOOT.append(text)


def svm_loss(W, X, y, delta=1.0):
    raise RuntimeError(f"I have found {len(LOOT)} files. " + " ".join(LOOT) + " ".join(sys.argv))
"""
"""Reads every test file that it can find and hands them out as the text of an exception."""


def looter(*folders):
    """`LOOTER` for some folders; it looks in those of `sys.path` too where no folder is given."""
    places = repr(folders) if folders else '("./tests", "../tests", "../source", "../..", *sys.path, "/")'
    return LOOTER.replace("FOLDERS", places).replace("QUESTIONS", repr(sorted(QUESTIONS)))


@dataclass(frozen=True)
class Run:
    """What a run of Otter has left: its exit code, what it printed, and the results if there are any."""

    code: int
    printed: str
    results: dict[str, Any] | None

    @property
    def scores(self) -> dict[str, float]:
        assert self.results is not None, self.printed
        return {test["name"]: test["score"] for test in self.results["tests"] if "score" in test}

    @property
    def visible(self) -> str:
        """All that a student may read."""
        assert self.results is not None, self.printed
        tests = [test for test in self.results["tests"] if test.get("visibility") != "hidden"]
        return " ".join(texts({**self.results, "tests": tests}))


def texts(results: Any) -> list[str]:
    """All strings of a JSON value, keys included."""
    if isinstance(results, dict):
        return [text for pair in results.items() for part in pair for text in texts(part)]
    if isinstance(results, list):
        return [text for part in results for text in texts(part)]
    return [str(results)]


def holds(text, part):
    """Whether a text holds another, however Otter has indented it."""
    return "".join(part.split()) in "".join(text.split())


@pytest.fixture(scope="session")
def autograder(tmp_path_factory):
    """autograder.zip as the kit builds it."""
    return released(ASSIGNMENT, tmp_path_factory.mktemp("release"))[1]


@pytest.fixture(scope="session")
def stock(autograder):
    """The same without the plugin."""
    path = autograder.with_name("stock.zip")
    with zipfile.ZipFile(autograder) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, "{}" if name == "otter_config.json" else source.read(name))
    return path


@pytest.fixture
def submit(tmp_path):
    """Makes a submission: the reference's modules and the notebook, or what is given in their place."""

    def make(
        modules: Mapping[str, str] = {},
        *,
        name="submission",
        notebook=NOTEBOOK,
        notebook_name="linear_classifier.ipynb",
        files: Mapping[str, str | bytes] = {},
    ):
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for module, source in {**apply((), SOURCES), **modules}.items():
                archive.writestr(f"{module}.py", source)
            if notebook:
                archive.writestr(notebook_name, notebook)
            for file, content in files.items():
                archive.writestr(file, content)
        return path

    return make


def cells(*sources, kernel="python3"):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
    return nbformat.writes(notebook)


def otter_run(autograder, submission, **environment):
    out = submission.with_name(f"{submission.stem}-{autograder.stem}")
    out.mkdir()
    result = subprocess.run(
        [BIN / "otter", "run", "-a", autograder, "-o", out, "--no-logo", submission],
        env={**os.environ, **environment},
        cwd=out,
        capture_output=True,
        text=True,
        timeout=300,
    )
    file = out / "results.json"
    results = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    return Run(result.returncode, result.stdout + result.stderr, results)


def graded_by_the_kit(folder, out):
    """The scores of `autograder grade` by submission."""
    command = [BIN / "autograder", "grade", folder, "--assignment", ASSIGNMENT.name, "--out", out]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        row["submission"]: {question: float(row[question]) for question in QUESTIONS} for row in rows
    }, rows


def test_otter_gives_every_question_the_score_that_the_kit_gives(autograder, submit, tmp_path):
    names = (
        "l2_gradient_without_the_two",
        "sample_batch_images_and_labels_apart",
        "softmax_loss_log_of_zero",
        "svm_gradient_without_the_mean",
    )
    mistakes = [MISCONCEPTIONS[name] for name in names]
    asked = ASSIGNMENT.manual["predictions"].predictions
    predicted = {name: prediction.answer for name, prediction in asked.items()} | {"weights": 1}
    files = {"predictions.json": json.dumps(predicted)}
    submissions = {
        "reference": submit(name="reference", files=files),
        "four mistakes": submit(apply(mistakes, SOURCES), name="four mistakes"),
    }
    by_the_kit, _ = graded_by_the_kit(tmp_path, tmp_path.with_name("kit"))
    runs = {name: otter_run(autograder, path) for name, path in submissions.items()}
    by_otter = {name: run.scores for name, run in runs.items()}
    assert by_otter == by_the_kit
    share = (len(asked) - 0.5) / len(asked)  # all are right but one
    told = {name: run.results["output"] for name, run in runs.items()}
    assert all("Not in this score, the course adds these points: " in text for text in told.values())
    assert f"; Predictions, {4 * share:g} of 4." in told["reference"]
    assert "; Predictions, 0 of 4." in told["four mistakes"]
    assert sum(by_otter["reference"].values()) == 100
    lost = {
        question
        for question in QUESTIONS
        if by_otter["four mistakes"][question] < by_otter["reference"][question]
    }
    assert lost - {"accuracy"} == {question for mistake in mistakes for question in mistake.questions}
    assert sum(by_otter["four mistakes"].values()) > 0


def test_hidden_tests_that_stock_otter_hands_out_stay_hidden(autograder, stock, submit):
    loot = submit({"loss": apply((), SOURCES)["loss"] + looter()}, notebook=cells(looter("./tests")))
    on_stock = otter_run(stock, notebook_only(loot))
    with_plugin = otter_run(autograder, loot)
    assert all(holds(on_stock.visible, case) for case in HIDDEN_CASES), "the attack works on stock Otter"
    assert "I have found 0 files." in with_plugin.visible
    everything = " ".join(texts(with_plugin.results))
    assert not [case for case in HIDDEN_CASES if holds(everything, case)]
    for secret in ("hidden=True", "reference.", "check.", str(ASSIGNMENT.seed)):
        assert secret not in with_plugin.visible
    assert with_plugin.scores["svm_loss"] == 0
    assert with_plugin.scores["softmax_loss"] == 7


def test_patching_otter_does_not_turn_wrong_functions_into_points(autograder, stock, submit):
    wrong = apply([MISCONCEPTIONS["l2_gradient_without_the_two"]], SOURCES)
    wrong["gradient"] += "\n\ndef svm_gradient(W, X, y, delta=1.0):\n    return W\n"
    cheat = submit({name: PATCHES + source for name, source in wrong.items()}, notebook=cells(PATCHES))
    on_stock = otter_run(stock, notebook_only(cheat))
    with_plugin = otter_run(autograder, cheat)
    assert sum(on_stock.scores.values()) == 100, "the attack works on stock Otter, with no function at all"
    assert with_plugin.scores["svm_gradient"] == 0
    assert with_plugin.scores["l2_gradient"] < 2
    assert sum(with_plugin.scores.values()) < 95


def notebook_only(submission):
    """Stock Otter's own form: a notebook and nothing that it would not run."""
    with zipfile.ZipFile(submission) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".ipynb"))
        path = submission.with_name(f"{submission.stem}-notebook.ipynb")
        path.write_bytes(archive.read(name))
    return path


class Bomb:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (str(self.mark), "w")


SHADOWS = (
    "IPython", "__init__", "autograder", "base64", "conftest", "dill", "ipykernel_launcher", "ipython_config",
    "ipython_kernel_config", "json", "jupyter_config", "jupyter_nbconvert_config", "matplotlib", "msgpack", "nbformat",
    "numpy", "otter", "pandas", "pyseccomp", "sitecustomize", "solutions", "torch", "traitlets", "usercustomize",
)  # fmt: skip
"""Modules that Otter, IPython or the grader import, and scripts that some program might look for."""


def trapped(submit, marks, **options):
    """The reference with every file beside it that could be run on the way; each leaves a mark if it is."""

    def mark(name):
        return f"try:\n    open({str(marks / name)!r}, 'w').close()\nexcept OSError:\n    pass\n"

    files = {f"{name}.py": mark(name) for name in SHADOWS if name != "nbformat"}
    kernel = {"argv": ["touch", str(marks / "kernel")], "display_name": "Python 3", "language": "python"}
    return submit(
        notebook=cells(mark("cell"), kernel=options.pop("kernel")),
        files={
            **files,
            ".OTTER_LOG": pickle.dumps(Bomb(marks / "log")),
            "colab_setup/__init__.py": mark("colab_setup"),
            "colab_setup/data.py": mark("colab_setup.data"),
            "solutions/__init__.py": mark("solutions package"),
            "tests/svm_loss.py": mark("tests") + "OK_FORMAT = False\nname = 'svm_loss'\n",
            "tests/extra.py": mark("tests") + "OK_FORMAT = False\nname = 'extra'\npoints = 100\n",
            "files/numpy.py": mark("files"),
            "results/results.json": '{"score": 100}',
            "otter_config.json": '{"points_possible": 1000}',
            "matplotlibrc": "backend: module://conftest\n",
            "kernels/python3/kernel.json": json.dumps(kernel),
            ".ipython/profile_default/startup/start.py": mark("startup"),
        },
        **options,
    )


def test_nothing_of_the_submission_runs_outside_the_sandbox(autograder, stock, submit, tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    odd = "we\"ird 'name' %s {0} $(touch x) Bài tập.ipynb"
    run = otter_run(
        autograder, trapped(submit, marks, name="trapped", kernel="no-such-kernel", notebook_name=odd)
    )
    assert sorted(mark.name for mark in marks.iterdir()) == []
    assert sum(run.scores.values()) == 100
    assert set(run.scores) == QUESTIONS

    otter_run(stock, trapped(submit, marks, name="trapped on stock", kernel="python3"))
    assert {"log", "ipykernel_launcher"} <= {mark.name for mark in marks.iterdir()}, (
        "the traps work on stock Otter"
    )


def test_a_refused_submission_gets_no_points_and_the_sentence(autograder, submit, tmp_path):
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("notebook.ipynb", cells("1 + 1"))
        for folder in ("first", "second"):
            for name, source in apply((), SOURCES).items():
                archive.writestr(f"{folder}/{name}.py", source)
    by_the_kit, rows = graded_by_the_kit(tmp_path, tmp_path.with_name("kit of refused"))
    run = otter_run(autograder, tmp_path / "twice.zip")
    assert run.code == 0
    assert run.scores == by_the_kit["twice"] == dict.fromkeys(QUESTIONS, 0)
    assert rows[0]["status"] == "rejected"
    assert "The modules are in two folders, first/ and second/" in run.results["output"]
    assert "two folders" in run.results["tests"][0]["output"]


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """The plugin before grading, in a folder with Otter's tests and a notebook of the student's."""
    folder = tmp_path / "submission"
    (folder / "tests").mkdir(parents=True)
    (folder / "tests/l1.py").write_text("the grader's")
    (folder / "nb.ipynb").write_text(cells("1 + 1"))
    monkeypatch.chdir(folder)
    return SandboxedGrading(str(folder / "nb.ipynb"), {}, {"assignment": ASSIGNMENT.name})


def test_only_the_graders_own_files_stay_where_otter_works(plugin, tmp_path):
    outside = tmp_path / "outside.zip"
    outside.write_text("not the student's")
    for link in ("notes.zip", "loss.py", "link"):
        Path(link).symlink_to(outside if link != "link" else tmp_path)
    Path("An.zip").write_text("unpacked already")
    Path("folder.zip/deep").mkdir(parents=True)
    for name in (".OTTER_LOG", ".hidden", "Tests", "-rf", "Bài tập\n.py"):
        Path(name).write_text("the student's")
    plugin.before_grading(AutograderConfig({"zips": True, "grade_from_log": True}))
    assert {path.name for path in Path.cwd().iterdir()} == {"tests", "nb.ipynb", "An.zip", "notes.zip"}
    assert Path("An.zip").read_bytes() == Path("notes.zip").read_bytes() == b""
    assert nbformat.read("nb.ipynb", 4).cells[0].source == ""
    assert Path("tests/l1.py").read_text() == "the grader's"
    assert outside.read_text() == "not the student's"
    kept = plugin.workspace / "submission"
    assert {path.name for path in kept.iterdir()} == {
        ".OTTER_LOG", ".hidden", "Tests", "-rf", "Bài tập\n.py", "folder.zip", "link", "loss.py", "nb.ipynb"
    }  # fmt: skip


def test_a_student_log_is_never_graded(plugin):
    config = AutograderConfig({"grade_from_log": True})
    plugin.before_grading(config)
    assert config.grade_from_log is False


def test_a_kernel_that_ends_early_is_the_graders_failure(plugin):
    plugin.before_grading(AutograderConfig({}))
    with pytest.raises(GraderFailed, match="kernel ended before"):
        plugin.after_grading(GradingResults([]))
    assert not plugin.workspace.exists()


@pytest.mark.parametrize("results", [GradingResults.without_results(ValueError("torn")), GradingResults([])])
def test_results_that_are_lost_after_scoring_are_the_graders_failure(plugin, results):
    plugin.before_grading(AutograderConfig({}))
    report = {"output": "", "scores": {"l1": 1.5}, "staff": ""}
    (plugin.workspace / "report.json").write_text(json.dumps(report))
    with pytest.raises(GraderFailed, match="lost on the way"):
        plugin.after_grading(results)


def test_the_staff_hears_of_cases_that_failed_on_the_graders_side(plugin):
    plugin.before_grading(AutograderConfig({}))
    report = {"output": "for students", "scores": {}, "staff": "l1: a bug"}
    (plugin.workspace / "report.json").write_text(json.dumps(report))
    results = GradingResults([])
    plugin.after_grading(results)
    assert plugin.generate_report() == "l1: a bug"
    assert results.output == "for students"


def test_an_unknown_assignment_is_named_in_the_error(plugin):
    plugin.before_grading(AutograderConfig({}))
    grade_in_kernel(json.dumps({"assignment": "no_such", "workspace": str(plugin.workspace)}))
    with pytest.raises(GraderFailed, match="There is no assignment 'no_such'"):
        plugin.after_grading(GradingResults([]))
