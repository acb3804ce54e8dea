"""An author's and a course's whole way, from an installed wheel and in a folder outside of any checkout."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.authoring.wheels import wheel

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent

EDITED = '''"""Checks of spread: the largest number less the smallest."""

from otter.test_files import test_case

OK_FORMAT = False

name = "spread"
points = None


@test_case(name="spread: of three", points=2)
def of_three(spread):
    assert spread([3.0, -1.0, 3.0]) == (4.0, {3.0: 2, -1.0: 1})


@test_case(name="spread: of many", points=3, hidden=True, failure_message="Numbers may all be negative.")
def of_many(spread, reference, numbers, check):
    for drawn in numbers:
        check.agrees(spread, reference.spread, drawn)


@test_case(name="spread: of what is measured", points=2, hidden=True)
def measured(spread, training):
    training.reaches(spread, recipe="three", tier="near")
'''

MEASURE = '''"""Takes the spread of three numbers for what a model is measured by."""

from types import SimpleNamespace

from autograder.checks import Measured


def measure(functions, recipe, seed, seconds):
    return Measured(functions[0](recipe.arguments["numbers"])[0])


def prepare(dataset, seed, folder):
    return SimpleNamespace(
        dataset="drawn", source="", device="cpu", files={}, hidden=(), given=lambda attached: {}, measure=measure
    )
'''

COMMANDS = """
import json, sys
from pathlib import Path
from typer.testing import CliRunner
import autograder
from autograder.cli import app

assert Path(autograder.__file__).is_relative_to(sys.argv[1]), autograder.__file__
for arguments in json.loads(sys.argv[2]):
    result = CliRunner().invoke(app, arguments)
    print(f"$ autograder {' '.join(arguments)}\\n{result.output}")
    if result.exit_code:
        sys.exit(f"{result.exit_code} {result.exception!r}")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Where the kit's wheel is installed, alone."""
    place = tmp_path_factory.mktemp("wheel")
    name, content = wheel()
    (place / name).write_bytes(content)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        place / "kit",
    ]
    subprocess.run([*command, place / name], check=True, capture_output=True)
    return place / "kit"


def environment(installed):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return {**kept, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}


def run(installed, folder, *commands):
    """What the commands print, in the folder and from the wheel; all of them in one process, for its start takes seconds."""
    program = [
        sys.executable,
        "-c",
        COMMANDS,
        str(installed),
        json.dumps([list(map(str, c)) for c in commands]),
    ]
    done = subprocess.run(
        program, cwd=folder, env=environment(installed), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def edit(folder):
    """What an author does: a second question with a class, a fixture and a measure of its own, and other points."""
    suite, solutions = folder / "suites/trees", folder / "solutions/trees"
    (suite / "tests/spread.py").write_text(EDITED)
    (suite / "fixtures.py").write_text(
        "from autograder.checks import fixture\n\n\n@fixture\ndef numbers(check):\n"
        "    return [check.rng('spread', n).normal(-9.0, size=n).tolist() for n in (2, 5)]\n"
    )
    settings = suite / "assignment.toml"
    (suite / "measure.py").write_text(MEASURE)
    settings.write_text(
        settings.read_text().replace("points = 10", "points = 17")
        + '[training]\nfunctions = ["spread"]\nunit.en = "apart"\nbetter = "lower"\n'
        "[recipes.drawn.three]\narguments.numbers = [5.0, 7.0, 6.0]\ntiers.near = 2.5\nsd = 0.1\n"
    )
    with (solutions / "preparing.py").open("a") as file:
        file.write(
            '\n\nclass Ends:\n    """Of a list of floats the smallest, low, and the largest, high."""\n\n    def __init__(self, values):\n'
            "        # BEGIN SOLUTION\n        self.low, self.high = min(values), max(values)\n        # END SOLUTION\n"
            '\n\ndef spread(values):\n    """The largest less the smallest of the values, and a dict of how often each occurs."""\n'
            "    ends = Ends(values)\n"
            "    return ends.high - ends.low, {value: values.count(value) for value in values}\n"
        )
    with (solutions / "misconceptions.toml").open("a") as file:
        file.write(
            '\n[preparing.Ends]\nquestions = ["spread"]\n'
            '[preparing.Ends.spread_from_zero]\nedit."min(values)" = "0"\nen = "The smallest number counts too."\n'
        )
    notebook = solutions / "notebook.py"
    text = notebook.read_text().replace("import centre", "import centre, spread")
    notebook.write_text(
        text.replace('grader.check("centre")', 'grader.check("centre")\n\n# %%\ngrader.check("spread")')
    )


def solve(folder, installed, source):
    """What a student does: fills in the module and makes the zip to hand in."""
    (folder / "preparing.py").write_text(source)
    submit = [sys.executable, "-m", "colab_setup", "submit"]
    done = subprocess.run(submit, cwd=folder, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "submission.zip"


def test_from_new_to_graded_in_a_course_of_its_own_from_a_wheel(installed, tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    run(installed, course, ["new", "trees"])
    assert sorted(path.name for path in course.iterdir()) == [
        "assignments",
        "course.toml",
        "solutions",
        "suites",
    ]
    assert (course / "course.toml").stat().st_mode & 0o77 == 0
    edit(course)
    settings = course / "course.toml"
    settings.write_text(
        settings.read_text()
        + "\n[points]\nspread = 10\n[deadline]\nat = 2031-12-01T23:59:00+07:00\npercent_per_day = 10\n"
    )
    said = run(installed, course, ["stubs"], ["validate"], ["release", "--out", "dist"], ["doctor"])
    assert "spread: 1 of 1 misconceptions lose points" in said
    assert "0 complaints" in said

    students = tmp_path / "students"
    with zipfile.ZipFile(course / "dist/trees.zip") as archive:
        archive.extractall(students)
    secret = next(line for line in settings.read_text().splitlines() if line.startswith("seed")).split()[-1]
    handed_out = "\n".join(path.read_text("utf-8") for path in students.rglob("*") if path.is_file())
    assert secret not in handed_out
    assert "max(values)" not in handed_out
    readme = (students / "README.md").read_text("utf-8")
    assert "Due on 2031-12-01 23:59" in readme
    assert "| `spread` | 10 |" in readme
    assert "| together | 20 |" in readme

    right = (course / "solutions/trees/preparing.py").read_text()
    wrong = right.replace("min(values)", "0")
    (course / "submissions").mkdir()
    for name, source in (("wrong", wrong), ("right", right)):
        solve(students, installed, source).rename(course / "submissions" / f"{name}.zip")
    said = run(
        installed, course, ["check", students], ["grade", "submissions"], ["report", "graded"],
        ["export", "graded", "--format", "csv"], ["similar", "submissions", "--out", "alike"], ["schema", "course"],
    )  # fmt: skip
    assert f"trees, as {settings} has it." in said
    assert "CIFAR" not in said
    assert "data:" not in said
    with (course / "graded/grades.csv").open(newline="") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    assert {name: (row["score"], row["max_score"]) for name, row in rows.items()} == {
        "right": ("20", "20"),
        "wrong": ("10", "20"),
    }
    record = json.loads((course / "graded/results/right/results.json").read_text())["extra_data"]
    assert record["course"]["points"] == {"spread": 10.0}
    assert str(record["seed"]) == secret
    assert (course / "graded/report/index.html").exists()
    assert (course / "alike/similarity.html").exists()

    out = tmp_path / "otter"
    out.mkdir()
    otter = [
        BIN / "otter",
        "run",
        "-a",
        course / "dist/trees-autograder.zip",
        "-o",
        out,
        "--no-logo",
        course / "submissions/wrong.zip",
    ]
    done = subprocess.run(
        otter, cwd=out, env=environment(installed), capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((out / "results.json").read_text())
    assert {test["name"]: (test["score"], test["max_score"]) for test in results["tests"] if "score" in test} == {
        "centre": (10.0, 10.0), "spread": (0.0, 10.0),
    }  # fmt: skip


def test_an_installed_kit_gives_its_own_wheel_again_and_keeps_runs_of_its_own_assignments_to_a_checkout(
    installed, tmp_path
):
    program = (
        "from autograder.authoring.wheels import wheel\nname, content = wheel()\n"
        "import sys\nopen(sys.argv[1] + '/' + name, 'wb').write(content)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, tmp_path], env=environment(installed), cwd=tmp_path, check=True
    )
    (built,) = installed.parent.glob("*.whl")
    with zipfile.ZipFile(tmp_path / built.name) as again, zipfile.ZipFile(built) as first:
        assert again.testzip() is None
        assert {name: again.read(name) for name in again.namelist() if not name.endswith("RECORD")} == {
            name: first.read(name) for name in first.namelist() if not name.endswith("RECORD")
        }
    command = [sys.executable, "-m", "autograder", "calibrate", "linear_classifier"]
    refused = subprocess.run(
        command, env=environment(installed), cwd=tmp_path, capture_output=True, text=True
    )
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "needs a checkout of the kit" in refused.stderr
