"""Each course site gets the columns that it reads, and no grade that nobody has decided."""

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.assignment.deadline import Deadline, Extension
from autograder.course import keys_of
from autograder.course.export import ExportError, export
from autograder.course.roll import Intake, record
from autograder.course.roster import Student, read
from autograder.records import Act
from autograder.records.acts import COPIED, OVERRIDE, POINTS
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
    assert "1 submission matches no student" in notes[0]


def test_nobody_gets_a_zero_while_some_submission_matches_nobody(graded):
    exported, store = graded
    record(store, Intake((HandIn("who", "folder", (Person("who"),)),), None, "last"))
    store.add(Grading(row("who", 3.0), "", SETTING, {}, False))
    lines, notes = exported("canvas")
    assert [line[0] for line in lines[2:]] == ["Nguyễn Văn An", "Trần Thị Bình", HARMLESS]
    assert "It is not in this file" in notes[0]


def test_what_nobody_has_decided_stays_empty_and_is_told(graded):
    exported, store = graded
    marked = HandIn("bình", "canvas", (Person("bìnhtrầnthị", "", "32"),), None, True, 102)
    waiting = HandIn("minh", "gradescope", (Person("", "m@x"),), AT)
    record(store, Intake((marked, waiting), None, "last"))
    store.add(Grading(row("hoa", 0.0, "attention", "The grader failed."), "", SETTING, {}, False))
    lines, notes = exported("canvas")
    assert [line[-1] for line in lines[2:]] == ["7"], "an empty cell would erase what was typed in Canvas"
    told = "\n".join(notes)
    assert (
        "Trần Thị Bình (submission bình): late, and by how much is unknown: say how late on the desk" in told
    )
    assert "the grader failed" in told
    assert "Phạm Minh (submission minh): not graded yet" in told
    lines, _ = exported("canvas", deadline=None)
    assert [line[-1] for line in lines[2:]] == ["8", "9.25"]


@pytest.mark.parametrize("form", ["canvas", "moodle", "gradescope", "csv"])
def test_no_form_holds_a_grade_of_which_something_is_undecided(graded, form):
    exported, store = graded
    unsure = replace(row("an", 4.75, "attention", "3 of 10 points are undecided."), undecided=3.0)
    store.add(Grading(unsure, "", SETTING, {}, False))
    lines, notes = exported(form)
    assert any("(submission an): 3 points are undecided" in note for note in notes)
    found = [line for line in lines if "Nguyễn" in "".join(line) and "Văn" in "".join(line)]
    if form == "canvas":
        assert found == []
        return
    (line,) = found
    cells = dict(zip(lines[0], line, strict=True))
    left = {"csv": ["4.75"]}.get(form, [])  # what was earned, under that name, for people
    assert [cell for cell in line if cell in ("4.75", "3.75", "7.75", "7", "8")] == left
    assert cells.get("Status", "Ungraded") in ("Ungraded", "Submitted for grading")
    assert cells.get("grade", "") == cells.get("Grade", "") == cells.get("Total Score", "") == ""


def test_points_given_by_hand_are_added_and_the_latest_counts(graded):
    exported, store = graded
    for question, points, comment in (("report", 2.0, "x"), ("report", 1.0, "=nice"), ("style", 0.5, "")):
        store.acts.add(Act(POINTS, "Lan", "an", question=question, points=points, text=comment))
    lines, _ = exported("moodle")
    assert lines[1][4] == "8.5"
    assert lines[1][9].endswith("report: =nice")


def test_a_grade_that_was_set_by_hand_counts_for_who_handed_in_nothing_and_a_copy_is_told(graded):
    exported, store = graded
    store.acts.add(Act(OVERRIDE, "Lan", student=keys_of(NOTHING), points=6.5, text="An oral exam."))
    store.acts.add(Act(COPIED, "Lan", "bình", keys_of(BINH), text="From the web."))
    lines, notes = exported("canvas", column="HW1 (4711)")
    assert [line[-1] for line in lines[2:]] == ["7", "9.25", "0", "6.5"]
    assert "Marked as copied, which changes no grade by itself: Trần Thị Bình." in notes
    lines, _ = exported("moodle")
    assert lines[4][4] == "6.5"
    lines, _ = exported("gradescope")
    assert lines[4][5:8] == ["6.5", "10", "Graded"]


def test_times_that_nobody_knows_are_told(graded):
    exported, store = graded
    record(store, Intake((HandIn("an", "moodle", (Person("", "", "77"),)),), None, "last"))
    lines, notes = exported("moodle")
    assert lines[1][4] == "8"
    assert "not known of 1 submission," in notes[0]


def test_without_a_list_the_people_of_the_export_are_the_students(tmp_path, tiny):
    store = Store(tmp_path / "grades.sqlite", "tiny")
    one = HandIn("hoa", "canvas", (Person("hoalê", "", "33"),), None, False, 7)
    record(store, Intake((one,), None, "last"))
    store.add(Grading(row("hoa", 4.0), "", SETTING, {}, False))
    store.add(Grading(row("graded before", 5.0), "", SETTING, {}, False))
    done = export(tmp_path, store, tiny, "canvas")
    lines = done.path.read_text("utf-8-sig").splitlines()
    assert lines[0].endswith(",Section,Tiny")
    assert lines[2:] == ["hoalê,33,,,,4"]
    assert "1 are not in the file, since the list has no Canvas's ID" in done.notes[-2]
    assert "makes a new assignment of the column 'Tiny'" in done.notes[-1]
    with pytest.raises(ExportError, match="Nothing in it could be imported: Moodle knows"):
        export(tmp_path, store, tiny, "moodle")
    store.close()


# Into the site's own file


def with_sheet(tmp_path, tiny, text, hand_ins=HAND_INS, encoding="utf-8"):
    """Exports after a grading whose roster was this file."""
    (tmp_path / "list.csv").write_bytes(text.encode(encoding))
    listed = read(tmp_path / "list.csv", AT.tzinfo)
    store = Store(tmp_path / "grades.sqlite", "tiny")
    record(store, Intake(hand_ins, listed.students, "last", listed.sheet))
    for one in hand_ins:
        store.add(Grading(row(one.submission, SCORES[one.submission]), "", SETTING, {}, False))

    def exported(form, column=""):
        try:
            done = export(tmp_path, store, tiny, form, column)
        finally:
            store.close()
        return done.path.read_text("utf-8-sig").splitlines(), done.notes

    return exported


def worksheet(headings, separator=","):
    lines = [
        headings,
        ["Teilnehmer/in 77", "Nguyễn Văn An", "an@x", "Abgegeben", "", "10,00", "Ja", "Dienstag, 1. Dezember 2026, 21:05", "-", "", "A"],
        ["Teilnehmer/in 78", "Trần Thị Bình", "b@x", "Abgegeben", "", "10,00", "Ja", "Dienstag, 1. Dezember 2026, 21:05", "-", "gut", "B"],
        ["Teilnehmer/in 79", "Lê Chi", "c@x", "Keine Abgabe", "3,50", "10,00", "Ja", "-", "-", "", ""],
    ]  # fmt: skip
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(lines)
    return text.getvalue()


GERMAN = [
    "ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung", "Bewertung kann geändert werden",
    "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)", "Feedback als Kommentar", "Raum",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("separator", [",", ";"])
def test_moodles_own_worksheet_comes_back_as_it_was_but_for_the_grades(tmp_path, tiny, separator):
    given = worksheet(GERMAN, separator)
    lines, notes = with_sheet(tmp_path, tiny, given, HAND_INS[:2])("moodle")
    before = list(csv.reader(given.splitlines(), delimiter=separator))
    after = list(csv.reader(lines, delimiter=separator))
    assert [one[4] for one in after] == ["Bewertung", "8", "9,25", "3,50"]
    assert [one[:4] + one[5:] for one in after] == [one[:4] + one[5:] for one in before]
    assert notes == ()


@pytest.mark.slow
def test_grades_that_moodle_would_pass_over_are_told(tmp_path, tiny):
    given = worksheet(GERMAN).replace("10,00", "5,00")
    _, notes = with_sheet(tmp_path, tiny, given, HAND_INS[:2])("moodle")
    assert "2 grades are above the maximum in list.csv, 5, and Moodle passes over such" in notes[0]


@pytest.mark.slow
def test_a_worksheet_that_moodle_could_not_import_is_refused(tmp_path, tiny):
    headings = [*GERMAN[:8], "Irgendwann", *GERMAN[9:]]
    with pytest.raises(ExportError, match=r"lacks what Moodle's import needs \(Last modified \(grade\)\)"):
        with_sheet(tmp_path, tiny, worksheet(headings), HAND_INS[:2])("moodle")


GRADEBOOK = """Student;ID;SIS User ID;SIS Login ID;Integration ID;Section;Notes;"HW1: loss, gradient (4711)";HW2 (4712);Final Score
;;;;;;;Manual Posting;;
    Points Possible;;;;;;;10;20;(read only)
"An, Nguyễn Văn";31;20215001;an.nv;;K66;;;;1
"Bình, Trần Thị";32;20215002;b;;K66;;55;;1
"Chi, Lê";33;20215003;c;;K66;;;;1
"Dũng, Đỗ";34;20215004;d;;K66;;EX;;1
"Em, Hồ";35;20215005;e;;K66;;55;;1
"Student, Test";99;;t;;K66;;;;
"""


def test_canvas_own_gradebook_comes_back_with_one_column_and_no_empty_cell(tmp_path, tiny):
    canvas = tuple(
        replace(one, people=(Person("", one.people[0].email, n),), source="canvas")
        for one, n in zip(HAND_INS[:2], ("31", "32"), strict=True)
    )
    lines, notes = with_sheet(tmp_path, tiny, GRADEBOOK, canvas)("canvas", "HW1: loss, gradient")
    assert lines == [
        "Student;ID;SIS User ID;SIS Login ID;Integration ID;Section;HW1: loss, gradient (4711)",
        "Points Possible;;;;;;10",
        "An, Nguyễn Văn;31;20215001;an.nv;;K66;8",
        "Bình, Trần Thị;32;20215002;b;;K66;9.25",
        "Chi, Lê;33;20215003;c;;K66;0",
    ]
    assert notes == (
        "2 handed nothing in here and have a grade or EX in Canvas already, which stays: Dũng, Đỗ; Em, Hồ.",
    )


def test_the_column_of_a_gradebook_is_asked_for_where_it_is_not_plain(tmp_path, tiny):
    with pytest.raises(
        ExportError, match=r"Which column of list\.csv .* 'HW1: loss, gradient \(4711\)', 'HW2 \(4712\)'"
    ):
        with_sheet(tmp_path, tiny, GRADEBOOK, HAND_INS[:1])("canvas")


def test_the_number_in_the_name_of_moodles_folder_is_the_identifier(tmp_path, tiny):
    hand_ins = (HandIn("an", "moodle", (Person("Nguyễn Văn An", "", "12345"),)),)
    lines, notes = with_sheet(tmp_path, tiny, "MSSV,Họ và tên\n1,Nguyễn Văn An\n2,Lê Chi\n", hand_ins)(
        "moodle"
    )
    assert [line.split(",")[0] for line in lines] == ["Identifier", "Participant 12345"]
    assert "1 are not in the file, since the list has no Identifier of theirs: Lê Chi." in notes


def test_nothing_graded_is_one_sentence(tmp_path, tiny):
    store = Store(tmp_path / "grades.sqlite", "tiny")
    with pytest.raises(ExportError, match="run `autograder grade` first"):
        export(tmp_path, store, tiny, "csv")
    store.close()
    for folder in (tmp_path, tmp_path / "none"):
        result = CliRunner().invoke(cli.app, ["export", str(folder), "--format", "csv"])
        assert result.exit_code == 2
        assert len(result.output.strip().splitlines()) == 1
