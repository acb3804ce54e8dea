"""Grading as in a container, without one: everything but the image and the engine is real; tests/docker has those."""

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.assignment import settings as assignments
from autograder.assignment.variants import apply
from autograder.authoring import release
from autograder.grading.container import grading, memory
from autograder.grading.container.__main__ import ENDS
from autograder.sandbox.inside import landlock
from tests.released import released

pytestmark = pytest.mark.slow

CONTAINER = (sys.executable, Path(__file__).parents[2] / "container.py")
ASSIGNMENT = assignments.load("linear_classifier")
QUESTIONS = {path.stem for path in ASSIGNMENT.tests}
REFERENCE = {
    f"{name}.py": source
    for name, source in apply(
        (),
        {
            name: (ASSIGNMENT.solutions / f"{name}.py").read_text(encoding="utf-8")
            for name in ASSIGNMENT.modules
        },
    ).items()
}
NOTEBOOK = (release.ROOT / "assignments/linear_classifier/linear_classifier.ipynb").read_text("utf-8")

FORMS = {
    "as it should be": {**REFERENCE, "linear_classifier.ipynb": NOTEBOOK},
    "nested": {f"my work/{name}": text for name, text in REFERENCE.items()},
    "no notebook": REFERENCE,
    "damaged notebook": {**REFERENCE, "linear_classifier.ipynb": "{"},
    "two notebooks": {**REFERENCE, "a.ipynb": NOTEBOOK, "b.ipynb": NOTEBOOK},
    "a file named tests": {**REFERENCE, "tests": "raise SystemExit"},
}

GRADE = """
import sys
from pathlib import Path
from autograder.grading.container import grading
grading.grade(Path(sys.argv[1]), Path(sys.argv[1]) / "cache")
"""

ROW = """
import dill
from otter.grade.utils import merge_scores_to_df
with open(file, "rb") as opened:
    results = dill.load(opened)
results.file = "An.zip"
print(merge_scores_to_df([results]).tail(1).to_json(orient="records"))
"""
"""Prints the row that `otter grade` makes of a file's results."""


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    """autograder.zip as the kit builds it."""
    return released(ASSIGNMENT, tmp_path_factory.mktemp("release"))[1]


@pytest.fixture
def root(autograder, tmp_path):
    """The folder that is /autograder in an image, before a submission comes."""
    for name in ("submission", "results"):
        (tmp_path / "image" / name).mkdir(parents=True)
    with zipfile.ZipFile(autograder) as archive:
        archive.extractall(tmp_path / "image/source")
    (tmp_path / "image/results/results.pkl").touch()  # as `otter grade` leaves it there
    return tmp_path / "image"


def zipped(root, files, name="An"):
    with zipfile.ZipFile(root / f"submission/{name}.zip", "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)


def grade(root, *under):
    """Grade; returns what was printed, `results.json`, and the row that `otter grade` makes of it."""
    result = subprocess.run(
        [*under, sys.executable, "-c", GRADE, root],
        cwd=release.ROOT,
        env={**os.environ, "PYTHONPATH": str(release.ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout, *written(root)


@pytest.fixture
def grade_here(root, capsys):
    """Grades in this process, which has loaded the kit already; returns what `grade` does."""

    def call():
        try:
            grading.grade(root, root / "cache")
        finally:
            signal.alarm(0)
        return capsys.readouterr().out, *written(root)

    return call


def written(root):
    """`results.json`, None where there is none, and the row in the table of `otter grade`."""
    results, found = root / "results/results.json", {}
    # As in the program, for which Otter's own imports take seconds.
    exec(ROW, {"print": lambda text: found.update(json.loads(text)[0]), "file": root / "results/results.pkl"})
    return json.loads(results.read_text()) if results.exists() else None, found


def row_without_the_kit(root):
    """The row as `otter grade` makes it, where there is no kit."""
    program = f"import sys; sys.modules['autograder'] = None; file = sys.argv[1]\n{ROW}"
    command = [sys.executable, "-c", program, root / "results/results.pkl"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert told.returncode == 0, told.stderr
    (row,) = json.loads(told.stdout)
    return row


def scores(results):
    return {test["name"]: test["score"] for test in results["tests"] if "score" in test}


# The others are graded in a real container too.
@pytest.mark.parametrize(
    "form", [*list(FORMS)[:2], *(pytest.param(form, marks=pytest.mark.long) for form in list(FORMS)[2:])]
)
def test_right_modules_get_their_points_in_whatever_form_they_come(root, grade_here, form):
    zipped(root, FORMS[form])
    _, results, row = grade(root) if form == "as it should be" else grade_here()
    assert scores(results).keys() == QUESTIONS
    assert sum(scores(results).values()) == 100
    assert (row["total_points_earned"], row["grading_status"]) == (100, "Completed")


def test_what_gradescope_has_unpacked_is_graded_too(root, grade_here):
    for name, text in FORMS["nested"].items():
        (root / "submission" / name).parent.mkdir(exist_ok=True)
        (root / "submission" / name).write_text(text)
    _, results, _ = grade_here()
    assert sum(scores(results).values()) == 100
    assert "the modules were in the folder my work/" in results["output"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"one/loss.py": "", "two/loss.py": ""}, "The modules are in two folders, one/ and two/"),
        ({"linear_classifier.ipynb": NOTEBOOK}, "None of loss.py, gradient.py, regularization.py, sgd.py"),
        ({"../loss.py": ""}, "A path leads out of the submission"),
    ],
)
def test_what_cannot_be_opened_gets_no_points_and_the_reason_everywhere(root, grade_here, files, reason):
    zipped(root, files)
    printed, results, row = grade_here()
    assert scores(results) == dict.fromkeys(QUESTIONS, 0)
    assert reason in results["output"]
    assert reason in results["tests"][0]["output"] + results["tests"][1]["output"]
    assert reason in printed
    assert row["total_points_earned"] == 0
    assert reason in row["grading_status"]


def test_links_and_pipes_are_refused_and_not_followed(root, grade_here, tmp_path):
    (tmp_path / "secret.py").write_text("SECRET = 42")
    (root / "submission/loss.py").symlink_to(tmp_path / "secret.py")
    os.mkfifo(root / "submission/sgd.py")
    _, results, row = grade_here()
    assert sum(scores(results).values()) == 0
    assert "is a link or a device and no file" in row["grading_status"]


@pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
def test_it_grades_where_no_namespaces_are_allowed(root):
    zipped(root, {**REFERENCE, "sgd.py": "raise OSError"})
    printed, results, row = grade(root, *CONTAINER)
    assert 0 < sum(scores(results).values()) < 97
    assert scores(results)["softmax_loss"] == 7
    assert row_without_the_kit(root) == row
    assert "Landlock" in printed
    assert "unprivileged" not in json.dumps(
        [test for test in results["tests"] if test["visibility"] != "hidden"]
    )
    assert row["total_points_earned"] == sum(scores(results).values())


def test_a_grader_that_fails_says_so_and_gives_no_score(root):
    zipped(root, REFERENCE)
    printed, results, row = grade(root, *CONTAINER, "--no-landlock")
    assert results is None
    for told in (printed, row["grading_status"]):
        assert "The grader failed, which says nothing about the submission: No sandbox" in told
        assert "the kernel has no Landlock" in told


def test_too_little_memory_is_the_graders_failure_with_a_sentence(root, grade_here, monkeypatch):
    zipped(root, REFERENCE)
    needed = ASSIGNMENT.container.memory_mb["synthetic"]
    monkeypatch.setattr(memory, "allowed_mb", lambda: needed - 1)
    printed, results, row = grade_here()
    assert results is None
    assert row_without_the_kit(root) == row
    sentence = f"needs {needed:,} MB of memory, and this container has {needed - 1:,} MB. Give it more and grade again"
    assert sentence in printed
    assert sentence in row["grading_status"]


def test_a_submission_that_hangs_everywhere_ends_in_time_with_its_results(root):
    config = root / "source/otter_config.json"
    config.write_text(config.read_text().replace('"limit_seconds": 600.0', '"limit_seconds": 70'))
    loops = re.sub(r"(?m)^(def \w+\(.*\):)$", r"\1\n    while True: pass", REFERENCE["loss.py"])
    zipped(root, {**REFERENCE, "loss.py": loops})
    _, results, row = grade(root)
    assert scores(results)["svm_loss"] == 0
    assert "time for grading this submission was used up" in json.dumps(results)
    assert row["grading_status"] == "Completed"


@pytest.mark.parametrize(("status", "why"), [*ENDS.items(), (3, "it ended with status 3")])
def test_a_grader_that_was_ended_leaves_a_sentence_and_no_results(root, capsys, status, why):
    (root / "results/results.json").write_text("half")
    grading.fail(root, ENDS.get(status, f"it ended with status {status}"))
    results, row = written(root)
    assert results is None
    assert row["grading_status"].endswith(f"says nothing about the submission: {why}")
    assert why in capsys.readouterr().out


def test_the_script_has_the_end_of_the_grader_told(autograder, tmp_path):
    with zipfile.ZipFile(autograder) as archive:
        script = archive.read("run_autograder").decode()
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho $* >> {tmp_path}/calls\ncase $* in *grade) kill -KILL $$; esac\n")
    python.chmod(0o755)
    script = script.replace("/opt/coursework/bin/python", str(python)).replace(
        "/autograder/.", f"{tmp_path}/."
    )
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert ended.returncode == 0
    assert (tmp_path / "calls").read_text().splitlines() == [
        "-I -m autograder.grading.container grade", f"-I -m autograder.grading.container failed {128 + signal.SIGKILL}"
    ]  # fmt: skip


def groups(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"sys/fs/cgroup/memory.max": "805306368\n"}, 768),
        ({"sys/fs/cgroup/memory.max": "max\n", "proc/meminfo": "MemTotal:  2097152 kB\n"}, 2048),
        ({"sys/fs/cgroup/memory/memory.limit_in_bytes": "1610612736"}, 1536),
        (
            {
                "proc/self/cgroup": "0::/docker/a\n",
                "sys/fs/cgroup/docker/a/memory.max": "1073741824",
                "proc/meminfo": "MemTotal:  2097152 kB\n",
            },
            1024,
        ),
        (
            {
                "proc/self/cgroup": "5:memory:/docker/b\n1:name=systemd:/docker/b\n",
                "sys/fs/cgroup/memory/docker/b/memory.limit_in_bytes": "1073741824",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
            },
            1024,
        ),
        ({}, None),
    ],
)
def test_the_least_limit_of_memory_counts(tmp_path, files, expected):
    assert memory.allowed_mb(groups(tmp_path, files)) == expected
