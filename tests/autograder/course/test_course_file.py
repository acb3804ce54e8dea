"""A course's own file: a secret of its own, what is asked and worth what, and all that follows from it."""

import csv
import json
import os

import pytest
from typer.testing import CliRunner

from autograder.assignment import AssignmentError, course_beside, generate, read_course
from autograder.assignment import settings as assignments
from autograder.authoring.course_notes import about_course
from autograder.authoring.handout import collect
from autograder.authoring.leaks import Search
from autograder.authoring.new import write_course
from autograder.cli import app
from autograder.grading import find_course


def test_a_course_file_is_found_beside_the_submissions_or_here_and_never_among_them(tmp_path, monkeypatch):
    (tmp_path / "submissions").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "submissions" / "course.toml").write_text("a student's")
    assert course_beside(tmp_path / "submissions") is None
    assert find_course(None, tmp_path / "submissions") is None
    write_course("linear_classifier", tmp_path / "here" / "course.toml", [])
    assert find_course(None, tmp_path / "submissions").file == tmp_path / "here" / "course.toml"
    write_course("linear_classifier", tmp_path / "course.toml", [])
    assert find_course(None, tmp_path / "submissions").file == tmp_path / "course.toml"
    given = write_course("linear_classifier", tmp_path / "given.toml", [])
    assert find_course(given, tmp_path / "submissions").file == given


def test_each_course_has_a_long_secret_of_its_own_that_only_its_owner_can_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one.toml", "other.toml"):
        assert CliRunner().invoke(app, ["course", "linear_classifier", "--to", name]).exit_code == 0
    one, other = (read_course(tmp_path / name).settings for name in ("one.toml", "other.toml"))
    assert (one.assignment, one.out, one.folders) == ("linear_classifier", "graded", ())
    assert one.seed.bit_length() == other.seed.bit_length() == 63
    kits = {assignments.load(name).seed for name in assignments.names()}
    assert len({one.seed, other.seed} | kits) == 2 + len(kits)
    assert os.stat("one.toml").st_mode & 0o77 == 0
    again = CliRunner().invoke(app, ["course", "linear_classifier", "--to", "one.toml"])
    assert (again.exit_code, "must not be lost" in again.output) == (2, True)
    unknown = CliRunner().invoke(app, ["course", "linear_clasifier", "--to", "no.toml"])
    assert "Did you mean 'linear_classifier'?" in unknown.output
    assert not (tmp_path / "no.toml").exists()


def test_every_line_of_the_written_file_that_is_commented_out_may_stand(tmp_path):
    (tmp_path / "suites").mkdir()
    text = write_course("gpu_training", tmp_path / "course.toml", []).read_text()
    opened = text.replace("# [points]\n# name_of_a_question = 5", "[points]\naugment = 5")
    for setting in ("folders", "roster", "data", "python", "left_out", "written", "possible", "[deadline]", "at", "grace_minutes",
                    "percent_per_day", "drop_dead_days", "[feedback]", "hidden_hints"):  # fmt: skip
        assert f"# {setting}" in opened
        opened = opened.replace(f"# {setting}", setting, 1)
    (tmp_path / "course.toml").write_text(opened)
    found = assignments.load("", read_course(tmp_path / "course.toml"))
    assert (found.possible, found.worth) == (10, {"augment": 5})
    assert list(found.manual) == ["predictions"]  # nobody has to mark these
    assert found.deadline.percent_per_day == 10


def course_of(tmp_path, text, name="gpu_training"):
    file = tmp_path / "course.toml"
    file.write_text(f'assignment = "{name}"\nseed = 6917529027641081857\n{text}')
    return read_course(file)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "vi"])
def test_students_get_no_word_of_what_is_left_out(tmp_path, language):
    course = course_of(tmp_path, 'left_out = ["weights", "dropout"]\nwritten = false\n')
    files = collect(assignments.load("", course), language)
    assert "tests/dropout.py" not in files
    readme, notebook = files["README.md"].decode(), files["gpu_training.ipynb"].decode()
    whole = collect(assignments.load("gpu_training"), language)
    for text in ("weights.pt", "about:faster_device", "answer:small_batches", 'grader.check(\\"dropout\\")'):
        assert text in whole["gpu_training.ipynb"].decode()
        assert text not in notebook
    assert "`weights`" in whole["README.md"].decode()
    for text in (
        "`weights`",
        "weights.pt",
        "<!--",
        {"en": "written questions", "vi": "câu hỏi tự luận"}[language],
    ):
        assert text not in readme
    assert "`accuracy`" in readme
    assert "dropout" not in json.loads(files["assignment.json"])["questions"]
    assert Search(assignments.load("", course), language).find(files) == []


@pytest.mark.slow
def test_what_students_read_of_the_course_has_deadline_and_points(tmp_path):
    course = course_of(
        tmp_path,
        "possible = 50\n[points]\ntemplates = 6\n[deadline]\nat = 2031-12-01T23:59:00+07:00\npercent_per_day = 10\ndrop_dead_days = 7\n",
        "linear_classifier",
    )
    told = about_course(assignments.load("", course), "en")
    assert "Due on 2031-12-01 23:59 (UTC+0700)." in told
    assert "Each day begun after that costs 10 % of the points possible." in told
    assert "After 7 days nothing counts." in told
    assert "| Reading the templates | 6 |" in told
    assert "| together | 64 |" in told
    notebook = collect(assignments.load("", course), "en")["linear_classifier.ipynb"].decode()
    assert notebook.count("Written answer, 6 points.") == notebook.count("Written answer, 4 points.") == 1
    assert "Hạn nộp: 2031-12-01" in about_course(assignments.load("", course), "vi")
    assert about_course(assignments.load("linear_classifier"), "en") == ""


@pytest.mark.slow
def test_without_a_course_generated_files_are_those_of_the_room():
    assignment = assignments.load("linear_classifier")
    assert (
        generate(assignment)["assignment.json"] == (assignment.rooms.handout / "assignment.json").read_text()
    )


@pytest.mark.slow
def test_two_courses_grade_the_same_submissions_each_in_its_own_way(tiny, tmp_path, tiny_submission):
    text = {
        "one": "[points]\nsquare = 8\n[deadline]\nat = 2001-12-01T23:59:00Z\npercent_per_day = 50\n",
        "other": 'left_out = ["total"]\npossible = 10\nlanguage = "vi"\n',
    }
    settings, printed = {}, {}
    for number, name in enumerate(text, 1):
        course = tmp_path / name
        (course / "submissions" / "an").mkdir(parents=True)
        for module, source in tiny_submission().modules.items():
            (course / "submissions" / "an" / f"{module}.py").write_bytes(source)
        (course / "course.toml").write_text(
            f'assignment = "tiny"\nout = "graded"\nseed = {2**62 + number}\n{text[name]}'
        )
        graded = CliRunner().invoke(app, ["grade", str(course / "submissions"), "--jobs", "1"])
        assert graded.exit_code == 0, graded.output
        printed[name] = graded.output
        file = course / "graded" / "results" / "an" / "results.json"
        settings[name] = json.loads(file.read_text())["extra_data"]
        with (course / "graded" / "grades.csv").open(newline="") as table:
            settings[name]["row"] = next(csv.DictReader(table))
        assert CliRunner().invoke(app, ["report", str(course / "graded")]).exit_code == 0
        page = (course / "graded/report/students/an.html").read_text()
        assert str(2**62 + number) not in page
    one, other = settings["one"], settings["other"]
    assert (one["row"]["score"], one["row"]["square"], one["row"]["total"]) == ("14", "8", "4")
    assert (other["row"]["score"], other["row"]["square"], "total" in other["row"]) == (
        "10",
        "6.66667",
        False,
    )
    assert (one["seed"], other["seed"]) == (2**62 + 1, 2**62 + 2)
    assert one["course"]["points"] == {"square": 8.0}
    assert other["course"]["left_out"] == ["total"]
    assert str(one["seed"]) not in json.dumps(one["course"])
    assert one["suite"] != other["suite"]
    assert f"as {tmp_path / 'one' / 'course.toml'} has it" in printed["one"]
    assert "kit's own secret" not in printed["one"]
    assert "data:" not in printed["one"]
    assert 'lang="vi"' in (tmp_path / "other/graded/report/index.html").read_text()[:300]

    # The late policy is the course's as it is when grades are exported.
    (tmp_path / "one/course.toml").rename(tmp_path / "one/moved.toml")
    gone = CliRunner().invoke(app, ["export", str(tmp_path / "one/graded"), "--format", "csv"])
    assert (gone.exit_code, "give the course's file by --course" in gone.output) == (2, True)
    moved = ["--course", str(tmp_path / "one/moved.toml")]
    assert (
        CliRunner().invoke(app, ["export", str(tmp_path / "one/graded"), "--format", "csv", *moved]).exit_code
        == 0
    )


@pytest.mark.slow
def test_without_a_course_the_kits_own_secret_is_called_one(tiny, tmp_path):
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / "a.zip").write_bytes(b"no zip")
    said = CliRunner().invoke(
        app, ["grade", str(tmp_path / "submissions"), "--assignment", "tiny", "--out", str(tmp_path / "out")]
    )
    assert "drawn from the kit's own secret" in said.output
    unsaid = CliRunner().invoke(app, ["grade", str(tmp_path / "submissions")])
    assert (unsaid.exit_code, "`autograder course` writes one" in unsaid.output) == (2, True)


def test_points_that_cannot_be_scaled_are_told(tiny, tmp_path):
    from autograder.grading import weighed_files

    path = tiny.suite / "tests" / "cube.py"
    path.write_text(path.read_text().replace("points=2", "points=0"))
    (tmp_path / "course.toml").write_text(
        'assignment = "tiny"\nseed = 6917529027641081857\npoints = { cube = 3 }\n'
    )
    with pytest.raises(AssignmentError, match=r"cube\.py has no points that could become 3"):
        weighed_files(assignments.load("", read_course(tmp_path / "course.toml")))
    nothing = course_of(tmp_path, "points = { square = 0, cube = 0, total = 0 }", "tiny")
    with pytest.raises(
        AssignmentError, match=r"course\.toml, line \d: \[points\] leaves nothing that anyone could earn"
    ):
        weighed_files(assignments.load("", nothing))


def test_a_folder_that_is_not_there_and_an_assignment_that_is_there_twice_are_told(tmp_path):
    with pytest.raises(AssignmentError, match=r"folders has .*/own, which holds no suites/"):
        course_of(tmp_path, 'folders = ["own"]')
    for folder in ("one", "two"):
        (tmp_path / folder / "suites/gpu_training").mkdir(parents=True)
        (tmp_path / folder / "suites/gpu_training/assignment.toml").write_text("")
    with pytest.raises(AssignmentError, match="folders has gpu_training twice, in .*/one and in .*/two"):
        assignments.load("", course_of(tmp_path, 'folders = ["one", "two"]'))


def test_an_interpreter_is_a_command_or_lies_beside_the_file(tmp_path):
    for said, meant in (
        ("python3.13", "python3.13"), ("venv/bin/python", f"{tmp_path}/venv/bin/python"), ("/opt/python", "/opt/python"),
    ):  # fmt: skip
        assert assignments.load("", course_of(tmp_path, f'python = "{said}"')).python == meant
