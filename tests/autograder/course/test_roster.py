"""A list of students is read however a spreadsheet or a course site wrote it, or refused with line and column."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from autograder.assignment.deadline import Extension
from autograder.course.roster import RosterError, Student, read

HANOI = timezone(timedelta(hours=7))


def roster(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read(path, HANOI)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_separators_of_spreadsheets_are_read(tmp_path, encoding, separator, end):
    lines = ["ID;Name;E-Mail;Extension;Group", "0042;Trần Thị Bình;b@x;1,5;Nhóm 1", ";;;;"]
    text = end.join(lines)
    text = text.replace("1,5", "1.5") if separator == "," else text
    (student,) = roster(tmp_path, text.replace(";", separator), encoding)
    assert (student.id, student.name, student.email, student.group) == (
        "0042",
        "Trần Thị Bình",
        "b@x",
        "Nhóm 1",
    )
    assert student.extension == Extension(timedelta(hours=36))
    assert student.line == 2


def test_names_in_either_unicode_form_are_the_same(tmp_path):
    import unicodedata

    (student,) = roster(tmp_path, "name\n" + unicodedata.normalize("NFD", "Nguyễn Văn An"))
    assert student.name == "Nguyễn Văn An"


@pytest.mark.parametrize(
    ("text", "extension"),
    [
        ("2", Extension(timedelta(days=2))),
        ("2d", Extension(timedelta(days=2))),
        ("36 h", Extension(timedelta(hours=36))),
        ("", Extension()),
        ("2026-12-05", Extension(until=datetime(2026, 12, 5, 23, 59, 59, tzinfo=HANOI))),
        ("2026-12-05 12:00", Extension(until=datetime(2026, 12, 5, 12, tzinfo=HANOI))),
        ("2026-12-05T12:00Z", Extension(until=datetime(2026, 12, 5, 12, tzinfo=UTC))),
    ],
)
def test_an_extension_is_days_hours_or_a_moment(tmp_path, text, extension):
    (student,) = roster(tmp_path, f"id,extension\n1,{text}\n")
    assert student.extension == extension


def test_canvas_gradebook_is_a_roster(tmp_path):
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (4711)\n"
        ",,,,,Manual Posting\n"
        "    Points Possible,,,,,10.00\n"
        '"An, Nguyễn Văn",31,20215001,an.nv,K66,\n'
    )
    (student,) = roster(tmp_path, text)
    assert (student.name, student.canvas, student.id, student.login, student.section) == (
        "An, Nguyễn Văn", "31", "20215001", "an.nv", "K66",
    )  # fmt: skip


def test_moodle_worksheet_is_a_roster_with_times(tmp_path):
    text = (
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments\n"
        'Participant 77,Lê Hoa,h@x,Submitted for grading,,10.00,Yes,"Wednesday, 2 December 2026, 12:30 AM",-,\n'
        "Participant 78,Lê Mai,m@x,No submission,,10.00,Yes,-,-,\n"
    )
    first, second = roster(tmp_path, text)
    assert (first.participant, first.name, first.email) == ("77", "Lê Hoa", "h@x")
    assert first.submitted == datetime(2026, 12, 2, 0, 30, tzinfo=HANOI)
    assert second.submitted is None


def test_gradescope_roster_is_a_roster(tmp_path):
    (student,) = roster(
        tmp_path, "First Name,Last Name,SID,Email,Role,Section\nVăn An,Nguyễn,5001,a@x,Student,1\n"
    )
    assert (student.name, student.id, student.email) == ("Văn An Nguyễn", "5001", "a@x")


def test_a_student_survives_the_store(tmp_path):
    (student,) = roster(tmp_path, "id,name,extension,submitted\n1,An,2026-12-05,2026-12-01T10:00\n")
    assert Student.from_record(student.record()) == student


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1 names none of the columns"),
        ("foo,bar\n1,2\n", "line 1 names none of the columns id, name and email"),
        ("id,name\n", "names no student"),
        ("id,name,extension\n1,An,\n2,B,two days\n", "line 3, column extension: 'two days' is none of days"),
        ("id,extension\n1,-2\n", "line 2, column extension"),
        ("id,submitted\n1,yesterday\n", "line 2, column submitted"),
        ("id,name\n1,An\n1,Binh\n", "line 3, column id: 1 stands in line 2 already"),
        ("id,email\n1,A@x\n2,a@X\n", "line 3, column email"),
        ("id,name\n1,An,Văn\n", "line 2 has 3 cells"),
        ("id,name,group\n,,A\n", "line 2 has neither id, name nor email"),
        ("id,sid,name\n1,2,An\n", "id and sid are both the id"),
        ('id,name\n1,"An\n', "is no line of a CSV file"),
    ],
)
def test_a_wrong_list_is_one_sentence_with_line_and_column(tmp_path, text, words):
    with pytest.raises(RosterError, match=words) as caught:
        roster(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_another_encoding_or_no_file_is_one_sentence(tmp_path):
    with pytest.raises(RosterError, match="save it as 'CSV UTF-8'"):
        roster(tmp_path, "id,name\n1,Lê Hoa\n", "utf-8".replace("utf-8", "cp1258"))
    with pytest.raises(RosterError, match="check the path"):
        read(tmp_path / "none.csv", None)
