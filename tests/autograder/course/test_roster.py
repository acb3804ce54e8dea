"""A list of students is read however a spreadsheet or a course site wrote it, or refused with line and column."""

import csv
import io
import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest

from autograder.assignment.deadline import Extension
from autograder.course import headings, moments, sheets
from autograder.course.roster import RosterError, Student, read

HANOI = timezone(timedelta(hours=7))


def roster(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read(path, HANOI).students


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
    assert (student.name, student.id, student.email) == ("Nguyễn Văn An", "5001", "a@x")


@pytest.mark.parametrize(
    ("people", "names"),
    [
        ("Văn An,Nguyễn\nVăn An,Nguyễn\nJohn,Smith\nHoàng Anh,Lê\n", "Nguyễn Văn An|Nguyễn Văn An|John Smith|Lê Hoàng Anh"),
        ("Van An,Nguyen\nThi Binh,Tran\n", "Nguyen Van An|Tran Thi Binh"),
        ("Nguyễn Văn,An\nTrần Thị,Mai\n", "Nguyễn Văn An|Trần Thị Mai"),
        ("Anna,Ho\nJohn,Smith\nJan,de Vries\n", "Anna Ho|John Smith|Jan de Vries"),
        ("An,\n,Lê\n", "An|Lê"),
    ],
)  # fmt: skip
def test_vietnamese_names_are_said_family_first_where_a_site_parts_them(tmp_path, people, names):
    lines = [f"{who},{number},Student" for number, who in enumerate(people.splitlines())]
    lines += ["Prof,Boss,90,Instructor", "Ta,One,91,TA", "Ta,Two,92,TA", "Ta,Three,93,TA", "Ta,Four,94,TA"]
    found = roster(tmp_path, "First Name,Last Name,SID,Role\n" + "\n".join(lines))
    assert "|".join(student.name for student in found) == names


def test_all_that_is_wrong_in_a_list_is_told_at_once(tmp_path):
    lines = ["1,An,2", "1,Bình,", "2,Chi,morgen", ",,1", "3,Dũng,1,x", *(f"9,Em{i}," for i in range(9))]
    with pytest.raises(RosterError) as caught:
        roster(tmp_path, "id,name,extension\n" + "\n".join(lines))
    told = str(caught.value)
    for said in ("line 3, column id", "line 4, column extension", "line 5 has neither", "line 6 has 4 cells"):
        assert said in told
    assert told.endswith("And 2 lines more like it.")


def test_a_student_survives_the_store(tmp_path):
    (student,) = roster(tmp_path, "id,name,extension,submitted\n1,An,2026-12-05,2026-12-01T10:00\n")
    assert Student.from_record(student.record()) == student


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (
            "foo,bar\n1,2\n",
            r"no line of headings that tells who is who \(its first holds 'foo, bar'\): name the columns so, .*MSSV.*Matrikelnummer",
        ),
        ("id,name\n", "names no student"),
        ("id,name,extension\n1,An,\n2,B,two days\n", "line 3, column extension: 'two days' is none of days"),
        ("id,extension\n1,-2\n", "line 2, column extension"),
        ("id,submitted\n1,yesterday\n", "line 2, column submitted"),
        ("id,name\n1,An\n1,Binh\n", "line 3, column id: 1 stands in line 2 already"),
        ("id,email\n1,A@x\n2,a@X\n", "line 3, column email"),
        ("id,name\n1,An,Văn\n", "line 2 has 3 cells"),
        ("id,name,extension\n,,2\n", "line 2 has neither id, name nor email"),
        ("id,sid,name\n1,2,An\n", "line 2: the columns id and sid are both the id, and differ"),
        ('id,name\n1,"An\n', "is no line of a CSV file"),
    ],
)
def test_a_wrong_list_is_one_sentence_with_line_and_column(tmp_path, text, words):
    with pytest.raises(RosterError, match=words) as caught:
        roster(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_a_line_that_stands_there_twice_and_those_of_google_classroom_are_no_students(tmp_path):
    listed = whole(
        tmp_path,
        "Last Name,First Name,Email,id\nDate,2026-11-25,,\nPoints,,,\n't Hooft,Jan,j@x,7\n't Hooft,Jan,j@x,7\n",
    )
    assert [student.name for student in listed.students] == ["Jan 't Hooft"]
    assert listed.notes == ("list.csv: line 5 says what stood before, and was left out.",)


def test_more_time_is_given_in_words_too(tmp_path):
    listed = whole(tmp_path, 'MSSV,Gia hạn\n1,2 ngày\n2,36 giờ\n3,"1,5 Tage"\n')
    assert [student.extension.time.total_seconds() / 3600 for student in listed.students] == [48, 36, 36]


def test_no_file_is_one_sentence(tmp_path):
    with pytest.raises(RosterError, match="check the path"):
        read(tmp_path / "none.csv", None)


# Lists as courses have them, in their languages


def whole(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read(path, HANOI)


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("MSSV,Họ và tên,Email", "7,Nguyễn Văn An,a@x"),
        ("Mã SV;Họ đệm;Tên;Email", "7;Nguyễn Văn;An;a@x"),
        ("Mã SV,Họ,Tên đệm,Tên,Email", "7,Nguyễn,Văn,An,a@x"),
        ("Mã số sinh viên\tHọ\tTên\tThư điện tử", "7\tNguyễn Văn\tAn\ta@x"),
        ("STT,Ma SV,Ho va ten,E-mail", "1,7,Nguyễn Văn An,a@x"),
        ("Matrikelnummer;Nachname;Vorname;E-Mail-Adresse", "7;An;Nguyễn Văn;a@x"),
        ("Matr.-Nr.,Name,Vorname,E-Mail", "7,An,Nguyễn Văn,a@x"),
        ("Student_ID|Last Name|First Name|EMAIL", "7|An|Nguyễn Văn|a@x"),
        ("N° étudiant;Nom;Prénom;Courriel", "7;An;Nguyễn Văn;a@x"),
        ("学号,姓名,邮箱", "7,Nguyễn Văn An,a@x"),
        ("学籍番号,氏名,メールアドレス", "7,Nguyễn Văn An,a@x"),
        ("Matrícula;Nombre completo;Correo electrónico", "7;Nguyễn Văn An;a@x"),
        ("ID number,First name,Last name,Email address,Institution", "7,Nguyễn Văn,An,a@x,HUST"),
        ('"Mã SV (MSSV)","Họ và tên\n(in hoa)",Email', "'7,Nguyễn Văn An,a@x"),
        (
            "OrgDefinedId,Username,First Name,Last Name,Email,End-of-Line Indicator",
            "#7,#an,Nguyễn Văn,An,a@x,#",
        ),
        ("Mtknr;Nachname;Vorname;E-Mail", "7;An;Nguyễn Văn;a@x"),
        (
            "Last Name,First Name,Username,Student ID,Email,Last Access,Availability",
            "An,Nguyễn Văn,an,7,a@x,2026-11-25,Yes",
        ),
        (
            "First Name,Last Name,SID,Email,Total Score,Max Points,Status,Submission ID,Lateness (H:M:S)",
            "Nguyễn Văn,An,7,a@x,,100,Missing,,",
        ),
    ],
)
def test_headings_in_the_languages_of_a_course_are_understood(tmp_path, head, cells):
    listed = whole(tmp_path, f"{head}\n{cells}\n")
    (student,) = listed.students
    assert (student.id, student.name, student.email) == ("7", "Nguyễn Văn An", "a@x")
    assert listed.notes == ()


PACKS = [
    language
    for language, fields in headings._DATA["moodle"].items()
    if {"identifier", "submitted", "time"} <= set(fields)
]


@pytest.mark.parametrize("language", PACKS)
def test_a_worksheet_of_moodle_is_read_in_every_language_of_its_packs(tmp_path, language):
    fields = headings._DATA["moodle"][language]
    order = (
        "identifier",
        "name",
        "email",
        "status",
        "grade",
        "maximum",
        "changeable",
        "submitted",
        "graded",
        "comments",
    )
    cells = {
        "identifier": f"{fields['participant'][0]}123",
        "name": "Lê Hoa",
        "email": "h@x",
        "submitted": "2026-12-01T21:05",
    }
    there = [name for name in order if name in fields]
    text = io.StringIO()
    csv.writer(text).writerows([[fields[name][0] for name in there], [cells.get(name, "") for name in there]])
    listed = whole(tmp_path, text.getvalue())
    (student,) = listed.students
    assert (student.participant, student.name, student.email) == ("123", "Lê Hoa", "h@x")
    assert student.submitted == datetime(2026, 12, 1, 21, 5, tzinfo=HANOI)
    assert (listed.sheet.headings.form, listed.sheet.headings.language, listed.notes) == (
        "moodle",
        language,
        (),
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tuesday, 1 December 2026, 9:05 PM"), ("en_us", "Tuesday, December 1, 2026, 9:05 PM"), ("en_us", "12/01/2026 9:05 PM"),
        ("vi", "Thứ ba, 01 Tháng mười hai 2026, 09:05 PM"), ("vi", "Thứ Ba, 1 tháng 12 2026, 9:05 CH"), ("vi", "01/12/2026, 21:05"),
        ("de", "Dienstag, 1. Dezember 2026, 21:05"), ("fr", "mardi 1 décembre 2026, 21:05"), ("es", "martes, 1 de diciembre de 2026, 21:05"),
        ("ja", "2026年 12月 1日(火曜日) 21:05"), ("zh_cn", "2026年12月1日 星期二 21:05"), ("ko", "2026년 12월 1일 화요일 오후 9:05"),
        ("ru", "вторник, 1 декабря 2026, 21:05"), ("pl", "wtorek, 1 grudnia 2026, 21:05"), ("hu", "2026. december 1., kedd, 21:05"),
        ("fi", "tiistai, 1. joulukuuta 2026, 21.05"), ("th", "วันอังคาร, 1 ธันวาคม 2569, 21:05"), ("ar", "الثلاثاء، ١ ديسمبر ٢٠٢٦، ٩:٠٥ م"),
    ],
)  # fmt: skip
def test_times_are_read_as_sites_write_them(language, text):
    time_format = headings.Headings((), language).time_format
    assert moments.parse(text, language, time_format) == datetime(2026, 12, 1, 21, 5)


@pytest.mark.parametrize("text", ["", "soon", "31 February 2026, 10:00", "12:30", "9999999", "1" * 5000])
def test_what_is_no_time_is_none(text):
    assert moments.parse(text, "vi", "%d %B %Y") is None


def test_a_worksheet_whose_times_are_not_understood_is_read_and_says_so(tmp_path):
    text = "Identifier,Full name,Grade,Last modified (submission),Last modified (grade)\nParticipant 7,An,,bald,-\n"
    listed = whole(tmp_path, text)
    assert listed.students[0].submitted is None
    assert "the time in line 2 was not understood" in listed.notes[0]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8-sig", ""), ("utf-16", ""), ("utf-16-le", ""), ("cp1258", "Windows-1258"), ("cp1252", "Windows-1252"), ("gb18030", "GB 18030"), ("cp1251", "Windows-1251")],
)  # fmt: skip
def test_the_encoding_is_found_out_and_said(tmp_path, encoding, said):
    texts = {
        "cp1252": "Matrikelnummer;Name\n7;Jürgen Groß\n",
        "gb18030": "学号,姓名\n7,王小明\n",
        "cp1251": "Фамилия;Имя\nИванов;Пётр\n",
    }
    text = texts.get(encoding, "MSSV,Họ và tên\n7,Đỗ Thị Hoà\n")
    text = unicodedata.normalize("NFD", text) if encoding == "cp1258" else text
    data = text.encode(encoding) if encoding != "cp1258" else in_cp1258(text)
    listed = whole(tmp_path, data)
    (student,) = listed.students
    assert student.name in ("Đỗ Thị Hoà", "Jürgen Groß", "王小明", "Пётр Иванов")
    assert (said in listed.notes[0]) if said else listed.notes == ()


def in_cp1258(text):
    """As Windows writes Vietnamese: the vowel with its own mark composed, and the tone behind it."""
    words = unicodedata.normalize("NFD", text)
    for vowel, mark in (
        ("a", "\u0302"),
        ("e", "\u0302"),
        ("o", "\u0302"),
        ("a", "\u0306"),
        ("o", "\u031b"),
        ("u", "\u031b"),
    ):
        for letter in (vowel, vowel.upper()):
            whole = unicodedata.normalize("NFC", letter + mark)
            for tone in ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323"):
                words = words.replace(letter + tone + mark, whole + tone)
            words = words.replace(letter + mark, whole)
    return words.encode("cp1258")


def test_what_was_not_understood_is_said_column_by_column(tmp_path):
    listed = whole(tmp_path, "MSSV,Họ và tên,Ghi chú,Quê quán\n7,An,x,y\n")
    assert listed.notes == (
        "list.csv: the columns 'Ghi chú', 'Quê quán' were not understood and nothing was taken from there.",
    )


def test_a_title_above_the_headings_and_a_line_below_the_students_are_left_out_and_said(tmp_path):
    text = "TRƯỜNG ĐẠI HỌC,,\n,,\nDanh sách lớp IT4653,,\nMSSV,Họ và tên,Lớp\n7,An,K66\n,,Tổng số: 1\n"
    listed = whole(tmp_path, text)
    assert [student.name for student in listed.students] == ["An"]
    assert listed.students[0].line == 5
    assert listed.notes == (
        "list.csv: what stands above the headings in line 4 was left out.",
        "list.csv: nobody is named in line 6, which was left out.",
    )


def test_staff_and_the_test_student_are_no_students_and_are_named(tmp_path):
    text = "First Name,Last Name,SID,Email,Role,Section\nAn,Lê,1,a@x,Student,1\nProf,Boss,,boss@x,Instructor,\nTa,One,,ta@x,TA,\nX,Y,9,x@x,Auditor,\n"
    listed = whole(tmp_path, text)
    assert [student.email for student in listed.students] == ["a@x", "x@x"]
    assert "2 lines of others than students left out: Prof Boss (Instructor), Ta One (TA)." in listed.notes[0]
    assert "whoever is Auditor there was taken for a student" in listed.notes[1]


@pytest.mark.parametrize(
    "second",
    [",,,,,Manual Posting (scores hidden from instructors)", ",,,,,Muted", ",,,,, manual posting ", ""],
)
def test_canvas_lines_below_the_header_are_no_students(tmp_path, second):
    text = f'Student,ID,SIS User ID,SIS Login ID,Section,HW1 (4711)\n{second}\n    Points Possible,,,,,100\n"An, An",101,1,a,DL,\n"Student, Test",9,,t,DL,\n'
    listed = whole(tmp_path, text)
    assert [student.name for student in listed.students] == ["An, An"]
    assert "1 line of others than students left out: Student, Test (test student)." in listed.notes[0]


def test_canvas_with_names_in_two_columns_and_semicolons_is_read(tmp_path):
    text = 'LastName;FirstName;ID;SIS User ID;SIS Login ID;Section;"HW1: loss, gradient, sgd, report, and all (4711)"\n"    Points Possible";;;;;;100\nNguyễn;Văn An;101;7;an;DL;\n'
    (student,) = whole(tmp_path, text).students
    assert (student.name, student.canvas, student.id) == ("Nguyễn Văn An", "101", "7")


def test_two_columns_for_one_thing_are_one_where_they_agree(tmp_path):
    listed = whole(tmp_path, "ID,Student ID,Name,Email,Email address\n7,7,An,,a@x\n8,,Bình,b@x,B@X\n")
    assert [(student.id, student.email) for student in listed.students] == [("7", "a@x"), ("8", "b@x")]


def test_a_workbook_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(
        RosterError, match="is a workbook, not a CSV file: save it in the spreadsheet as 'CSV UTF-8'"
    ):
        whole(tmp_path, b"PK\3\4xl/workbook.xml")


def test_a_sheet_survives_the_store(tmp_path):
    sheet = whole(tmp_path, "MSSV,Họ và tên,Ghi chú\n7,An,x\n").sheet
    assert sheets.Sheet.from_record(json.loads(json.dumps(sheet.record()))) == sheet


def test_what_spreadsheets_do_to_numbers_and_lines_is_undone_or_said(tmp_path):
    listed = whole(tmp_path, 'MSSV,Họ và tên\r="0042",An\r20215001.0,\u200bBình\xa0\r')
    assert [(student.id, student.name) for student in listed.students] == [
        ("0042", "An"),
        ("20215001", "Bình"),
    ]
    with pytest.raises(RosterError, match=r"line 2: a spreadsheet has rounded the number '2\.02E\+07'"):
        whole(tmp_path, "MSSV,Họ và tên\n2.02E+07,An\n")


def test_headings_in_a_language_that_nobody_knows_are_no_student(tmp_path):
    with pytest.raises(RosterError, match="tells who is who"):
        whole(tmp_path, "Ism,Familiya\nNodira,Karimova\n")
