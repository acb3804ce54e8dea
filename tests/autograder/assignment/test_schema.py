"""Whatever is wrong with a file of settings is a sentence with the file, the line, and what was meant."""

import json

import jsonschema
import pytest

from autograder.assignment import AssignmentError, CourseSettings, Settings, json_schema, read_course
from autograder.assignment import settings as assignments
from autograder.assignment.schema import read

COURSE = 'assignment = "tiny"\nseed = 6917529027641081857\n'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("seed = 11", 'seed = "abc"', "line 4: seed must be a whole number, and is 'abc'."),
        ("seed = 11", "", "it lacks seed."),
        ("seed = 11", "seed = ", "line 4: this is no TOML"),
        ("call_seconds = 1", 'call_seconds = "5"', "line 7: limits.call_seconds must be a number, and is '5'."),
        ("[limits]", "[Limits]", "line 6: this file has no setting 'Limits'. Did you mean 'limits'?"),
        ("[limits]", "[feedbak]\n[limits]", "line 6: this file has no setting 'feedbak'. Did you mean 'feedback'?"),
        ("call_seconds", "cal_seconds", "line 7: [limits] has no setting 'cal_seconds'. Did you mean 'call_seconds'?"),
        ('["area", "use"]', '"area"', "line 3: modules must be a list, and is 'area'."),
        ('["area", "use"]', '["area", "used"]', "used.py: every one of `modules` needs its reference there."),
        ("[limits]", 'left_out = ["totl"]\n[limits]', "left_out has 'totl', which is no question. Did you mean 'total'?"),
        ("[limits]", "[recipes.a.b]\ntiers = {}\nsd = 1\n[limits]", "[recipes.a.b] lacks arguments."),
        ("[limits]", "[recipes.a.b]\ntiers = {}\narguments = {}\nsd = 1\n[limits]", "it needs a table [training] too"),
        ("[limits]", '[training]\nfunctions = ["square"]\nunit = { en = "%" }\n[limits]', "[training] needs recipes"),
        ("[limits]", '[training]\nfunctions = ["square"]\nunit = { vi = "%" }\n[limits]', "training.unit: it needs its English words"),
        ("[limits]", '[feedback]\nlanguage = "xx"\n[limits]', "feedback: there are no hints in the language 'xx'"),
        ("[limits]", '[feedback]\nhidden_hints = "never"\n[limits]', "line 7: feedback.hidden_hints is 'never'; it must be 'staff'"),
    ],
)  # fmt: skip
def test_a_mistake_in_assignment_toml_is_one_sentence(tiny, old, new, told):
    text = tiny.settings_file.read_text()
    assert old in text
    tiny.settings_file.write_text(text.replace(old, new, 1))
    with pytest.raises(AssignmentError) as refused:
        assignments.load("tiny")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "tiny" in str(refused.value)


def test_all_mistakes_are_told_at_once(tiny):
    tiny.settings_file.write_text("modules = []\nsed = 1\n[limits]\ncall_seconds = true\n")
    with pytest.raises(AssignmentError) as refused:
        assignments.load("tiny")
    assert len(str(refused.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[Deadline]\nat = 2026-12-01T23:59:00Z', "line 3: this file has no setting 'Deadline'. Did you mean 'deadline'?"),
        ('points = { squares = 5 }', "line 3: [points] has 'squares', which is no question. Did you mean 'square'?"),
        ('[feedback]\nassignment = "x"', "line 4: [feedback] has no setting 'assignment'. That one stands above the first [table] of the file."),
        ("left_out = [1]", "line 3: each part of left_out must be a text in quotes, and is 1."),
        (f"hours = {'9' * 5000}", "it holds a number of too many digits."),
        (f"hours = {'[' * 3000}", "it holds lists in lists in lists"),
        ('languge = "vi"', "line 3: this file has no setting 'languge'. Did you mean 'language'?"),
        ('language = "de"', "line 3: language is 'de'; it must be 'en' or 'vi'."),
        ('written = "no"', "line 3: written must be true or false, and is 'no'."),
        ('points = { square = "5" }', "points.square must be a number, and is '5'."),
        ("possible = -1", "line 3: possible is -1"),
    ],
)  # fmt: skip
def test_a_mistake_in_course_toml_is_one_sentence(tiny, tmp_path, text, told):
    (tmp_path / "course.toml").write_text(f"{COURSE}{text}\n")
    with pytest.raises(AssignmentError) as refused:
        assignments.load("", read_course(tmp_path / "course.toml"))
    assert told in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "course.toml"))


def test_a_course_is_laid_over_the_assignments_own_settings(tiny, tmp_path):
    with tiny.settings_file.open("a") as file:
        file.write(
            '[manual.why]\npoints = 3\ntitle = { en = "Why" }\nrubric = "..."\n[manual.how]\npoints = 1\ntitle = { en = "How" }\nrubric = ""\n'
        )
    (tmp_path / "course.toml").write_text(
        f'{COURSE}title = "Ours"\nleft_out = ["total", "how"]\nlanguage = "vi"\npossible = 50\n'
        "[points]\nsquare = 8\nwhy = 6\n[deadline]\nat = 2026-12-01T23:59:00+07:00\n"
    )
    own, ours = assignments.load("tiny"), assignments.load("tiny", read_course(tmp_path / "course.toml"))
    assert (ours.seed, ours.title, ours.language, ours.possible) == (6917529027641081857, "Ours", "vi", 50)
    assert (own.feedback.language, ours.feedback.language) == ("en", "vi")
    assert [path.stem for path in ours.tests] == ["cube", "square"]
    assert {name: question.points for name, question in ours.manual.items()} == {"why": 6}
    assert ours.worth == {"square": 8}
    assert ours.deadline.at.isoformat() == "2026-12-01T23:59:00+07:00"
    assert ours.course["file"] == str(tmp_path / "course.toml")
    assert "seed" not in ours.course
    json.dumps(ours.course)
    assert own.graded_settings() != ours.graded_settings()
    (tmp_path / "course.toml").write_text(f"{COURSE}written = false\n")
    silent = assignments.load("tiny", read_course(tmp_path / "course.toml"))
    assert (dict(silent.manual), set(silent.not_written)) == ({}, {"why", "how"})


def test_a_course_about_another_assignment_is_refused(tiny, tmp_path):
    (tmp_path / "course.toml").write_text(COURSE)
    with pytest.raises(AssignmentError, match="is about tiny, and not about huge"):
        assignments.load("huge", read_course(tmp_path / "course.toml"))
    with pytest.raises(AssignmentError, match=r"no assignment 'tinny'\. Did you mean 'tiny'\?"):
        assignments.load("tinny")


@pytest.mark.parametrize("record", [Settings, CourseSettings])
def test_the_json_schema_is_one_and_says_what_settings_mean(record):
    schema = json_schema(record, "a title")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert all(described.get("description") for described in schema["properties"].values())


def test_the_json_schema_takes_what_is_read(tmp_path):
    import tomllib

    for name in assignments.names():
        file = assignments.find(name).suite / "assignment.toml"
        jsonschema.validate(
            json.loads(json.dumps(tomllib.loads(file.read_text(encoding="utf-8")), default=str)),
            json_schema(Settings, ""),
        )
        assert read(file, Settings).modules
