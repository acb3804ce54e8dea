"""Whatever a course site gave out is recognised, and no submission in it is lost or taken for another's."""

import os
import unicodedata
from datetime import datetime

import pytest

from autograder.submissions.collection import collect
from autograder.submissions.hand_in import HandIn, Person
from autograder.submissions.opening import SubmissionError, open_submission

from ..exports import AN, BINH, gradescope, metadata, modules, put_folder, put_zip

MODULES = ("area", "use")


@pytest.fixture
def found(tmp_path):
    """Collects what lies in a folder."""
    staging = tmp_path / "staging"
    staging.mkdir()

    def collected(path):
        return collect(path, MODULES, staging, tmp_path / "out")

    return collected


def opened(collection, name):
    return open_submission(name, collection.paths[name], MODULES)


def test_gradescope_tells_who_and_when(tmp_path, found):
    export = gradescope(
        tmp_path / "unpacked" / "assignment_1_export",
        metadata(101, "2026-12-01 16:59:03.219440000 Z", AN),
        metadata(102, "2026-12-02 00:10:00.000000000 +07:00", AN, BINH),
        submission_101=modules(),
        submission_102=modules(),
    )
    for path in (export, export.parent):
        collection = found(path)
        assert collection.source == "Gradescope's export"
        assert collection.notes == ()
        first, second = collection.hand_ins
        assert first == HandIn(
            "Nguyễn Văn An + Trần Thị Bình_102",
            "gradescope",
            (Person(AN[0], AN[2], AN[1]), Person(BINH[0], BINH[2], BINH[1])),
            datetime.fromisoformat("2026-12-02T00:10:00+07:00"),
            False,
            102,
        )
        assert second.submission == "Nguyễn Văn An_101"
        assert second.at == datetime.fromisoformat("2026-12-01T16:59:03.219440+00:00")
        assert set(opened(collection, "Nguyễn Văn An_101").modules) == set(MODULES)
        assert HandIn.from_record(first.record()) == first


def test_damaged_metadata_loses_no_submission(tmp_path, found):
    whole = metadata(1, "2026-12-01 10:00:00 Z", AN)
    broken = metadata(2, "2026-12-01 10:00:00 Z", BINH)[:60] + '"\n  - [unclosed'
    export = gradescope(
        tmp_path / "e", whole, broken, submission_1=modules(), submission_2=modules(), submission_3=modules()
    )
    collection = found(export)
    names = {
        hand_in.submission: [person.name for person in hand_in.people] for hand_in in collection.hand_ins
    }
    assert names == {"Nguyễn Văn An_1": ["Nguyễn Văn An"], "submission_2": [], "submission_3": []}
    assert "damaged: of its entries 1 can be read and 1 cannot" in collection.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no mapping",
        "- a\n- b",
        "submission_1: !!python/object/apply:os.system ['touch hacked']",
        "submission_1: 5",
        "submission_1:\n  :submitters: nobody",
        "submission_1:\n  :submitters:\n  - 7\n  - :name: [x]\n  :created_at: yesterday",
        "../../etc:\n  :submitters: []",
        "\0\xff{{{",
        "[" * 5000,
        "a: &a [x]\nb: &b [*a,*a]\nsubmission_1: *b",
    ],
)
def test_metadata_can_be_anything_and_does_nothing(tmp_path, found, text, monkeypatch):
    monkeypatch.chdir(tmp_path)
    export = gradescope(tmp_path / "e", submission_1=modules())
    (export / "submission_metadata.yml").write_bytes(text.encode("latin-1"))
    collection = found(export)
    assert [hand_in.submission for hand_in in collection.hand_ins] == ["submission_1"]
    assert len(collection.notes) == 1
    assert not (tmp_path / "hacked").exists()


def test_a_submission_that_the_metadata_knows_and_nobody_unpacked_gets_its_row(tmp_path, found):
    export = gradescope(
        tmp_path / "e",
        metadata(1, "2026-12-01 10:00:00 Z", AN),
        metadata(2, "2026-12-01 10:00:00 Z", BINH),
        submission_1=modules(),
    )
    collection = found(export)
    assert "Trần Thị Bình_2" in collection.paths
    with pytest.raises(SubmissionError, match="cannot be read"):
        opened(collection, "Trần Thị Bình_2")


def test_the_folder_that_ilias_gives_out_is_entered(tmp_path, found):
    for name in ("Nguyễn Văn_An_annv_301", "Trần_Bình_binhtt_302"):
        put_zip(tmp_path / "unpacked" / "multi_feedback_Bài 1_55" / name / "hw.zip", modules())
    (tmp_path / "unpacked" / "multi_feedback_Bài 1_55" / "status.xlsx").write_bytes(b"PK")
    names = {"Nguyễn Văn_An_annv_301", "Trần_Bình_binhtt_302"}
    assert (
        names
        <= set(found(tmp_path / "unpacked").paths)
        == set(found(tmp_path / "unpacked" / "multi_feedback_Bài 1_55").paths)
    )


def test_what_lies_beside_an_export_is_graded_too(tmp_path, found):
    export = gradescope(tmp_path / "e", metadata(1, "2026-12-01 10:00:00 Z", AN), submission_1=modules())
    put_zip(export / "late Bình.zip", modules())
    assert [hand_in.submission for hand_in in found(export).hand_ins] == ["Nguyễn Văn An_1", "late Bình"]


def test_a_single_submission_cannot_pass_for_an_export(tmp_path, found):
    """A student who puts metadata into a submission would otherwise hand in for others."""
    planted = gradescope(tmp_path / "an", metadata(1, "2026-12-01 10:00:00 Z", BINH), **{"sub": modules()})
    put_folder(tmp_path / "batch" / "an", {**modules(), "submission_metadata.yml": "x: 1"})
    assert [one.submission for one in found(tmp_path / "batch").hand_ins] == ["an"]
    assert found(planted).source == "a folder"
    export = gradescope(tmp_path / "e", submission_1=modules())
    (export / "area.py").write_text("")
    with pytest.raises(SubmissionError, match="remove the one that does not belong there"):
        found(export)


def test_canvas_files_of_one_student_are_one_submission(tmp_path, found):
    names = {
        "annguyễnvăn_31_9001_area.py": "area.py",
        "annguyễnvăn_31_9002_use-1.py": "use.py",
        "annguyễnvăn_31_9003_report.pdf": None,
    }
    put_folder(tmp_path / "c", {name: modules().get(file, "") for name, file in names.items()})
    put_zip(tmp_path / "c" / "bìnhtrầnthị_LATE_32_9004_20215002_hw_1.zip", modules())
    put_zip(tmp_path / "c" / "LATE_anon_x9aB1_9005_hw.zip", modules())
    put_zip(tmp_path / "c" / "anon_zzzzz_9006_hw.zip", modules())
    (tmp_path / "c" / "hoalê_33_text.html").write_text("<p>see my Drive</p>")
    collection = found(tmp_path / "c")
    assert collection.source == "Canvas's export"
    told = {
        one.submission: (one.people[0].name, one.people[0].id, one.marked_late) for one in collection.hand_ins
    }
    assert told == {
        "annguyễnvăn_31_9003": ("annguyễnvăn", "31", False),
        "bìnhtrầnthị_32_9004": ("bìnhtrầnthị", "32", True),
        "anon_x9aB1_9005": ("", "", True),
        "anon_zzzzz_9006": ("", "", False),
        "hoalê_33": ("hoalê", "33", False),
    }
    for name in set(told) - {"hoalê_33"}:
        assert set(opened(collection, name).modules) == set(MODULES), name
    with pytest.raises(SubmissionError, match="no zip"):
        opened(collection, "hoalê_33")


def test_canvas_resubmissions_are_attempts_in_the_order_of_their_numbers(tmp_path, found):
    put_zip(tmp_path / "c" / "an_31_9001_hw.zip", modules())
    put_zip(tmp_path / "c" / "an_LATE_31_9102_hw-1.zip", modules())
    put_zip(tmp_path / "c" / "an_31_9050_hw-2.zip", modules())
    collection = found(tmp_path / "c")
    assert [(one.submission, one.order, one.marked_late) for one in collection.hand_ins] == [
        ("an_31_9001", 9001, False),
        ("an_31_9050", 9050, False),
        ("an_31_9102", 9102, True),
    ]


def test_two_canvas_zips_that_are_no_attempts_are_put_together(tmp_path, found):
    put_zip(tmp_path / "c" / "an_31_9001_part a.zip", {"area.py": "a = 1"})
    put_zip(tmp_path / "c" / "an_31_9002_part b.zip", {"use.py": "b = 1", "n.ipynb": "{}"})
    collection = found(tmp_path / "c")
    (only,) = collection.hand_ins
    submission = opened(collection, only.submission)
    assert submission.modules == {"area": b"a = 1", "use": b"b = 1"}
    assert submission.notebooks == {"n.ipynb": b"{}"}


def drive(number, part, again=""):
    return f"an_31_{number}_hw-20261125T031500Z-{part}{again}.zip"


def test_the_parts_of_one_download_from_drive_are_one_attempt_and_the_same_parts_again_the_next(
    tmp_path, found
):
    put_zip(tmp_path / "c" / drive(9001, "001"), {"hw/area.py": "a = 1"})
    put_zip(tmp_path / "c" / drive(9002, "002"), {"hw/use.py": "b = 1"})
    collection = found(tmp_path / "c")
    (only,) = collection.hand_ins
    assert opened(collection, only.submission).modules == {"area": b"a = 1", "use": b"b = 1"}
    for user in (32, 33):
        put_zip(tmp_path / "c" / f"binh_{user}_90{user}_hw.zip", modules())
    put_zip(tmp_path / "c" / drive(9003, "001", "-1"), {"hw/area.py": "a = 2"})
    put_zip(tmp_path / "c" / drive(9004, "002", "-1"), {"hw/use.py": "b = 2"})
    collection = found(tmp_path / "c")
    hers = [one for one in collection.hand_ins if one.people[0].id == "31"]
    first, second = sorted(hers, key=lambda one: one.order)
    assert opened(collection, first.submission).modules == {"area": b"a = 1", "use": b"b = 1"}
    assert opened(collection, second.submission).modules == {"area": b"a = 2", "use": b"b = 2"}


def test_a_zip_and_a_file_that_corrects_it_are_put_together(tmp_path, found):
    put_folder(tmp_path / "c", {"an_31_9002_area.py": "def square(x): return x * x  # corrected"})
    put_zip(tmp_path / "c" / "an_31_9001_hw.zip", {"area.py": "def square(x): return x", "use.py": "b = 1"})
    collection = found(tmp_path / "c")
    (only,) = collection.hand_ins
    submission = opened(collection, only.submission)
    assert b"corrected" in submission.modules["area"]
    assert set(submission.modules) == {"area", "use"}
    assert any(
        "differs from that in the loose file, which lies beside it" in note for note in submission.notes
    )


@pytest.mark.parametrize("name", ["an_31_9001_..", "an_31_9001_.", "an_31_9001_..-1"])
def test_a_file_name_leads_nowhere_when_canvas_files_are_put_together(tmp_path, found, name):
    put_folder(tmp_path / "c", {name: "x", "an_31_9002_area.py": "def square(x): pass"})
    collection = found(tmp_path / "c")
    (only,) = collection.hand_ins
    assert set(opened(collection, only.submission).modules) == {"area"}
    assert collection.paths[only.submission].parent == tmp_path / "staging"


def test_a_link_among_canvas_files_is_not_followed(tmp_path, found):
    (tmp_path / "secret.py").write_text("KEY = 1")
    put_folder(tmp_path / "c", {"an_31_9001_area.py": "", "an_31_9003_use.py": ""})
    os.symlink(tmp_path / "secret.py", tmp_path / "c" / "an_31_9002_helper.py")
    collection = found(tmp_path / "c")
    assert "KEY" not in "".join(
        path.read_text() for path in (tmp_path / "staging").rglob("*") if path.is_file()
    )
    assert len(collection.hand_ins) == 2


@pytest.mark.parametrize(
    "names",
    [
        ["hw1_2026_11_an.zip", "hw1_2026_11_bình.zip"],
        ["IT4653_20215001_1_a.zip", "IT4653_20215002_1_b.zip"],
        ["nguyen_van_an.zip", "Lê-Hoa_2.zip", "an_31_9001_hw.zip"],
        ["nguyễn văn an.zip", "an", "bình.zip"],
    ],
)
def test_plain_names_with_underscores_and_numbers_are_no_export(tmp_path, found, names):
    for name in names:
        put_zip(tmp_path / "p" / name, modules())
    collection = found(tmp_path / "p")
    assert collection.source == "a folder"
    assert len(collection.hand_ins) == len(names)


@pytest.mark.parametrize("ending", ["_", ""])
def test_moodle_folders_tell_name_and_number(tmp_path, found, ending):
    folder = tmp_path / "m"
    put_folder(folder / f"Nguyễn Văn An_77_assignsubmission_file{ending}", modules())
    put_zip(folder / f"Anne-Marie O'Neil_78_assignsubmission_file{ending}" / "my work.zip", modules())
    put_folder(folder / f"Nguyễn Văn An_79_assignsubmission_file{ending}", modules())
    put_folder(folder / "Nguyễn Văn An_79_assignsubmission_onlinetext", {"onlinetext.html": "see file"})
    put_folder(folder / "Lê_Hoa_80_assignsubmission_onlinetext", {"onlinetext.html": "my code"})
    put_folder(folder / f"Nhóm 1_5_assignsubmission_file{ending}", modules())
    put_folder(folder / f"Default group_assignsubmission_file{ending}", modules())
    collection = found(folder)
    assert collection.source == "Moodle's export"
    assert {one.submission: (one.people[0].name, one.people[0].id) for one in collection.hand_ins} == {
        "Nguyễn Văn An_77": ("Nguyễn Văn An", "77"),
        "Anne-Marie O'Neil_78": ("Anne-Marie O'Neil", "78"),
        "Nguyễn Văn An_79": ("Nguyễn Văn An", "79"),
        "Lê_Hoa_80": ("Lê_Hoa", "80"),
        "Nhóm 1_5": ("Nhóm 1", "5"),
        "Default group": ("Default group", ""),
    }
    refused = "Lê_Hoa_80"
    for name in set(collection.paths) - {refused}:
        assert set(opened(collection, name).modules) == set(MODULES)
    with pytest.raises(SubmissionError):
        opened(collection, refused)


def test_moodle_without_folders_puts_a_students_files_together(tmp_path, found):
    files = {f"Lê Hoa_80_assignsubmission_file_{name}": text for name, text in modules().items()}
    put_folder(tmp_path / "m", {**files, "Trần Bình_81_assignsubmission_file_area.py": "def square(x): pass"})
    put_zip(tmp_path / "m" / "An_82_assignsubmission_file_Lê Hoa_80_assignsubmission_file_x.zip", modules())
    collection = found(tmp_path / "m")
    assert sorted(collection.paths) == ["An_82", "Lê Hoa_80", "Trần Bình_81"]
    assert set(opened(collection, "Lê Hoa_80").modules) == set(MODULES)
    assert set(opened(collection, "Trần Bình_81").modules) == {"area"}


def test_both_unicode_forms_of_a_name_and_both_kinds_of_folder_are_kept(tmp_path, found):
    name = "Nguyễn Văn An_77_assignsubmission_file_"
    for i, form in enumerate(("NFC", "NFD")):
        put_folder(tmp_path / "m" / unicodedata.normalize(form, name), {"area.py": str(i)})
    put_folder(tmp_path / "m" / name.rstrip("_"), {"area.py": "2"})
    collection = found(tmp_path / "m")
    contents = {opened(collection, one.submission).modules["area"] for one in collection.hand_ins}
    assert contents == {b"0", b"1", b"2"}


def test_modules_that_lie_loose_and_begin_alike_are_one_submission(tmp_path, found):
    course = tmp_path / "course"
    course.mkdir()
    for whose in ("123-456 - An Nguyen - Nov 25, 2026 1159 PM - ", "hw1_binh_attempt_2026-11-25-23-59-00_"):
        for name in (*modules(), "hw.ipynb"):
            (course / f"{whose}{name}").write_text(whose)
    (course / "hw1_binh_attempt_2026-11-25-23-59-00.txt").write_text("Name: Binh")
    (course / "chi_area.py").write_text("# Chi")
    (course / "chi.zip").write_bytes(b"PK")
    collection = found(course)
    assert set(collection.paths) == {
        "123-456 - An Nguyen - Nov 25, 2026 1159 PM",
        "hw1_binh_attempt_2026-11-25-23-59-00",
        "chi_area",
        "chi",
    }
    assert len(collection.notes) == 2
    assert (
        "4 files whose names begin with hw1_binh_attempt_2026-11-25-23-59-00 were taken"
        in collection.notes[1]
    )
    for name in sorted(collection.paths)[:1] + sorted(collection.paths)[3:]:
        found_in_it = opened(collection, name).modules
        assert set(found_in_it) == set(MODULES)
        assert all(content.decode().startswith(name) for content in found_in_it.values())


def test_names_that_are_formulas_are_harmless_keys(tmp_path, found):
    put_zip(tmp_path / "p" / "=cmd|' .zip", modules())
    put_zip(tmp_path / "p" / "a.zip", modules())
    assert [one.submission for one in found(tmp_path / "p").hand_ins] == ["_=cmd|'", "a"]


def test_the_results_are_no_submission(tmp_path, found):
    export = gradescope(tmp_path / "e", metadata(1, "2026-12-01 10:00:00 Z", AN), submission_1=modules())
    put_folder(export / "out", {"grades.csv": ""})
    collection = collect(export, MODULES, tmp_path / "staging", export / "out")
    assert list(collection.paths) == ["Nguyễn Văn An_1"]


@pytest.mark.parametrize(
    "names",
    [
        ["assignment_1_export/submission_metadata.yml", "assignment_1_export/submission_1/area.py"],
        ["An_1_assignsubmission_file_/area.py", "Bình_2_assignsubmission_file_/area.py"],
        ["an_31_9001_hw.zip", "bình_32_9002_hw.zip"],
    ],
)
def test_a_zip_of_the_whole_course_asks_to_be_unpacked(tmp_path, found, names):
    put_zip(tmp_path / "all.zip", dict.fromkeys(names, ""))
    with pytest.raises(SubmissionError, match="unpack it into a folder of its own"):
        found(tmp_path / "all.zip")


def test_a_single_zip_is_one_submission_whatever_else_is_in_it(tmp_path, found):
    put_zip(tmp_path / "an.zip", {**modules(), "submission_metadata.yml": "x"})
    assert list(found(tmp_path / "an.zip").paths) == ["an"]
    (tmp_path / "cut.zip").write_bytes(b"PK\3\4")
    assert list(found(tmp_path / "cut.zip").paths) == ["cut"]


def test_names_that_two_share_are_told_apart_the_same_way_in_every_run(tmp_path, found):
    numbers = range(1, 6)
    export = gradescope(
        tmp_path / "e",
        *(metadata(number, "2026-12-01 10:00:00 Z", AN) for number in numbers),
        **{f"submission_{number}": modules() for number in numbers},
    )
    put_zip(export / "submission_1.zip", modules())
    put_zip(export / "a.zip", modules())
    put_folder(export / "a", modules())
    collection = found(export)
    assert sorted(collection.paths) == [
        *(f"Nguyễn Văn An_{n}" for n in numbers),
        "a",
        "a.zip",
        "submission_1",
    ]
    assert "3 of what lies in Gradescope's export has no name of that site's" in collection.notes[0]


def test_the_folder_above_an_export_or_a_batch_is_refused_with_the_one_to_give(tmp_path, found):
    for user in (31, 32):
        put_zip(tmp_path / "canvas" / "submissions" / f"an{user}_{user}_90{user}_hw.zip", modules())
        put_folder(tmp_path / "moodle" / "hw1" / f"An {user}_{user}_assignsubmission_file_", modules())
    for name in ("an", "binh", "chi"):
        put_folder(tmp_path / "plain" / "hw1" / name, modules())
    (tmp_path / "canvas" / "grades.csv").write_text("Student,ID,Section\n")
    for place, below in (("canvas", "submissions"), ("moodle", "hw1"), ("plain", "hw1")):
        with pytest.raises(
            SubmissionError, match=f"is the folder above . submissions.*give .*{below} instead"
        ):
            found(tmp_path / place)
        assert len(found(tmp_path / place / below).hand_ins) >= 2


def test_so_is_the_folder_above_an_export_with_one_student(tmp_path, found):
    put_zip(tmp_path / "canvas" / "submissions" / "an31_31_9031_hw.zip", modules())
    put_folder(tmp_path / "moodle" / "hw1" / "An_31_assignsubmission_file_", modules())
    for place, below in (("canvas", "submissions"), ("moodle", "hw1")):
        with pytest.raises(SubmissionError, match=f"an export with one submission.*give .*{below} instead"):
            found(tmp_path / place)
        assert found(tmp_path / place / below).source.lower().startswith(place)


def test_so_is_what_lies_two_folders_above_or_above_several_batches(tmp_path, found):
    for batch in ("hw1", "hw2"):
        for name in ("an", "binh", "chi"):
            put_zip(tmp_path / "term" / batch / f"{name}.zip", modules())
    (tmp_path / "term" / "notes.docx").write_text("")
    (tmp_path / "term" / "empty").mkdir()
    with pytest.raises(SubmissionError, match=r"above 2 folders of submissions.*give one of them, .*hw1"):
        found(tmp_path / "term")
    (tmp_path / "term" / "hw2").rename(tmp_path / "hw2")
    (tmp_path / "course").mkdir()
    (tmp_path / "term").rename(tmp_path / "course" / "term")
    with pytest.raises(SubmissionError, match=r"above 3 submissions.*give .*hw1 instead"):
        found(tmp_path / "course" / "term")
    (tmp_path / "course" / "term" / "notes.docx").unlink()
    (tmp_path / "course" / "term" / "empty").rmdir()
    with pytest.raises(SubmissionError, match=r"give .*hw1 instead"):
        found(tmp_path / "course")


def test_a_batch_of_one_student_is_not_taken_for_the_folder_above_a_batch(tmp_path, found):
    put_folder(tmp_path / "batch" / "an", modules() | {"notes.txt": ""})
    put_zip(tmp_path / "other" / "an" / "one.zip", modules())
    put_zip(tmp_path / "other" / "an" / "two.zip", modules())
    assert [one.submission for one in found(tmp_path / "batch").hand_ins] == ["an"]
    assert [one.submission for one in found(tmp_path / "other").hand_ins] == ["an"]
