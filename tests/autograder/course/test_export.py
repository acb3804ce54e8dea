"""Each course site gets the columns that it reads, and no grade that nobody has decided."""

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.assignment.deadline import Deadline, Extension
from autograder.course.export import ExportError, export
from autograder.course.roll import Intake, record
from autograder.course.roster import Student
from autograder.records.gradings import Grading, Row, Setting
from autograder.records.store import Store
from autograder.submissions.hand_in import HandIn, Person

AT = datetime.fromisoformat("2026-12-01T23:59:00+07:00")
DAY = timedelta(days=1)
POLICY = Deadline(AT, timedelta(minutes=15), 10.0, 3)
SETTING = Setting("", "", "", 1, "cpu", "none", {})

AN = Student(
    "20215001", "Nguyễn Văn An", "an@x", canvas="31", login="an.nv", participant="77", section="K66", line=2
)
BINH = Student("20215002", "Trần Thị Bình", "b@x", Extension(2 * DAY), canvas="32", participant="78", line=3)
EVIL = Student("20215003", '=HYPERLINK("http://x","Hoa")', "@x", canvas="33", participant="79", line=4)
NOTHING = Student("20215004", "Phạm Minh", "m@x", canvas="34", participant="80", line=5)
STUDENTS = (AN, BINH, EVIL, NOTHING)

HAND_INS = (
    HandIn("an", "gradescope", (Person("", "an@x"),), AT + DAY, False, 101),
    HandIn("bình", "gradescope", (Person("", "b@x"),), AT + DAY, False, 102),
    HandIn("hoa", "gradescope", (Person("", "@x"),), AT, False, 103),
)
SCORES = {"an": 8.0, "bình": 9.25, "hoa": 0.0}


def row(name, score, status="graded", reason=""):
    return Row(name, status, score, 10.0, 1.0, {"square": score, "total": 0.0}, reason)


@pytest.fixture
def graded(tmp_path, tiny):
    """A store with three gradings of four students; gives (the function that exports, the store)."""
    store = Store(tmp_path / "grades.sqlite", "tiny")
    record(store, Intake(HAND_INS, STUDENTS, "last"))
    for name, score in SCORES.items():
        reason = "None of area.py is in <it>: submit it again." if name == "hoa" else ""
        store.add(
            Grading(row(name, score, "rejected" if reason else "graded", reason), "", SETTING, {}, False)
        )

    def exported(form, deadline=POLICY, column=""):
        done = export(tmp_path, store, replace(tiny, deadline=deadline), form, column)
        data = done.path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig")))), done.notes

    yield exported, store
    store.close()


HARMLESS = '\'=HYPERLINK("http://x","Hoa")'


def test_canvas_reads_its_gradebook_again(graded):
    exported, _ = graded
    lines, notes = exported("canvas", column="Homework 1 (4711)")
    assert lines == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 1 (4711)"],
        ["Points Possible", "", "", "", "", "10"],
        ["Nguyễn Văn An", "31", "20215001", "an.nv", "K66", "7"],
        ["Trần Thị Bình", "32", "20215002", "", "", "9.25"],
        [HARMLESS, "33", "20215003", "", "", "0"],
        ["Phạm Minh", "34", "20215004", "", "", "0"],
    ]
    assert notes == ()


def test_moodle_reads_its_worksheet_again(graded):
    exported, _ = graded
    lines, _ = exported("moodle")
    assert lines[0] == [
        "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Grade can be changed",
        "Last modified (submission)", "Last modified (grade)", "Feedback comments",
    ]  # fmt: skip
    assert lines[1] == [
        "Participant 77", "Nguyễn Văn An", "an@x", "Submitted for grading", "7", "10", "Yes",
        "Wednesday, 02 December 2026, 11:59 PM", "-", "late by 1 d: 10 % of 10 points taken off.",
    ]  # fmt: skip
    assert lines[3][1:3] == [HARMLESS, "'@x"]
    assert lines[3][9] == "None of area.py is in &lt;it&gt;: submit it again."
    assert lines[4] == ["Participant 80", "Phạm Minh", "m@x", "No submission", "", "10", "Yes", "-", "-", ""]


def test_gradescope_columns_are_those_of_its_own_file(graded):
    exported, _ = graded
    lines, _ = exported("gradescope")
    assert lines[0][:11] == [
        "First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status", "Submission ID",
        "Submission Time", "Lateness (H:M:S)",
    ]  # fmt: skip
    assert lines[0][11:] == ["1: square", "2: total"]
    assert lines[1][2:11] == [
        "20215001", "an@x", "K66", "7", "10", "Graded", "101", "2026-12-02 23:59:00 +0700", "24:00:00",
    ]  # fmt: skip
    assert lines[4][:9] == ["Phạm", "Minh", "20215004", "m@x", "", "", "10", "Missing", ""]


def test_csv_has_everything_also_what_matches_nobody(graded):
    exported, store = graded
    record(store, Intake((HandIn("who", "folder", (Person("who"),)),), None, "last"))
    store.add(Grading(row("who", 3.0), "", SETTING, {}, False))
    lines, notes = exported("csv")
    table = {line[4] or line[1]: dict(zip(lines[0], line, strict=True)) for line in lines[1:]}
    assert table["an"]["score"] == "8"
    assert (table["an"]["deducted"], table["an"]["grade"]) == ("1", "7")
    assert table["an"]["note"] == "late by 1 d: 10 % of 10 points taken off"
    assert table["who"]["grade"] == "3"
    assert table["Phạm Minh"]["status"] == "nothing handed in"
    assert table["Phạm Minh"]["grade"] == ""
    assert "match no student" in notes[0]


def test_nobody_gets_a_zero_while_some_submission_matches_nobody(graded):
    exported, store = graded
    record(store, Intake((HandIn("who", "folder", (Person("who"),)),), None, "last"))
    store.add(Grading(row("who", 3.0), "", SETTING, {}, False))
    lines, notes = exported("canvas")
    assert [line[0] for line in lines[2:]] == ["Nguyễn Văn An", "Trần Thị Bình", HARMLESS, "Phạm Minh"]
    assert lines[-1][-1] == ""
    assert "They are not in this file" in notes[0]


def test_what_nobody_has_decided_stays_empty_and_is_told(graded):
    exported, store = graded
    marked = HandIn("bình", "canvas", (Person("bìnhtrầnthị", "", "32"),), None, True, 102)
    waiting = HandIn("minh", "gradescope", (Person("", "m@x"),), AT)
    record(store, Intake((marked, waiting), None, "last"))
    store.add(Grading(row("hoa", 0.0, "attention", "The grader failed."), "", SETTING, {}, False))
    lines, notes = exported("canvas")
    assert [line[-1] for line in lines[2:]] == ["7", "", "", ""]
    told = "\n".join(notes)
    assert "Trần Thị Bình (submission bình): late, by how much is unknown: needs a person" in told
    assert "the grader failed" in told
    assert "Phạm Minh (submission minh): not graded yet" in told
    lines, _ = exported("canvas", deadline=None)
    assert [line[-1] for line in lines[2:]] == ["8", "9.25", "", ""]


@pytest.mark.parametrize("form", ["canvas", "moodle", "gradescope", "csv"])
def test_no_form_holds_a_grade_of_which_something_is_undecided(graded, form):
    exported, store = graded
    unsure = replace(row("an", 4.75, "attention", "3 of 10 points are undecided."), undecided=3.0)
    store.add(Grading(unsure, "", SETTING, {}, False))
    lines, notes = exported(form)
    (line,) = (line for line in lines if "Nguyễn" in "".join(line) and "Văn" in "".join(line))
    cells = dict(zip(lines[0], line, strict=True))
    left = {"csv": ["4.75"]}.get(form, [])  # what was earned, under that name, for people
    assert [cell for cell in line if cell in ("4.75", "3.75", "7.75", "7", "8")] == left
    assert cells.get("Status", "Ungraded") in ("Ungraded", "Submitted for grading")
    assert cells.get("grade", "") == cells.get("Grade", "") == cells.get("Total Score", "") == ""
    assert any("(submission an): 3 points are undecided" in note for note in notes)


def test_points_given_by_hand_are_added_and_the_latest_counts(graded):
    exported, store = graded
    for question, points, comment in (("report", 2.0, "x"), ("report", 1.0, "=nice"), ("style", 0.5, "")):
        store.give("an", question, points, comment)
    lines, _ = exported("moodle")
    assert lines[1][4] == "8.5"
    assert lines[1][9].endswith("report: =nice")


def test_times_that_nobody_knows_are_told(graded):
    exported, store = graded
    record(store, Intake((HandIn("an", "moodle", (Person("", "", "77"),)),), None, "last"))
    lines, notes = exported("moodle")
    assert lines[1][4] == "8"
    assert "not known of 1 submissions" in notes[0]


def test_without_a_list_the_people_of_the_export_are_the_students(tmp_path, tiny):
    store = Store(tmp_path / "grades.sqlite", "tiny")
    one = HandIn("hoa", "canvas", (Person("hoalê", "", "33"),), None, False, 7)
    record(store, Intake((one,), None, "last"))
    store.add(Grading(row("hoa", 4.0), "", SETTING, {}, False))
    store.add(Grading(row("graded before", 5.0), "", SETTING, {}, False))
    lines = export(tmp_path, store, tiny, "canvas").path.read_text("utf-8-sig").splitlines()
    assert lines[0].endswith(",Section,Tiny")
    assert lines[2:] == ["hoalê,33,,,,4", "graded before,,,,,5"]
    store.close()


def test_nothing_graded_is_one_sentence(tmp_path, tiny):
    store = Store(tmp_path / "grades.sqlite", "tiny")
    with pytest.raises(ExportError, match="run `autograder grade` first"):
        export(tmp_path, store, tiny, "csv")
    store.close()
    for folder in (tmp_path, tmp_path / "none"):
        result = CliRunner().invoke(cli.app, ["export", str(folder), "--format", "csv"])
        assert result.exit_code == 2
        assert len(result.output.strip().splitlines()) == 1
