"""Copies come first, whatever was renamed and moved about in them; independent work and the stubs do not show."""

import ast
import csv
import os
import random
import subprocess
import sys
import zipfile
from collections import Counter

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.assignment import settings as assignments
from autograder.assignment.misconceptions import load_misconceptions
from autograder.assignment.variants import apply, load_styles
from autograder.report import similarity
from tests.benchmarks.many import renamed

SETTINGS = assignments.load("linear_classifier")
STUBS = assignments.PACKAGE.parent / "assignments" / "linear_classifier"
REFERENCE = {name: (SETTINGS.solutions / f"{name}.py").read_text() for name in SETTINGS.modules}
MISCONCEPTIONS = load_misconceptions(SETTINGS.solutions)
STYLES = load_styles(SETTINGS.solutions)


def own_work(rng):
    """Each function in one of its styles, some with a mistake, all with names of its author's."""
    chosen = {}
    for function in sorted({style.function for style in STYLES}):
        choice = rng.choice([None, *(style for style in STYLES if style.function == function)])
        if choice:
            chosen[function] = choice
    for mistake in rng.sample(MISCONCEPTIONS, rng.choice((0, 1, 2, 3))):
        chosen[mistake.function] = mistake
    return {name: renamed(source, rng) for name, source in apply(chosen.values(), REFERENCE).items()}


def disguised(modules, rng):
    """The same code with other names, comments, layout and order of functions."""
    copy = {}
    for name, source in modules.items():
        tree = ast.parse(renamed(source, rng))
        rng.shuffle(tree.body)
        tree.body.sort(key=lambda node: isinstance(node, ast.FunctionDef))
        copy[name] = ast.unparse(tree).replace("    ", "  ").replace("\n", "  # all mine\n")
    return copy


DEAD = "\n\n".join(
    f"def helper_{n}(a, b):\n    c = a * {n} + b\n    while c > {n}:\n        c -= b - {n} * a\n    return [c, a // (b + {n})]"
    for n in range(90)
)
"""10 kB of code that nothing calls."""


ODD = """
def svm_gradient_naive(W, X, y, delta=1.0):
    rows, columns = X.shape[0], W.shape[1]
    slope = [[0.0] * columns for _ in range(X.shape[1])]
    for row in range(rows):
        own = sum(X[row][k] * W[k][y[row]] for k in range(X.shape[1]))
        wrong = [c for c in range(columns) if c != y[row] and sum(X[row][k] * W[k][c] for k in range(X.shape[1])) - own > -delta]
        for k in range(X.shape[1]):
            for c in wrong:
                slope[k][c] += X[row][k] / rows
            slope[k][y[row]] -= len(wrong) * X[row][k] / rows
    return np.array(slope)
"""
"""A function that nobody else would write so."""


def with_odd(modules, rng):
    """The same with that one function, under other names."""
    tree = ast.parse(modules["gradient"])
    (odd,) = ast.parse(renamed(ODD, rng)).body
    tree.body = [odd if getattr(node, "name", "") == odd.name else node for node in tree.body]
    return modules | {"gradient": ast.unparse(tree)}


def put(folder, name, modules):
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        for module, source in modules.items():
            archive.writestr(f"{module}.py", source)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A class of 16, three of whom copied, with the stubs, an essay and a hostile one; the report's folder."""
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("out")
    works = {f"student {number:02}": own_work(random.Random(number)) for number in range(16)}
    for name, modules in works.items():
        put(folder, name, modules)
    for number in (3, 7, 11):
        put(folder, f"copy of {number:02}", disguised(works[f"student {number:02}"], random.Random(-number)))
    stuffed = works["student 05"] | {
        "loss": disguised(works["student 05"], random.Random(5))["loss"] + "\n\n" + DEAD
    }
    put(folder, "stuffed copy of 05", stuffed)
    for number in (13, 14):
        put(folder, f"student {number}", with_odd(works[f"student {number}"], random.Random(number)))
    put(folder, "only stubs", {name: (STUBS / f"{name}.py").read_text() for name in SETTINGS.modules})
    put(folder, "only stubs too", {name: (STUBS / f"{name}.py").read_text() for name in SETTINGS.modules})
    (folder / "essay.txt").write_text("I could not open the notebook")
    hostile = (
        "\n\nwords = '''</pre><script>alert(1)</script>\u202e'''\n" + "words = words.replace('a', 'b')\n" * 30
    )
    for number in (1, 2):
        put(folder, f"<b>{number}", {"loss": REFERENCE["loss"] + hostile + "def f(:"})
    result = CliRunner().invoke(
        cli.app, ["similar", str(folder), "--assignment", "linear_classifier", "--out", str(out)]
    )
    assert result.exit_code == 0, result.output
    return out, result.output


def pairs(out):
    with (out / "similarity.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["one"], row["other"], float(row["likeness"])) for row in csv.DictReader(file)]


@pytest.mark.slow
def test_copies_come_first_and_independent_work_does_not_show(written):
    found = [pair for pair in pairs(written[0]) if "<b>" not in pair[0]]
    copies = {(f"copy of {number:02}", f"student {number:02}") for number in (3, 7, 11)}
    assert {pair[:2] for pair in found} == copies | {("student 05", "stuffed copy of 05")}
    assert min(likeness for one, _, likeness in found if one.startswith("copy")) > 0.95


def test_code_that_was_added_hides_no_copy(written):
    with (written[0] / "similarity.csv").open(encoding="utf-8-sig", newline="") as file:
        (stuffed,) = (row for row in csv.DictReader(file) if row["other"] == "stuffed copy of 05")
    assert float(stuffed["likeness"]) < similarity.LEAST < 0.95 < float(stuffed["contained"])


def test_one_function_that_two_have_is_found_among_all_that_is_their_own(written):
    with (written[0] / "similarity-functions.csv").open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["function"], first["one"], first["other"]) == (
        "svm_gradient_naive",
        "student 13",
        "student 14",
    )
    assert float(first["contained"]) > 0.95
    page = (written[0] / "similarity.html").read_text(encoding="utf-8")
    assert "function by function" in page
    assert "student 13 and student 14" in page


@pytest.mark.slow
def test_two_attempts_of_one_student_are_not_compared_and_names_are_the_lists(tmp_path):
    work = own_work(random.Random(1))
    for name in ("first", "again", "other"):
        put(tmp_path, name, disguised(work, random.Random(len(name))))
    found = [(name, tmp_path / f"{name}.zip") for name in ("first", "again", "other")]
    owners = {"first": frozenset("1"), "again": frozenset("1"), "other": frozenset("2")}
    report = similarity.compare(SETTINGS, found, owners, {"first": "An", "again": "An", "other": "Bình"})
    assert {(pair.one, pair.other) for pair in report.pairs} == {("An", "Bình")}
    namesakes = similarity.compare(SETTINGS, found[1:], owners, {"again": "An", "other": "An"})
    assert {(pair.one, pair.other) for pair in namesakes.pairs} == {("An (again)", "An (other)")}


def test_what_is_alike_is_marked_on_both_sides(written):
    page = (written[0] / "similarity.html").read_text(encoding="utf-8")
    first = page.split("<details")[1]
    assert Counter(part[:5] for part in first.split("<mark>")[1:])
    left, right = first.split("<section")[1:]
    assert "<mark>" in left
    assert "<mark>" in right
    assert "# all mine" not in page


def test_what_is_hostile_is_text(written):
    page = (written[0] / "similarity.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "<b>" not in page


def test_nothing_is_lost(written):
    out, said = written
    page = (out / "similarity.html").read_text(encoding="utf-8")
    assert "22 submissions compared" in said
    assert "3 could not be compared" in said
    for name in ("only stubs", "only stubs too", "essay"):
        assert f"<li>{name}: " in page
    assert "next to nothing beside what was given out" in page


@pytest.mark.slow
def test_a_huge_submission_is_left_out_with_the_reason(tmp_path):
    put(tmp_path, "huge", {"loss": "x = 1\n" * 60_000})
    put(tmp_path, "many", {"loss": "x = 1\n", **{f"more{number}": "" for number in range(200)}})
    report = similarity.compare(SETTINGS, [(name, tmp_path / f"{name}.zip") for name in ("huge", "many")])
    assert report.pairs == ()
    assert report.left_out == (
        ("huge", "It holds 360,000 bytes of code, too much to be compared."),
        ("many", "It holds 201 modules, too many to be compared."),
    )


@pytest.mark.slow
def test_fingerprints_are_the_same_in_every_run():
    program = "from autograder.report.prints import fingerprints; print(sorted(fingerprints('x = 1\\n' * 40 + 'def f(a): return a @ a.T + 1').hashes))"
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert len(found.pop()) > 30
