"""The night after the deadline, from what a course site gave out to the file that it reads again."""

import csv

import pytest
from typer.testing import CliRunner

from autograder import cli

from ..exports import AN, BINH, WRONG, gradescope, metadata, modules, put_folder, put_zip

pytestmark = pytest.mark.slow


DEADLINE = """
[deadline]
at = 2026-12-01T23:59:00+07:00
grace_minutes = 15
percent_per_day = 10
"""
ROSTER = (
    "\ufeffID;Họ tên;Name;Email;Extension\r\n"
    "20215001;;Nguyễn Văn An;an@hust.example;\r\n"
    "20215002;;Trần Thị Bình;binh@hust.example;2d\r\n"
    "20215003;;Lê Hoa;hoa@hust.example;\r\n"
)


def run(*arguments):
    result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def table(path):
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def set_deadline(tiny):
    with tiny.settings_file.open("a") as file:
        file.write(DEADLINE)


def test_gradescope_with_a_list_late_work_and_several_attempts(tiny, tmp_path):
    set_deadline(tiny)
    export = gradescope(
        tmp_path / "assignment_1_export",
        metadata(1, "2026-12-01 10:00:00.000000000 Z", AN),
        metadata(2, "2026-12-02 17:30:00.000000000 +07:00", AN),
        metadata(3, "2026-12-03 10:00:00.000000000 +07:00", BINH),
        submission_1=modules(),
        submission_2=modules(use=WRONG),
        submission_3=modules(),
    )
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    out = tmp_path / "out"
    grade = ("grade", export, "--assignment", "tiny", "--out", out)

    code, said = run(*grade, "--roster", tmp_path / "roster.csv")
    assert code == 0, said
    assert "This is Gradescope's export." in said
    assert "1 submission is not graded, since a later one of the same student counts." in said
    assert "Of the students on the list 2 handed something in and 1 did not." in said
    assert {row["submission"]: row["score"] for row in table(out / "grades.csv")} == {
        "Nguyễn Văn An_2": "8",
        "Trần Thị Bình_3": "10",
    }
    code, said = run("export", out, "--format", "canvas", "--column", "Homework 1 (4711)")
    assert code == 0, said
    _, *canvas = table(out / "export-canvas.csv")
    assert [(row["Student"], row["SIS User ID"], row["Homework 1 (4711)"]) for row in canvas] == [
        ("Nguyễn Văn An", "20215001", "7"),
        ("Trần Thị Bình", "20215002", "10"),
        ("Lê Hoa", "20215003", "0"),
    ]

    # The list is kept; now the better attempt counts, and only the one that was not graded yet is graded.
    code, said = run(*grade, "--attempts", "best")
    assert code == 0, said
    assert "2 of them had been graded before" in said
    assert {row["submission"]: row["score"] for row in table(out / "grades.csv")} == {
        "Nguyễn Văn An_1": "10",
        "Trần Thị Bình_3": "10",
    }
    assert (out / "results" / "Nguyễn Văn An_2" / "results.json").exists()
    code, said = run("export", out, "--format", "moodle")
    assert code == 2
    assert "Nothing in it could be imported: Moodle knows students by the Identifier" in said
    assert not (out / "export-moodle.csv").exists()
    code, said = run("export", out, "--format", "csv")
    assert [(row["name"], row["grade"], row["status"]) for row in table(out / "export-csv.csv")] == [
        ("Nguyễn Văn An", "10", "graded"),
        ("Trần Thị Bình", "10", "graded"),
        ("Lê Hoa", "0", "nothing handed in"),
    ]


LATE_BY_CANVAS = (
    "late, and by how much is unknown: say how late on the desk, or in a column `submitted` of the roster"
)


def test_canvas_and_moodle_are_graded_without_a_list_and_nothing_is_guessed(tiny, tmp_path):
    set_deadline(tiny)
    canvas = tmp_path / "canvas"
    put_folder(
        canvas,
        {f"annguyễnvăn_31_90{i}1_{name}": text for i, (name, text) in enumerate(modules().items(), 10)},
    )
    put_zip(canvas / "bìnhtrầnthị_LATE_32_9021_hw.zip", modules())
    put_folder(tmp_path / "moodle" / "Lê Hoa_80_assignsubmission_file_", modules())
    for folder in (canvas, tmp_path / "moodle"):
        code, said = run("grade", folder, "--assignment", "tiny", "--out", tmp_path / "out")
        assert code == 0, said
    code, said = run("export", tmp_path / "out", "--format", "csv")
    assert code == 0
    assert {
        row["name"]: (row["id"], row["grade"], row["note"])
        for row in table(tmp_path / "out" / "export-csv.csv")
    } == {
        "annguyễnvăn": ("31", "10", ""),
        "bìnhtrầnthị": ("32", "", LATE_BY_CANVAS),
        "Lê Hoa": ("80", "10", ""),
    }
    assert f"(submission bìnhtrầnthị_32_9021): {LATE_BY_CANVAS}" in said
    assert "not known of 1 submission," in said


def test_what_cannot_be_used_is_one_line_and_code_2(tiny, tmp_path):
    put_folder(tmp_path / "an", modules())
    (tmp_path / "roster.csv").write_text("id,name,extension\n1,An,two days\n")
    put_zip(tmp_path / "all.zip", {"e/submission_metadata.yml": "", "e/submission_1/area.py": ""})
    grade = ("--assignment", "tiny", "--out", tmp_path / "out")
    for arguments, words in (
        (("grade", tmp_path / "an", *grade, "--roster", tmp_path / "roster.csv"), "line 2, column extension"),
        (("grade", tmp_path / "all.zip", *grade), "unpack it into a folder of its own"),
        (("export", tmp_path / "an", "--format", "canvas"), "There are no results in"),
    ):
        code, said = run(*arguments)
        assert code == 2
        assert words in said
        assert len(said.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
