"""Submissions find their students, the right attempt counts, and whatever fits nobody or two is told."""

import itertools
import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from autograder.assignment.deadline import Deadline, Extension
from autograder.course.book import Book
from autograder.course.matching import keys_of
from autograder.course.roll import Intake, Roll, load, record
from autograder.course.roster import Student
from autograder.course.sums import Policy
from autograder.records.gradings import Row
from autograder.records.store import Store
from autograder.submissions.hand_in import HandIn, Person

AT = datetime.fromisoformat("2026-12-01T23:59:00+07:00")
DAY = timedelta(days=1)
POLICY = Deadline(AT, percent_per_day=10)
AN = Student(id="20215001", name="Nguyễn Văn An", email="an@x", line=2)
BINH = Student(id="20215002", name="Trần Thị Bình", email="binh@x", line=3)
HOA = Student(id="20215003", name="Lê Hoa", email="hoa@x", line=4)
STUDENTS = (AN, BINH, HOA)
count = itertools.count()


def hand_in(*people, source="gradescope", at=None, order=0, late=False, name=""):
    return HandIn(name or f"s{next(count)}", source, people, at, late, order)


def standings(roll, rows, deadline=None):
    return Book(roll, rows, Policy(deadline)).standings


def whose(one, students=STUDENTS):
    return {student.name for student in Roll([one], students, "last").whose[one.submission] if student.line}


def row(one, score=8.0, status="graded", reason=""):
    return Row(one.submission, status, score, 10.0, 1.0, {"square": score}, reason)


@pytest.mark.parametrize(
    ("source", "person", "name"),
    [
        ("gradescope", Person("An N.", "", "20215001"), "Nguyễn Văn An"),
        ("gradescope", Person("An N.", "AN@X", ""), "Nguyễn Văn An"),
        ("gradescope", Person(unicodedata.normalize("NFD", "lê HOA")), "Lê Hoa"),
        ("canvas", Person("annguyễnvăn", "", "31"), "Nguyễn Văn An"),
        ("canvas", Person("hoalê", "", "20215003"), "Lê Hoa"),
        ("moodle", Person("Hoa Lê", "", "77"), "Lê Hoa"),
        ("folder", Person("20215002"), "Trần Thị Bình"),
        ("folder", Person("hw1_20215002_v2"), "Trần Thị Bình"),
        ("folder", Person("binh@x"), "Trần Thị Bình"),
        ("folder", Person("trần-thị_bình"), "Trần Thị Bình"),
    ],
)
def test_a_student_is_found_by_number_address_or_name(source, person, name):
    assert whose(hand_in(person, source=source)) == {name}


@pytest.mark.parametrize(
    ("source", "person"),
    [
        ("gradescope", Person("Somebody", "some@body", "1")),
        ("canvas", Person("phạmminh", "", "20215001")),
        ("moodle", Person("Participant", "", "20215001")),
        ("folder", Person("20215001_20215002")),
        ("folder", Person("homework")),
        ("canvas", Person("", "", "")),
    ],
)
def test_what_fits_nobody_or_two_belongs_to_nobody_and_is_told(source, person):
    one = hand_in(person, source=source)
    roll = Roll([one], STUDENTS, "last")
    assert roll.unmatched == [one]
    assert one.submission in roll.to_grade


@pytest.mark.parametrize(
    ("listed", "source", "person"),
    [
        (Student("123456", "An"), "folder", Person("00123456_hw1")),
        (Student("00123456", "An"), "folder", Person("hw1 123456")),
        (Student("SV22520001"), "folder", Person("22520001-bai1")),
        (Student("22520001"), "folder", Person("b22520001_hw1")),
        (Student("", "", "22520001@gm.uni.edu.vn"), "folder", Person("22520001_NguyenVanAn")),
        (Student("123456"), "gradescope", Person("A. N.", "", "00123456")),
    ],
)
def test_a_number_is_known_without_its_zeros_and_letters_and_from_an_address(listed, source, person):
    others = (Student("99", "Trần Thị Bình", line=3), Student("22520002", line=4))
    one = hand_in(person, source=source)
    students = (replace(listed, line=2), *others)
    assert Roll([one], students, "last").unmatched == []
    twice = (*students, Student(f"XY{listed.id or '22520001'}".replace("SV", ""), line=5))
    assert Roll([one], twice, "last").unmatched == [one]


def test_a_file_named_after_a_login_or_a_mailbox_is_found_and_a_name_comes_first():
    minh = Student(name="Phạm Minh", email="minh.pt2150@x", login="pmx7", line=5)
    other = Student(name="Trần Thị Minh", email="tran.minh@x", line=6)
    students = (*STUDENTS, minh, other)
    for name in ("minh.pt2150_hw1", "hw1-pmx7", "bai 1 (minh.pt2150)"):
        assert whose(hand_in(Person(name), source="folder"), students) == {"Phạm Minh"}
    assert whose(hand_in(Person("Phạm_Minh tran.minh"), source="folder"), students) == {"Phạm Minh"}


def test_it_is_told_why_a_submission_matches_nobody():
    an = replace(AN, id="7", email="", line=9)
    two, nothing = hand_in(Person("Nguyễn Văn An")), hand_in(Person("homework"), source="folder")
    roll = Roll([two, nothing], (AN, BINH, an), "last")
    assert roll.why_unmatched(two.submission) == f"2 fit it (Nguyễn Văn An ({AN.id}), Nguyễn Văn An (7))"
    assert roll.why_unmatched(nothing.submission).startswith("its name holds no number, address, login")
    assert roll.name_of(two.submission) == "Nguyễn Văn An"


def test_a_name_without_its_diacritics_is_found_where_only_one_fits():
    duc, hoa = Student(name="Đỗ Đức", line=5), Student(name="Lê Hòa", line=6)
    assert whose(hand_in(Person("doduc", "", "9"), source="canvas"), (*STUDENTS, duc)) == {"Đỗ Đức"}
    assert whose(hand_in(Person("lehoa", "", "9"), source="canvas"), STUDENTS) == {"Lê Hoa"}
    assert whose(hand_in(Person("lehoa", "", "9"), source="canvas"), (*STUDENTS, hoa)) == set()
    assert whose(hand_in(Person("lêhòa", "", "9"), source="canvas"), (*STUDENTS, hoa)) == {"Lê Hòa"}


def test_what_a_person_has_said_stays_where_new_submissions_join():
    homework, new = hand_in(Person("homework"), source="folder"), hand_in(Person("20215002"), source="folder")
    roll = Roll([homework], STUDENTS, "last", assigned={homework.submission: keys_of(AN)})
    assert roll.joined([homework, new]).whose == {homework.submission: (AN,), new.submission: (BINH,)}


def test_two_students_of_one_name_are_told_apart_by_number_only():
    twin = Student(id="20219999", name="Nguyễn Văn An", email="an2@x", line=9)
    both = (*STUDENTS, twin)
    assert whose(hand_in(Person("Nguyễn Văn An")), both) == set()
    one = hand_in(Person("Nguyễn Văn An", "an2@x"))
    assert Roll([one], both, "last").whose[one.submission] == (twin,)


def test_site_numbers_of_the_list_are_used():
    students = (
        Student(id="1", name="A", canvas="31", line=2),
        Student(id="31", name="B", participant="77", line=3),
    )
    assert whose(hand_in(Person("x", "", "31"), source="canvas"), students) == {"A"}
    assert whose(hand_in(Person("x", "", "77"), source="moodle"), students) == {"B"}
    assert whose(hand_in(Person("x", "", "31"), source="gradescope"), students) == {"B"}


def test_the_last_attempt_counts_for_each_member_by_itself():
    an, binh = Person("", "an@x"), Person("", "binh@x")
    together = hand_in(an, binh, at=AT, order=1)
    alone = hand_in(an, at=AT + DAY, order=2)
    roll = Roll([together, alone], STUDENTS, "last")
    found = standings(roll, [row(together, 5), row(alone, 7)])
    assert [one.points for one in found] == [7, 5, None]
    assert roll.to_grade == {together.submission, alone.submission}


def test_earlier_attempts_are_not_graded_unless_the_best_counts():
    an = Person("", "an@x")
    first, second = hand_in(an, at=AT, order=9), hand_in(an, at=AT + DAY, order=1)
    assert Roll([first, second], STUDENTS, "last").to_grade == {second.submission}
    roll = Roll([first, second], STUDENTS, "best")
    assert roll.to_grade == {first.submission, second.submission}
    rows = [row(first, 8), row(second, 8.5)]
    assert standings(roll, rows)[0].hand_in == second
    # A day late costs a point: the better grade, and not the better work, is the best.
    assert standings(roll, rows, POLICY)[0].hand_in == first
    assert Book(roll, rows, Policy(POLICY)).counting == rows[:1]


def test_where_nothing_tells_the_last_attempt_the_better_one_counts():
    one, other = (hand_in(Person(name), source="folder", name=name) for name in ("20215001", "20215001 v2"))
    roll = Roll([one, other], STUDENTS, "last")
    assert roll.to_grade == {"20215001", "20215001 v2"}
    assert standings(roll, [row(one, 3), row(other, 4)])[0].hand_in == other


def test_strangers_with_one_name_are_two_and_with_one_number_are_one():
    an = Person("Nguyễn Văn An")
    assert len(Roll([hand_in(an), hand_in(an)], (), "last").members) == 2
    numbered = Person("Nguyễn Văn An", "", "5")
    attempts = [hand_in(numbered, source="canvas", order=1), hand_in(numbered, source="canvas", order=2)]
    assert len(Roll(attempts, (), "last").members) == 1
    # Another name under the same number may be someone who chose a name that looks like a number.
    pretender = hand_in(Person("eve", "", "5"), source="canvas", order=3)
    assert len(Roll([*attempts, pretender], (), "last").members) == 2


def grouped(*students):
    return tuple(replace(student, group="Nhóm 1") for student in students)


def test_what_one_member_or_the_group_itself_hands_in_counts_for_all():
    for person, source in ((Person("", "an@x"), "gradescope"), (Person("nhóm 1", "", "5"), "moodle")):
        one = hand_in(person, source=source)
        assert whose(one, grouped(AN, BINH)) == {AN.name, BINH.name}


def test_members_who_hand_in_apart_have_their_own_and_the_rest_is_told():
    one, other = hand_in(Person("", "an@x")), hand_in(Person("", "binh@x"))
    roll = Roll([one, other], grouped(AN, BINH, HOA), "last")
    assert [len(handed) for _, handed in roll.members] == [1, 1, 0]
    assert "Several members of group Nhóm 1" in roll.notes[0]
    assert "Lê Hoa" in roll.notes[0]


def test_an_extension_of_one_member_and_a_time_of_the_list_count():
    patient = replace(AN, extension=Extension(2 * DAY))
    one = hand_in(Person("", "an@x"), Person("", "binh@x"), at=AT + DAY)
    roll = Roll([one], (patient, BINH), "last")
    assert [standing.points for standing in standings(roll, [row(one)], POLICY)] == [8, 8]

    marked = hand_in(Person("hoalê", "", "1"), source="canvas", late=True)
    unknown = standings(Roll([marked], (HOA,), "last"), [row(marked)], POLICY)[0]
    assert unknown.points is None
    roll = Roll([marked], (replace(HOA, submitted=AT + DAY),), "last")
    (timed,) = standings(roll, [row(marked)], POLICY)
    assert timed.points == 7


def test_a_failure_of_the_grader_is_no_grade():
    one = hand_in(Person("", "an@x"))
    failed = row(one, 0.0, "attention", "The grader failed on this submission.")
    assert standings(Roll([one], STUDENTS, "last"), [failed])[0].points is None
    partly = replace(row(one, 9.0, "attention"), undecided=1.0)
    (standing,) = standings(Roll([one], STUDENTS[:1], "last"), [partly])
    assert standing.points is None
    assert [(one.reason, one.points, one.earned) for one in standing.waits] == [("undecided", 1, 9)]


@pytest.mark.parametrize(("undecided", "counts"), [(0.5, "decided"), (3.0, "open")])
def test_the_best_attempt_is_not_known_while_a_better_one_is_undecided(undecided, counts):
    decided, unsure = (hand_in(Person("", "an@x"), at=AT, name=name) for name in ("decided", "open"))
    rows = [row(decided, 8.0), replace(row(unsure, 6.0, "attention"), undecided=undecided)]
    (standing,) = standings(Roll([decided, unsure], (AN,), "best"), rows)
    assert standing.hand_in.submission == counts
    assert standing.points == (8.0 if counts == "decided" else None)


def test_the_store_keeps_hand_ins_and_the_list_from_run_to_run(tmp_path):
    store = Store(tmp_path / "grades.sqlite", "tiny")
    first, second = hand_in(Person("", "an@x"), at=AT), hand_in(Person("", "an@x"), at=AT + DAY, order=5)
    record(store, Intake((first,), STUDENTS, "best"))
    roll = record(store, Intake((second,), None, "last"))
    assert roll.to_grade == {second.submission}
    assert [student for student, _ in load(store).members] == list(STUDENTS)
    assert load(store).members[0][1] == (first, second)
    record(store, Intake((), (BINH,), "last"))
    assert [student.line for student, _ in load(store).members] == [3, 0]
    store.close()


@pytest.mark.parametrize(
    ("listed", "handed_in"),
    [
        ("Ðỗ Dũng", "Đỗ Dũng"),
        ("Lê Thị Hòa", "Lê Thị Hoà"),
        ("Nguyễn Thuý Ðào", "nguyễn THÚY đào"),
        ("Ɖỗ Dũng", "Đỗ Dũng"),
    ],
)
def test_a_letter_or_a_tone_that_is_typed_otherwise_is_the_same_name(listed, handed_in):
    students = (
        Student("1", listed, line=2),
        Student("2", "Do Dung" if "ỗ" in listed else "Le Thi Hoa", line=3),
    )
    hand_in = HandIn("x", "moodle", (Person(handed_in, "", "99"),))
    roll = Roll((hand_in,), students, "last")
    assert [student.id for student in roll.whose["x"]] == ["1"]
    assert roll.members[0][0].participant == "99"


@pytest.mark.parametrize(
    ("file", "who"),
    [
        ("Nguyễn Văn An - bài 1", ["1"]), ("hw1_NguyenVanAn_final", ["1"]), ("BT1-An Nguyễn Văn (2)", ["1"]),
        ("bai tap 1 tran thi binh", ["2"]), ("Nguyễn Văn An và Trần Thị Bình", []), ("An", []), ("bài 1", []), ("le hoa", []),
    ],
)  # fmt: skip
def test_a_plain_file_is_whose_whole_name_stands_in_its_name_and_nobodys_in_doubt(file, who):
    students = (
        Student("1", "Nguyễn Văn An"),
        Student("2", "Trần Thị Bình"),
        Student("3", "Lê Hoa"),
        Student("4", "Lệ Hoà"),
    )
    roll = Roll((HandIn(file, "folder", (Person(file),)),), students, "last")
    assert [student.id for student in roll.whose[file] if student.id] == who
