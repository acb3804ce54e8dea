"""Pages come back to their students, as each course site's importer reads them, and to nobody else."""

import csv
import dataclasses
import io
import re
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.course import Intake
from autograder.course.roll import record
from autograder.course.roster import Student
from autograder.records import Act
from autograder.records.acts import OVERRIDE
from autograder.report import sending
from autograder.submissions.hand_in import HandIn, Person

from . import report_class

STUDENTS = (
    Student(id="1", name="Nguyễn_Văn An", email="an@x", canvas="31", participant="77", language="vi", line=2),
    Student(id="2", name="Trần Bình", email="b@x", canvas="32", participant="78", line=3),
    Student(id="3", name="Lê Chi", line=4),
    Student(id="4", name="Đỗ Dũng", email="d@x", canvas="34", participant="80", line=5),
)
FILES = ("an_31_9050_hw.zip", "binh_LATE_32_9051_loss.py", "", "dung_34_9053_hw.zip")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Four students of whom the last one's grade waits; the first two came by Canvas."""
    folder = tmp_path_factory.mktemp("out")
    names = ["an", "binh", "chi", "dung"]
    store = report_class.make(folder, 4, names=names)
    hand_ins = [
        HandIn(
            name,
            "canvas" if file else "folder",
            (Person("", "", student.canvas) if file else Person(student.name),),
            file=file,
        )
        for name, student, file in zip(names, STUDENTS, FILES, strict=True)
    ]
    record(store, Intake(tuple(hand_ins), STUDENTS, "last"))
    (row,) = (row for row in store.rows() if row.submission == "dung")
    grading = store.last("dung")
    store.add(dataclasses.replace(grading, row=dataclasses.replace(row, status="attention", undecided=3.0)))
    store.acts.add(Act(OVERRIDE, "Lan", student=("id 1",), points=61.5, text="Oral."))
    store.close()
    return folder


def moodles_user(path):
    """The participant and the file as Moodle's importer takes them from a path in the zip."""
    _, number, kind, plugin, rest = path.split("/")[0].split("_", 4)
    assert (kind, plugin, rest) == ("assignfeedback", "file", "")
    assert number.isdigit()
    return number, path.split("/", 1)[1]


@pytest.mark.slow
def test_moodles_importer_finds_each_student(out):
    sent = sending.send(out, "moodle")
    with zipfile.ZipFile(sent.path) as archive:
        found = {moodles_user(name): archive.read(name).decode() for name in archive.namelist()}
    assert set(found) == {("77", "feedback.html"), ("78", "feedback.html")}
    assert sent.students == 2
    assert "Nguyễn_Văn An" in found["77", "feedback.html"]
    assert '<html lang="vi">' in found["77", "feedback.html"]
    assert '<html lang="en">' in found["78", "feedback.html"]
    assert "61,5" in found["77", "feedback.html"]
    told = " ".join(sent.notes)
    assert "No page was packed for Lê Chi: Moodle's number" in told
    assert "Đỗ Dũng: the grade is not decided yet" in told


@pytest.mark.slow
def test_canvas_finds_user_and_attachment_and_what_is_called_a_zip_is_one(out):
    sent = sending.send(out, "canvas")
    with zipfile.ZipFile(sent.path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    # As Canvas does: the first two parts between underscores that are numbers.
    numbers = {name: [part for part in name.split("_") if re.fullmatch(r"\d+", part)][:2] for name in files}
    assert numbers == {FILES[0]: ["31", "9050"], FILES[1]: ["32", "9051"]}
    with zipfile.ZipFile(io.BytesIO(files[FILES[0]])) as inner:
        assert inner.namelist() == ["feedback.html"]
    assert files[FILES[1]].startswith(b"<!doctype html>")
    assert "Canvas shows 1 of the pages under the name of the file handed in" in " ".join(sent.notes)


@pytest.mark.slow
def test_a_table_for_mail_has_address_grade_and_page(out):
    sent = sending.send(out, "mail")
    lines = list(csv.DictReader(io.StringIO((sent.path / "mail-merge.csv").read_text("utf-8-sig"))))
    first, _ = lines
    assert (first["email"], first["grade"], first["max_grade"]) == ("an@x", "61.5", "100")
    assert "Nguyễn_Văn An" in Path(first["attachment"]).read_text(encoding="utf-8")


@pytest.mark.slow
def test_gradescopes_folder_says_whose_each_page_is(out):
    stale = out / "feedback-gradescope" / "of an earlier time.html"
    stale.parent.mkdir(exist_ok=True)
    stale.write_text("")
    sent = sending.send(out, "gradescope")
    lines = list(csv.DictReader(io.StringIO((sent.path / "pages.csv").read_text("utf-8-sig"))))
    assert [line["Name"] for line in lines] == ["Nguyễn_Văn An", "Trần Bình", "Lê Chi"]
    assert {path.name for path in sent.path.glob("*.html")} == {line["page"] for line in lines}


@pytest.mark.slow
def test_nobody_reached_is_said_and_no_zip_is_written(tmp_path):
    report_class.make(tmp_path, 1).close()
    told = CliRunner().invoke(cli.app, ["feedback", str(tmp_path), "--format", "moodle"])
    assert told.exit_code == 2
    assert "Moodle's number of theirs (Identifier) is not known" in told.output.replace("\n", " ")
    assert not list(tmp_path.glob("feedback*"))
