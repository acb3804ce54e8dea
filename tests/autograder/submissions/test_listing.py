"""Exports of sixty students, and one among them who names what they hand in to fool everybody else's grading."""

import os

import pytest

from autograder.course.matching import Matcher
from autograder.course.roster import Student
from autograder.submissions.collection import collect
from autograder.submissions.listing import site_of
from autograder.submissions.opening import SubmissionError, open_submission

from ..exports import gradescope, metadata, modules, put_folder, put_zip

MODULES = ("area", "use")
CLASS = range(60)

FILES = [
    "an_123_assignsubmission_file_.zip",
    "X_123_assignsubmission_file_hw.zip",
    "submission_7",
    "submission_metadata.yml",
    "assignment_1_export",
    "....zip",
    ".hidden.zip",
    "._hw.zip",
    "...",
    "   ",
    "\u200b\u2060.zip",
    "\u202egnp.zip",
    "30_9030_student30_9030_hw.zip",
    "student7_1007_900007_hw.zip",
    "area.py",
    "LATE_1007_900007_hw.zip",
    "=cmd|'.zip",
    "x" * 150 + ".zip",
]
"""What a student may call a file."""


def name(number):
    return f"student{chr(97 + number // 26)}{chr(97 + number % 26)}"


def put(folder, place):
    """One submission at a place, whatever it is called: a folder for Moodle's, else a zip of the modules."""
    if place.endswith("/"):
        put_folder(folder / place, modules())
    else:
        put_zip(folder / place, modules())


def canvas(folder, hostile=None):
    for number in CLASS:
        late = "LATE_" if number % 10 == 0 else ""
        # As people are asked to call their files, with their student number in front.
        own = hostile if hostile is not None and number == 5 else f"2021{number:04}_hw.zip"
        put(folder, f"{name(number)}_{late}{1000 + number}_{900_000 + number}_{own}")


def moodle_files(folder, hostile=None):
    for number in CLASS:
        own = hostile if hostile is not None and number == 5 else f"lab_1_2021{number:04}_hw.zip"
        put(folder, f"Student {name(number)}_{2000 + number}_assignsubmission_file_{own}")


def moodle_folders(folder, hostile=None):
    for number in CLASS:
        place = folder / f"Student {name(number)}_{2000 + number}_assignsubmission_file_"
        own = hostile if hostile is not None and number == 5 else "hw.zip"
        put(place, own)


def gradescopes(folder, hostile=None):
    people = [
        (f"Student {name(number)}", f"2021{number:04}", f"{name(number)}@x.example") for number in CLASS
    ]
    folder.mkdir()
    gradescope(folder, *(metadata(300 + i, "2026-12-01 10:00:00 Z", one) for i, one in enumerate(people)))
    for number in CLASS:
        place = folder / f"submission_{300 + number}"
        put_folder(place, modules())
        if hostile is not None and number == 5:
            put(place, hostile)


EXPORTS = {
    "Canvas's export": canvas,
    "Moodle's export": moodle_files,
    "Moodle's export, in folders": moodle_folders,
    "Gradescope's export": gradescopes,
}


@pytest.fixture
def found(tmp_path):
    count = iter(range(100))

    def collected(folder):
        staging = tmp_path / f"staging-{next(count)}"
        staging.mkdir()
        return collect(folder, MODULES, staging, tmp_path / "out")

    return collected


def told(collection, folder):
    """What is known of every submission: place, people, time, late mark, attempt."""
    return {
        collection.paths[one.submission].relative_to(folder).as_posix(): (
            one.submission, one.source, one.people, one.at, one.marked_late, one.order
        )
        for one in collection.hand_ins
    }  # fmt: skip


@pytest.mark.parametrize("hostile", FILES)
@pytest.mark.parametrize("export", EXPORTS)
def test_what_one_student_calls_a_file_changes_nothing_for_the_others(tmp_path, found, export, hostile):
    EXPORTS[export](tmp_path / "honest")
    EXPORTS[export](tmp_path / "hostile", hostile)
    honest, collection = found(tmp_path / "honest"), found(tmp_path / "hostile")
    assert honest.source == collection.source == export.partition(",")[0]
    assert len(collection.hand_ins) == len(honest.hand_ins) == len(CLASS)
    mine = {
        "Canvas's export": f"_1005_900005_{hostile}",
        "Moodle's export": f"_2005_assignsubmission_file_{hostile}",
    }
    before, after = told(honest, tmp_path / "honest"), told(collection, tmp_path / "hostile")
    changed = before.keys() ^ after.keys()
    assert len(changed) in (0, 2)  # a name in another's form is another's no less
    for place in changed & after.keys():
        assert place.endswith(mine[export])
    assert {place: before[place] for place in before.keys() - changed} == {
        place: after[place] for place in after.keys() - changed
    }


DISPLAY_NAMES = {
    # Of the name Canvas writes letters, digits and underscores, but no number between two of these.
    "Canvas's export": ["studentah_1007", "LATE", "LATE_x", "anon_x", "studentah_1007_", "_", "42"],
    # Moodle writes spaces for underscores.
    "Moodle's export": [
        "Student studentah 2007 assignsubmission file",
        "submission 7",
        "....",
        "\u200b",
        " ",
    ],
    "Moodle's export, in folders": [
        "Student studentah 2007 assignsubmission file",
        "submission 7",
        "....",
        "\u200b",
    ],
}


@pytest.mark.parametrize(
    ("export", "called"), [(export, called) for export, names in DISPLAY_NAMES.items() for called in names]
)
def test_what_one_student_is_called_changes_nothing_for_the_others(tmp_path, found, export, called):
    EXPORTS[export](tmp_path / "honest")
    before = told(found(tmp_path / "honest"), tmp_path / "honest")
    folder = tmp_path / "honest"
    (own,) = [
        place for place in folder.iterdir() if place.name.startswith((f"{name(5)}_", f"Student {name(5)}_"))
    ]
    own.rename(folder / (called + own.name[len(own.name.partition("_")[0]) :]))
    collection = found(folder)
    after = told(collection, folder)
    assert len(after) == len(CLASS)
    (gone,) = before.keys() - after.keys()
    (new,) = after.keys() - before.keys()
    assert {place: after[place] for place in after.keys() - {new}} == {
        place: before[place] for place in before.keys() - {gone}
    }
    others = {person for place, one in before.items() if place != gone for person in one[2]}
    assert not others & set(after[new][2])


def test_nobody_hands_in_for_another_by_a_name_with_a_number(tmp_path, found):
    """Canvas would call Studentah_1007, who is number 5, such that the file seems to be student 1007's."""
    canvas(tmp_path / "c")
    put_zip(tmp_path / "c" / "studentah_1007_1005_900100_hw.zip", modules())
    collection = found(tmp_path / "c")
    students = [Student(name=name(number), canvas=str(1000 + number)) for number in CLASS]
    whose = Matcher(students).match_all(collection.hand_ins, list(students), {})
    assert sorted(one for members in whose.values() for one in members) == list(range(len(CLASS) + 1))
    assert len(whose) == len(CLASS) + 1
    (note,) = collection.notes
    assert "1 files in Canvas's export can be read in two ways, studentah_1007_1005_900100_hw.zip" in note


def test_names_that_nobody_can_see_get_their_rows_in_a_folder_and_junk_gets_none(tmp_path, found):
    folder = tmp_path / "p"
    zips = [
        "....zip",
        ".hidden.zip",
        " .zip",
        "\u200b.zip",
        ".zip",
        "..zip",
        "a.zip",
        "b.zip",
        "c.zip",
        "Thumbs.db",
    ]
    for one in zips:
        put_zip(folder / one, modules())
    put_folder(folder / ".an", modules())
    (folder / ".loss.py").write_text("")
    (folder / ".cut.zip").write_bytes(b"")
    for left in (
        ".DS_Store",
        "desktop.ini",
        ".gitignore",
        ".nfs0001",
        ".~lock.hw.zip#",
        "Icon\r",
        "~$report.docx",
    ):
        (folder / left).write_bytes(b"\0\0\0\1Bud1")
    (folder / "._a.zip").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    put_folder(folder / "__MACOSX", {"._a.zip": "\0\5\x16\7"})
    put_folder(folder / ".ipynb_checkpoints", {"area-checkpoint.py": ""})
    collection = found(folder)
    assert sorted(place.name for place in collection.paths.values()) == sorted(
        [*zips, ".an", ".loss.py", ".cut.zip"]
    )
    for one in zips:
        (row,) = [row for row, place in collection.paths.items() if place.name == one]
        assert set(open_submission(row, folder / one, MODULES).modules) == set(MODULES)


def test_the_only_zip_in_a_moodle_folder_is_opened_whatever_it_is_called(tmp_path, found):
    moodle_folders(tmp_path / "m", ".hidden.zip")
    collection = found(tmp_path / "m")
    row = f"Student {name(5)}_2005"
    assert set(open_submission(row, collection.paths[row], MODULES).modules) == set(MODULES)


def test_a_module_that_strayed_into_a_folder_of_folders_hides_nobody(tmp_path, found):
    for number in CLASS:
        put_folder(tmp_path / "p" / name(number), modules())
    (tmp_path / "p" / "area.py").write_text("def square(x): return x * x")
    assert len(found(tmp_path / "p").hand_ins) == len(CLASS) + 1


def test_a_submission_with_copies_of_itself_is_one(tmp_path, found):
    put_folder(tmp_path / "an", {**modules(), "helper.py": ""})
    for copy in ("old", "backup"):
        put_folder(tmp_path / "an" / copy, modules())
    assert list(found(tmp_path / "an").paths) == ["an"]


def test_in_a_plain_folder_two_cannot_make_an_export(tmp_path, found):
    for number in CLASS:
        put_zip(tmp_path / "p" / f"{name(number)}.zip", modules())
    (tmp_path / "p" / "submission_metadata.yml").write_text(
        metadata(7, "2026-12-01 10:00:00 Z", ("Student studentah", "20210007", "x@x.example"))
    )
    put_folder(tmp_path / "p" / "submission_7", modules())
    put_zip(tmp_path / "p" / "studentai_1008_900008_hw.zip", modules())
    put_zip(tmp_path / "p" / "Student studentai_2008_assignsubmission_file_hw.zip", modules())
    collection = found(tmp_path / "p")
    assert collection.source == "a folder"
    assert len(collection.hand_ins) == len(CLASS) + 4
    assert {one.source for one in collection.hand_ins} == {"folder"}


def test_a_folder_whose_files_are_all_called_alike_is_not_one_persons(tmp_path, found):
    for number in CLASS:
        put_zip(tmp_path / "p" / f"lab_1_2021{number:04}_{name(number)}.zip", modules())
    collection = found(tmp_path / "p")
    assert collection.source == "a folder"
    assert len(collection.hand_ins) == len(CLASS)


def test_a_few_strays_hide_no_export(tmp_path, found):
    canvas(tmp_path / "c")
    for number in range(10):
        put_zip(tmp_path / "c" / f"late {number}.zip", modules())
    collection = found(tmp_path / "c")
    assert collection.source == "Canvas's export"
    assert len(collection.hand_ins) == len(CLASS) + 10
    assert "10 of what lies in Canvas's export has no name of that site's" in collection.notes[0]


def test_no_site_is_told_of_nothing():
    assert site_of([]) == ""
    assert site_of(["submission_metadata.yml"]) == ""


def test_a_students_zip_with_metadata_in_it_is_opened(tmp_path, found):
    put_zip(
        tmp_path / "an.zip",
        {**{f"hw/{file}": text for file, text in modules().items()}, "submission_metadata.yml": "x"},
    )
    collection = found(tmp_path / "an.zip")
    assert set(open_submission("an", collection.paths["an"], MODULES).modules) == set(MODULES)


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_is_neither_file_nor_folder_has_its_row_and_its_reason(tmp_path, found, kind):
    canvas(tmp_path / "c")
    odd = tmp_path / "c" / "studentzz_1099_900099_hw.zip"
    odd.symlink_to("/etc/passwd") if kind == "link" else os.mkfifo(odd)
    collection = found(tmp_path / "c")
    assert len(collection.hand_ins) == len(CLASS) + 1
    (row,) = [row for row, place in collection.paths.items() if place == odd]
    with pytest.raises(SubmissionError):
        open_submission(row, odd, MODULES)
