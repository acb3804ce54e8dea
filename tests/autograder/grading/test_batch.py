"""A whole batch: every submission gets a row and a reason, whatever it is."""

import csv
import dataclasses
import itertools
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.assignment import settings as assignments
from autograder.grading import batch, case_results
from autograder.grading import results as results_module
from autograder.grading.results import STORE, OutputError, Results
from autograder.grading.scoring import Scorer
from autograder.records.store import Store
from autograder.submissions.opening import find_submissions

from ..conftest import REFERENCE, TESTS

pytestmark = pytest.mark.slow


@pytest.fixture
def submissions(tmp_path):
    """A batch of the tiny assignment: two good ones, a wrong one, an endless one and two that cannot be opened."""
    folder = tmp_path / "batch"
    folder.mkdir()

    def put(name, **modules):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            for module, source in {**REFERENCE, **modules}.items():
                archive.writestr(f"{module}.py", textwrap.dedent(source))

    put("Nguyễn Văn An")
    put("good")
    put("wrong", use="def cube(x): return x * x")
    put("endless", use="def cube(x):\n    while True: pass")
    whole = (folder / "good.zip").read_bytes()
    (folder / "cut off.zip").write_bytes(whole[: len(whole) // 2])
    (folder / "essay.txt").write_text("I could not open the notebook")
    return folder


def rows(out):
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def grade(scorer, folder, out, jobs=2, **options):
    results = Results(out, scorer.assignment.name, scorer.points, **options)
    found = find_submissions(folder, scorer.assignment.modules)
    return [graded.row for graded in batch.grade(scorer, found, results, jobs)]


def without_seconds(grades):
    return {
        name: {key: value for key, value in row.items() if key != "seconds"} for name, row in grades.items()
    }


def test_every_submission_has_a_row_and_a_result(tiny_scorer, submissions, tmp_path):
    (submissions / "good.zip").rename(submissions / os.fsdecode(b"L\xea.zip"))  # from a system without UTF-8
    grade(tiny_scorer, submissions, tmp_path / "out")
    grades = rows(tmp_path / "out")
    assert list(next(iter(grades.values()))) == [
        "submission", "status", "score", "max_score", "seconds", "cube", "square", "total",
    ]  # fmt: skip
    assert {name: (row["status"], row["score"]) for name, row in grades.items()} == {
        "Nguyễn Văn An": ("graded", "10"),
        "L\ufffd": ("graded", "10"),
        "wrong": ("graded", "8"),
        "endless": ("partial", "8"),
        "cut off": ("rejected", "0"),
        "essay": ("rejected", "0"),
    }
    for name, row in grades.items():
        results = json.loads((tmp_path / "out" / "results" / name / "results.json").read_text())
        assert sum(test.get("score", 0) for test in results["tests"]) == float(row["score"])
        assert results["extra_data"]["row"]["status"] == row["status"]
    assert "zip" in json.loads((tmp_path / "out/results/essay/results.json").read_text())["output"]


def test_the_grades_do_not_depend_on_the_number_of_jobs(tiny_scorer, submissions, tmp_path):
    grade(tiny_scorer, submissions, tmp_path / "one", jobs=1)
    grade(tiny_scorer, submissions, tmp_path / "three", jobs=3)
    assert without_seconds(rows(tmp_path / "one")) == without_seconds(rows(tmp_path / "three"))


def test_each_grading_is_on_disk_before_the_next_submission_is_done(tiny_scorer, submissions, tmp_path):
    results = Results(tmp_path / "out", "tiny", tiny_scorer.points)
    assert rows(tmp_path / "out") == {}
    found = find_submissions(submissions, ("area", "use"))
    for count, graded in enumerate(batch.grade(tiny_scorer, found, results, 1), 1):
        assert (tmp_path / "out" / "results" / graded.row.submission / "results.json").exists()
        with closing(sqlite3.connect(tmp_path / "out" / STORE)) as database, database:
            assert database.execute("SELECT count(*) FROM gradings").fetchone() == (count,)
    assert len(rows(tmp_path / "out")) == 6


def test_a_batch_that_is_given_up_shows_what_it_graded(tiny_scorer, submissions, tmp_path, monkeypatch):
    monkeypatch.setattr(results_module, "VIEW_SECONDS", 1000)
    results = Results(tmp_path / "out", "tiny", tiny_scorer.points)
    grading = batch.grade(tiny_scorer, find_submissions(submissions, ("area", "use")), results, 1)
    names = {next(grading).row.submission for _ in range(2)}
    assert rows(tmp_path / "out") == {}
    grading.close()
    assert set(rows(tmp_path / "out")) == names


def test_a_late_submission_joins_the_grades_that_are_there(tiny_scorer, submissions, tmp_path):
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    grade(tiny_scorer, submissions / "wrong.zip", tmp_path / "out")
    assert set(rows(tmp_path / "out")) == {"good", "wrong"}


def count_scored(scorer, monkeypatch):
    scored = []
    score = scorer.score
    monkeypatch.setattr(scorer, "judged", False)  # a judge's memory is its own
    monkeypatch.setattr(
        scorer, "score", lambda submission, *rest: scored.append(submission.name) or score(submission, *rest)
    )
    return scored


def test_what_was_graded_and_has_not_changed_is_not_graded_again(
    tiny_scorer, submissions, tmp_path, monkeypatch
):
    grade(tiny_scorer, submissions, tmp_path / "out")
    before = rows(tmp_path / "out")
    scored = count_scored(tiny_scorer, monkeypatch)
    again = grade(tiny_scorer, submissions, tmp_path / "out")
    assert scored == []
    assert {row.submission for row in again} == set(before)
    # What cannot be opened is tried again each time, which may take another hundredth of a second.
    assert without_seconds(rows(tmp_path / "out")) == without_seconds(before)

    (submissions / "wrong.zip").write_bytes((submissions / "good.zip").read_bytes())
    grade(tiny_scorer, submissions, tmp_path / "out")
    assert scored == ["wrong"]
    assert rows(tmp_path / "out")["wrong"]["score"] == "10"
    history = Results(tmp_path / "out", "tiny", tiny_scorer.points).store.history("wrong")
    assert [row.score for row in history] == [8.0, 10.0]
    assert len(Results(tmp_path / "out", "tiny", tiny_scorer.points).store.history("cut off")) == 1


def test_another_seed_or_fresh_grades_again(tiny_scorer, submissions, tmp_path, monkeypatch):
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    scored = count_scored(tiny_scorer, monkeypatch)
    results = Results(tmp_path / "out", "tiny", tiny_scorer.points, fresh=True)
    list(batch.grade(tiny_scorer, [("good", submissions / "good.zip")], results, 1))
    assert scored == ["good"]
    other = Scorer(tiny_scorer.assignment, tiny_scorer.confinement, tiny_scorer.data, tiny_scorer.seed + 1)
    assert other.setting != tiny_scorer.setting
    (row,) = grade(other, submissions / "good.zip", tmp_path / "out")
    assert row.score == 10
    assert len(results.store.history("good")) == 3


def test_a_changed_test_file_or_reference_grades_again(tiny, tiny_scorer):
    before = tiny_scorer.setting.fingerprint("")
    for path in (tiny.tests[0], tiny.settings_file, tiny.solutions / "area.py"):
        path.write_text(path.read_text().replace("call_seconds = 1", "call_seconds = 3") + "\n")
        now = Scorer(assignments.load("tiny"), tiny_scorer.confinement, tiny_scorer.data, tiny_scorer.seed)
        now = now.setting.fingerprint("")
        assert now != before
        before = now


def test_views_that_are_damaged_or_gone_are_made_again(tiny_scorer, submissions, tmp_path):
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    file = tmp_path / "out/results/good/results.json"
    whole = file.read_text()
    for damage in (lambda: file.write_text("{"), file.unlink):
        damage()
        (tmp_path / "out" / "grades.csv").unlink()
        grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
        assert file.read_text() == whole
        assert set(rows(tmp_path / "out")) == {"good"}


def test_a_grading_that_needs_attention_is_made_again(tiny_scorer, submissions, tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(tiny_scorer, "score", broken)
        grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    assert rows(tmp_path / "out")["good"]["status"] == "graded"


def cube_of_three_is(tiny, number):
    """Change the expectation of the suite's only case of cube."""
    path = next(path for path in tiny.tests if path.stem == "cube")
    path.write_text(textwrap.dedent(TESTS["cube"]).replace("== 27", f"== {number}"))


def test_a_question_is_graded_again_and_the_others_stay(tiny, tiny_scorer, submissions, tmp_path):
    counted = (
        "import os\n\ndef square(x): return x * x\ndef total(x): return sum(x) + 0 * len(os.listdir('/tmp'))"
    )
    with zipfile.ZipFile(submissions / "good.zip", "w") as archive:
        archive.writestr("area.py", counted)
        archive.writestr("use.py", textwrap.dedent(REFERENCE["use"]))
    grade(tiny_scorer, submissions, tmp_path / "out")
    before = rows(tmp_path / "out")

    cube_of_three_is(tiny, 9)  # as the wrong one has it
    mended = Scorer(tiny, tiny_scorer.confinement, tiny_scorer.data, tiny_scorer.seed)
    grade(mended, submissions, tmp_path / "out", regrade=["cube"])
    after = rows(tmp_path / "out")
    assert {name: row["cube"] for name, row in after.items() if row["cube"] != "0"} == {"wrong": "2"}
    for name, row in after.items():
        assert [row[q] for q in ("square", "total")] == [before[name][q] for q in ("square", "total")]
    results = Results(tmp_path / "out", "tiny", mended.points)
    assert [row.questions["cube"] for row in results.store.history("good")] == [2.0, 0.0]
    with closing(sqlite3.connect(tmp_path / "out" / STORE)) as database:
        query = "SELECT results FROM gradings WHERE submission = 'good' ORDER BY id"
        records = [record for (record,) in database.execute(query)]
    first, last = (
        {case["name"]: case["seconds"] for case in json.loads(record)["extra_data"]["cases"]}
        for record in records
    )
    assert {name for name in first if first[name] != last[name]} == {"cube: of three"}
    assert [
        graded.grading for graded in batch.grade(mended, [("good", submissions / "good.zip")], results, 1)
    ] == [None]


def test_regrading_with_what_the_store_names_gives_the_same_grade(tiny_scorer, submissions, tmp_path):
    grade(tiny_scorer, submissions, tmp_path / "out")
    before = rows(tmp_path / "out")
    setting = Results(tmp_path / "out", "tiny", tiny_scorer.points).store.last("wrong").setting
    again = Scorer(tiny_scorer.assignment, tiny_scorer.confinement, tiny_scorer.data, setting.seed)
    assert again.setting == setting
    grade(again, submissions, tmp_path / "out", regrade=list(tiny_scorer.points))
    assert without_seconds(rows(tmp_path / "out")) == without_seconds(before)


def test_a_changed_submission_is_regraded_as_a_whole(tiny_scorer, submissions, tmp_path):
    grade(tiny_scorer, submissions / "wrong.zip", tmp_path / "out")
    (submissions / "wrong.zip").write_bytes((submissions / "good.zip").read_bytes())
    (row,) = grade(tiny_scorer, submissions / "wrong.zip", tmp_path / "out", regrade=["square"])
    assert row.score == 10


def test_a_question_is_not_graded_again_under_another_seed_than_the_others(
    tiny_scorer, submissions, tmp_path
):
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    other = Scorer(tiny_scorer.assignment, tiny_scorer.confinement, tiny_scorer.data, tiny_scorer.seed + 1)
    results = Results(tmp_path / "out", "tiny", tiny_scorer.points, regrade=["cube"])
    results.refuse_mixture(tiny_scorer.setting)
    with pytest.raises(OutputError, match=r"good was graded with seed 11 \(now 12\); .*--fresh"):
        results.refuse_mixture(other.setting)


@pytest.mark.parametrize("name", ["python", "numpy", "torch"])
def test_a_question_is_not_graded_again_under_another_python_or_library(
    tiny_scorer, submissions, tmp_path, name
):
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    other = Results(tmp_path / "out", "tiny", tiny_scorer.points).store.last("good")
    now = tiny_scorer.setting.versions[name]
    assert other.setting.versions[name] == now
    setting = dataclasses.replace(tiny_scorer.setting, versions={**other.setting.versions, name: "9.9"})
    assert setting.fingerprint(other.content) != other.fingerprint
    results = Results(tmp_path / "out", "tiny", tiny_scorer.points, regrade=["cube"])
    with pytest.raises(OutputError, match=re.escape(f"good was graded with {name} {now} (now 9.9); ")):
        results.refuse_mixture(setting)


def test_a_question_may_be_graded_again_after_the_kit_was_mended(tiny_scorer, submissions, tmp_path):
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    versions = {**tiny_scorer.setting.versions, "deep-learning-coursework": "9.9"}
    results = Results(tmp_path / "out", "tiny", tiny_scorer.points, regrade=["cube"])
    results.refuse_mixture(dataclasses.replace(tiny_scorer.setting, versions=versions))


def test_a_question_that_is_not_there_is_told_with_those_that_are(tiny_scorer, tmp_path):
    with pytest.raises(OutputError, match=r"tiny has no question 'cubes'. It has cube, square, total"):
        Results(tmp_path / "out", "tiny", tiny_scorer.points, regrade=["cubes"])


def test_a_grading_that_was_cut_off_goes_on_after_its_last_case(
    tiny_scorer, submissions, tmp_path, monkeypatch
):
    """The grader is killed within the endless submission, which costs the time limit once and not again."""
    monkeypatch.setattr(case_results, "NOTE_SECONDS", 0.0)
    results = Results(tmp_path / "out", "tiny", tiny_scorer.points)

    class Killed(BaseException):
        pass

    noted = []

    def note(*arguments):
        Store.note(results.store, *arguments)
        noted.extend(case["name"] for case in arguments[2])
        if len(noted) == 3:
            raise Killed

    monkeypatch.setattr(results.store, "note", note)
    with pytest.raises(Killed):
        list(batch.grade(tiny_scorer, [("endless", submissions / "endless.zip")], results, 1))
    assert results.store.rows() == []

    called = []
    monkeypatch.setattr(tiny_scorer, "judged", False)
    for file in tiny_scorer.test_files:
        for case in file.test_cases:

            def counted(environment, name=case.name, call=case.body.call_func):
                called.append(name)
                return call(environment)

            monkeypatch.setattr(case.body, "call_func", counted)
    (row,) = grade(tiny_scorer, submissions / "endless.zip", tmp_path / "out")
    assert (row.status, row.score) == ("partial", 8)
    names = [case.name for file in tiny_scorer.test_files for case in file.test_cases]
    assert sorted(noted + called) == sorted(names)
    assert results.store.noted("endless", tiny_scorer.setting.fingerprint("")) == []


def test_results_of_another_assignment_are_left_alone(tiny_scorer, submissions, tmp_path):
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    with pytest.raises(OutputError, match="holds results of tiny, not of other"):
        Results(tmp_path / "out", "other", {})


def test_a_failure_of_the_grader_is_a_row_that_asks_for_attention(
    tiny_scorer, submissions, tmp_path, monkeypatch
):
    def broken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(tiny_scorer, "score", broken)
    grade(tiny_scorer, submissions / "good.zip", tmp_path / "out")
    assert rows(tmp_path / "out")["good"]["status"] == "attention"
    results = json.loads((tmp_path / "out/results/good/results.json").read_text())
    assert "a bug" in results["extra_data"]["details"]
    assert "Grade it again" in results["extra_data"]["row"]["reason"]


def test_a_full_disk_stops_the_batch_and_keeps_what_is_graded(
    tiny_scorer, submissions, tmp_path, monkeypatch
):
    results = Results(tmp_path / "out", "tiny", tiny_scorer.points)
    found = find_submissions(submissions, ("area", "use"))
    rows_written = batch.grade(tiny_scorer, found, results, 1)
    first = next(rows_written).row

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("autograder.files.os.replace", full)
        with pytest.raises(OSError, match="No space"):
            next(rows_written)
    Results(tmp_path / "out", "tiny", tiny_scorer.points)
    assert first.submission in rows(tmp_path / "out")
    assert not list((tmp_path / "out").rglob(".*.json.*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{batch}", "--assignment", "no_such"], "There is no assignment 'no_such'"),
        (["{batch}/nothing", "--assignment", "tiny"], "nothing"),
        (["{batch}", "--assignment", "tiny", "--data", "{batch}/no.zip"], "tiny trains on no images"),
        (["{batch}"], "put a course.toml beside the submissions"),
    ],
)
def test_unusable_arguments_end_with_code_2_and_one_line(tiny, submissions, tmp_path, arguments, words):
    given = [argument.format(batch=submissions) for argument in arguments]
    result = CliRunner().invoke(cli.app, ["grade", *given, "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert words in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_results_inside_the_batch_are_not_taken_for_a_submission(tiny, submissions):
    arguments = ["grade", str(submissions), "--assignment", "tiny", "--out", str(submissions / "out")]
    for _ in range(2):
        result = CliRunner().invoke(cli.app, arguments)
        assert result.exit_code == 0
        assert "6 submissions: 4 graded (1 in part), 2 rejected, 0 need attention" in result.output
    assert len(rows(submissions / "out")) == 6


def test_only_those_that_match_are_graded(tiny, submissions, tmp_path):
    arguments = ["grade", str(submissions), "--assignment", "tiny", "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(cli.app, [*arguments, "--only", "*o*d"]).exit_code == 0
    assert set(rows(tmp_path / "out")) == {"good"}
    result = CliRunner().invoke(cli.app, [*arguments, "--only", "nobody"])
    assert result.exit_code == 2
    assert "matches 'nobody'" in result.output
    result = CliRunner().invoke(cli.app, arguments)
    assert "1 of them was graded before and is unchanged" in result.output
    assert len(rows(tmp_path / "out")) == 6


def grade_stubs(tmp_path, *students):
    """The command that grades unfinished submissions of the linear classifier, one of each student's number."""
    stubs = assignments.PACKAGE.parent / "assignments" / "linear_classifier"
    folder = tmp_path / "many"
    for student in itertools.chain(*students):
        shutil.copytree(stubs, folder / f"{student:02}", ignore=shutil.ignore_patterns("vi", "tests"))
    command = [
        Path(sys.executable).parent / "autograder",
        "grade",
        folder,
        "--assignment",
        "linear_classifier",
    ]
    return [*command, "--out", tmp_path / "out", "--jobs", "1"]


def test_two_graders_on_one_folder_lose_no_row(tmp_path):
    command = grade_stubs(tmp_path, range(5), range(10, 15))
    running = [
        subprocess.Popen([*command, "--only", half], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for half in ("0*", "1*")
    ]
    for grader in running:
        printed, _ = grader.communicate(timeout=120)
        assert grader.returncode == 0, printed.decode()
    assert list(rows(tmp_path / "out")) == [f"{student:02}" for student in (*range(5), *range(10, 15))]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_batch_that_was_killed_goes_on_where_it_was(tmp_path, number):
    """With the real command and assignment: what is unfinished there gets no points, and a row all the same."""
    count = 16
    command = grade_stubs(tmp_path, range(count))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list(tmp_path.glob("out/results/*/results.json"))) < 3:
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(number)
    running.wait()
    if number == signal.SIGTERM:
        assert list(temporary.iterdir()) == []
    done = Results(tmp_path / "out", "linear_classifier", {}).store
    before = [row.submission for row in done.rows()]
    assert 3 <= len(before) < count
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    assert f"{len(before)} of them had been graded before" in said
    assert len(rows(tmp_path / "out")) == count
    assert {len(done.history(f"{student:02}")) for student in range(count)} == {1}


def test_the_seed_is_too_long_to_be_found_by_trying():
    assert assignments.load("linear_classifier").seed.bit_length() > 60
