"""What the grader opens and what it refuses; odd zips are made by hand where zipfile will not write them."""

import io
import os
import shutil
import socket
import stat
import tempfile
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.submissions import archive
from autograder.submissions.companions import (
    MAX_FILE_BYTES,
    MAX_FILES_BYTES,
    MAX_HELPER_BYTES,
    MAX_HELPERS_BYTES,
)
from autograder.submissions.opening import (
    MAX_NOTEBOOK_BYTES,
    Submission,
    SubmissionError,
    find_submissions,
    open_submission,
)
from autograder.submissions.work import MAX_MODULE_BYTES
from tests.autograder.submissions.raw_zips import Raw, raw_zip

MODULES = ["loss", "gradient", "regularization", "sgd"]
GOOD = {f"{module}.py": f"# {module}\n".encode() for module in MODULES}
CONTENTS = {module: GOOD[f"{module}.py"] for module in MODULES}
VIETNAMESE = "Nguyễn Thị Ánh - bài tập 1"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return buffer.getvalue()


def in_folder(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def opened(
    tmp_path: Path, data: bytes, file: str = "an.zip", attachments: tuple[str, ...] = ()
) -> Submission:
    path = tmp_path / file
    path.write_bytes(data)
    return open_submission("an", path, MODULES, attachments)


def refusal(tmp_path: Path, data: bytes, file: str = "an.zip") -> str:
    with pytest.raises(SubmissionError) as refused:
        opened(tmp_path, data, file)
    assert_one_sentence(str(refused.value))
    return str(refused.value)


def folder_refusal(folder: Path) -> str:
    with pytest.raises(SubmissionError) as refused:
        open_submission("an", folder, MODULES)
    assert_one_sentence(str(refused.value))
    return str(refused.value)


def assert_one_sentence(text: str) -> None:
    assert text.endswith(".")
    assert ". " not in text
    assert text.isprintable()


@pytest.fixture(params=["zip", "folder"])
def open_files(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[dict[str, bytes]], Submission]:
    """Opens the same files once as a zip and once as a folder."""

    def open_them(files: dict[str, bytes]) -> Submission:
        if request.param == "zip":
            return opened(tmp_path, zipped(files))
        return open_submission("an", in_folder(tmp_path / "an", files), MODULES)

    return open_them


# What is accepted


def test_the_modules_are_read_by_name(open_files):
    submission = open_files(GOOD)
    assert submission.name == "an"
    assert submission.modules == CONTENTS
    assert submission.other_modules == {}
    assert submission.notebook is None
    assert submission.notes == ()


def test_nested_folders_are_opened_and_told(open_files):
    submission = open_files({f"work/hw 1/{name}": data for name, data in GOOD.items()})
    assert submission.modules == CONTENTS
    assert submission.notes == ("the modules were in the folder work/hw 1/",)


def test_a_missing_module_is_told(open_files):
    submission = open_files({name: data for name, data in GOOD.items() if name != "sgd.py"})
    assert sorted(submission.modules) == ["gradient", "loss", "regularization"]
    assert submission.notes == ("module sgd.py is missing",)


def test_a_missing_module_that_lies_elsewhere_is_told_but_not_taken(open_files):
    submission = open_files(
        {"loss.py": b"1", "gradient.py": b"1", "regularization.py": b"1", "old/sgd.py": b"2"}
    )
    assert "sgd" not in submission.modules
    assert submission.notes == (
        "module sgd.py is missing (old/sgd.py is in another folder and was not taken)",
    )


def test_what_systems_leave_behind_is_ignored(open_files):
    junk = {
        "__MACOSX/._loss.py": b"x",
        "__MACOSX/loss.py": b"x",
        "._loss.py": b"x",
        ".DS_Store": b"x",
        "Thumbs.db": b"x",
        "__pycache__/loss.py": b"x",
        "__pycache__/loss.cpython-311.pyc": b"x",
        ".git/loss.py": b"x",
    }
    submission = open_files(GOOD | junk)
    assert submission.modules == CONTENTS
    assert submission.other_modules == {}
    assert submission.notes == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sgd.py.docx", True), ("sgd.pdf", True), ("SGD.py - Shortcut.lnk", True), ("sgd.pyc", True), ("sgd.py.patch", True),
        ("sgd_notes.pdf", False), ("sgd", False), ("sgd.zip", False),
    ],
)  # fmt: skip
def test_a_file_that_is_called_after_a_missing_module_is_named(open_files, name, said):
    submission = open_files({"loss.py": b"1", name: b"PK"})
    aside = f" ({name} is no Python file and was not taken)" if said else ""
    assert f"module sgd.py is missing{aside}" in submission.notes


def test_a_large_file_that_a_module_names_is_said_to_be_left_out(open_files):
    large = bytes(MAX_FILE_BYTES + 1)
    submission = open_files({**GOOD, "loss.py": b"np.load('W.npy')", "W.npy": large, "data.bin": large})
    assert submission.notes == ("W.npy was left out because it is above 250 KB",)


@pytest.mark.parametrize("place", [".ipynb_checkpoints", "__pycache__", "__MACOSX"])
def test_a_copy_in_a_hidden_folder_never_wins_over_a_deeper_real_one(open_files, place):
    submission = open_files({f"{place}/loss.py": b"old", "deep/er/loss.py": b"real"})
    assert submission.modules == {"loss": b"real"}


def test_the_shallowest_folder_with_modules_wins(open_files):
    submission = open_files(
        {f"a/{n}": d for n, d in GOOD.items()} | {"a/backup/loss.py": b"x", "b/c/loss.py": b"x"}
    )
    assert submission.modules == CONTENTS


def test_the_kits_own_tests_are_not_taken_for_modules(open_files):
    kit = {"tests/sgd.py": b"otter", "tests/svm_loss.py": b"otter"}
    submission = open_files({f"src/{name}": data for name, data in GOOD.items()} | kit)
    assert submission.modules == CONTENTS
    assert submission.other_modules == {}


def test_tests_alone_hold_no_module(open_files):
    with pytest.raises(SubmissionError, match="it holds only tests/sgd"):
        open_files({"tests/sgd.py": b"otter", "tests/svm_loss.py": b"otter"})


def test_helpers_beside_the_modules_and_in_packages_are_kept(open_files):
    helpers = {"utils.py": b"u", "helpers/__init__.py": b"", "helpers/a.py": b"a", "helpers/deep/b.py": b"b"}
    no_helpers = {
        "tests/loss.py": b"x",
        "my-notes/a.py": b"x",
        "data.txt": b"x",
        "copy of loss.py": b"x",
        "loss/__init__.py": b"x",
    }
    submission = open_files(GOOD | helpers | no_helpers)
    assert submission.modules == CONTENTS
    assert submission.other_modules == helpers


def test_helpers_are_relative_to_the_folder_of_the_modules(open_files):
    submission = open_files({"hw/loss.py": b"1", "hw/utils.py": b"u", "outside.py": b"o"})
    assert submission.other_modules == {"utils.py": b"u", "outside.py": b"o"}


def test_a_helper_beside_the_modules_wins_over_one_above_and_a_folder_above_is_none(open_files):
    files = {"hw/loss.py": b"1", "hw/utils.py": b"near", "utils.py": b"far", "other/helper.py": b"o"}
    submission = open_files(files)
    assert submission.other_modules == {"utils.py": b"near"}
    assert submission.folder == "hw"


def test_helpers_too_large_are_left_out_and_told(open_files):
    many = {f"many/h{number:02}.py": b"#" * MAX_HELPER_BYTES for number in range(20)}
    submission = open_files(GOOD | {"big.py": b"#" * (MAX_HELPER_BYTES + 1)} | many)
    assert sum(map(len, submission.other_modules.values())) == MAX_HELPERS_BYTES
    assert "big.py" not in submission.other_modules
    assert submission.notes == ("5 further Python file(s) were left out because they are too large",)


def test_the_notebook_beside_the_modules_is_kept(open_files):
    checkpoint = {"hw/.ipynb_checkpoints/a-checkpoint.ipynb": b"old"}
    submission = open_files({"hw/loss.py": b"1", "hw/a.ipynb": b"{}", "b.ipynb": b"[]"} | checkpoint)
    assert submission.notebook == b"{}"


def test_a_notebook_above_the_folder_of_the_modules_is_found(open_files):
    submission = open_files({"src/loss.py": b"1", "a.ipynb": b"{}", "elsewhere/b.ipynb": b"[]"})
    assert submission.notebook == b"{}"


def test_two_notebooks_are_told(open_files):
    submission = open_files(GOOD | {"b.ipynb": b"b", "a.ipynb": b"a"})
    assert submission.notebook == b"a"
    assert submission.notes == ("2 notebooks: written answers were looked for in all of them",)
    assert submission.notebooks == {"a.ipynb": b"a", "b.ipynb": b"b"}


def test_a_huge_notebook_costs_no_grade(open_files):
    submission = open_files(GOOD | {"a.ipynb": b" " * (MAX_NOTEBOOK_BYTES + 1)})
    assert submission.modules == CONTENTS
    assert submission.notebook is None
    assert submission.notes == ("the notebook a.ipynb was left out because it is 60 MB large",)
    assert submission.unread == ("a.ipynb was not looked at, because it is 60 MB large.",)


def test_a_large_notebook_stored_unpacked_is_read_whole(tmp_path):
    notebook = os.urandom(archive.MAX_LISTING_BYTES + 100_000)
    submission = opened(tmp_path, zipped(GOOD | {"a.ipynb": notebook}, zipfile.ZIP_STORED))
    assert submission.notebook == notebook


def test_a_byte_order_mark_is_left_alone(open_files):
    source = "\ufeff# điểm\n".encode()
    assert open_files({"loss.py": source}).modules == {"loss": source}


def test_a_module_that_differs_in_case_is_taken_with_a_note(open_files):
    submission = open_files({"Loss.py": b"1"})
    assert submission.modules == {"loss": b"1"}
    assert "Loss.py was taken as loss.py" in submission.notes
    assert submission.other_modules == {"Loss.py": b"1"}, "the student's other modules may import Loss"


def test_a_name_that_differs_in_case_wins_over_a_second_download(open_files):
    assert open_files({"Loss.py": b"1", "loss (1).py": b"2"}).modules == {"loss": b"1"}


def test_the_exact_name_wins_over_one_that_differs_in_case(open_files):
    assert open_files({"Loss.py": b"1", "loss.py": b"2"}).modules == {"loss": b"2"}


def test_two_names_that_differ_in_case_are_both_left(open_files):
    submission = open_files({"Loss.py": b"1", "LOSS.py": b"2", "sgd.py": b"3"})
    assert submission.modules == {"sgd": b"3"}
    assert "LOSS.py and Loss.py could both be loss.py: neither was taken" in submission.notes


@pytest.mark.parametrize("name", ["loss (1).py", "loss(1).py", "loss (12).py"])
def test_colabs_name_for_a_second_download_is_taken_with_a_note(open_files, name):
    submission = open_files({name: b"1"})
    assert submission.modules == {"loss": b"1"}
    assert f"{name} was taken as loss.py" in submission.notes


def test_a_second_download_beside_the_module_is_ignored(open_files):
    submission = open_files(GOOD | {"loss (1).py": b"x"})
    assert submission.modules == CONTENTS
    assert submission.notes == ()


def test_several_downloads_without_the_module_are_not_guessed_from(open_files):
    submission = open_files({"loss (1).py": b"1", "loss (2).py": b"2", "sgd.py": b"3"})
    assert submission.modules == {"sgd": b"3"}
    assert "loss (1).py and loss (2).py could both be loss.py: neither was taken" in submission.notes


def test_several_downloads_and_nothing_else_are_refused_with_that_reason(open_files):
    with pytest.raises(SubmissionError, match=r"loss \(1\)\.py and loss \(2\)\.py could both be loss\.py"):
        open_files({"loss (1).py": b"1", "loss (2).py": b"2"})


@pytest.mark.slow
def test_large_files_within_the_limit_are_never_read(tmp_path, monkeypatch):
    read: list[str] = []
    honest = zipfile.ZipFile.open

    def spy(self, info, *args, **kwargs):
        read.append(info.orig_filename)
        return honest(self, info, *args, **kwargs)

    data = zipped(GOOD | {"data/cifar.bin": b"\0" * 50_000_000, "report.pdf": b"x", "data.zip": b"PK"})
    monkeypatch.setattr(zipfile.ZipFile, "open", spy)
    submission = opened(tmp_path, data)
    assert submission.modules == CONTENTS
    assert submission.notes == ("archives beside the modules were not opened: data.zip",)
    assert sorted(read) == sorted(GOOD)


def test_a_zip_beside_the_modules_in_a_folder_is_left_closed(tmp_path):
    folder = in_folder(tmp_path / "an", GOOD | {"data.zip": zipped({"loss.py": b"x"})})
    submission = open_submission("an", folder, MODULES)
    assert submission.modules == CONTENTS
    assert submission.notes == ("archives beside the modules were not opened: data.zip",)


# Names in zips


@pytest.mark.parametrize(
    "entry", [Raw(b"loss.py/"), Raw(b"loss.py\\"), Raw(b"loss.py", mode=stat.S_IFDIR | 0o755), Raw(b"./")]
)
def test_folders_in_a_zip_are_no_files(tmp_path, entry):
    assert opened(tmp_path, raw_zip(entry, Raw(b"sgd.py", b"1"))).modules == {"sgd": b"1"}


def test_windows_separators_are_understood(tmp_path):
    entries = [Raw(b"bai tap\\"), *(Raw(b"bai tap\\" + name.encode(), data) for name, data in GOOD.items())]
    submission = opened(tmp_path, raw_zip(*entries, Raw(b"bai tap\\helpers\\a.py", b"a")))
    assert submission.modules == CONTENTS
    assert submission.other_modules == {"helpers/a.py": b"a"}


def test_a_folder_unpacked_with_windows_separators_in_its_names_is_understood(tmp_path):
    files = {"hw\\loss.py": b"1", "hw\\helpers\\a.py": b"a", "__MACOSX\\loss.py": b"x"}
    folder = in_folder(tmp_path / "an", files)
    submission = open_submission("an", folder, MODULES)
    assert submission.modules == {"loss": b"1"}
    assert submission.other_modules == {"helpers/a.py": b"a"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("flags", [0, 0x800])
def test_vietnamese_names_are_read_composed_and_decomposed_with_and_without_the_flag(tmp_path, form, flags):
    folder = unicodedata.normalize(form, VIETNAMESE).encode()
    helper = unicodedata.normalize(form, "tiện_ích.py").encode()
    submission = opened(
        tmp_path, raw_zip(Raw(folder + b"/loss.py", b"1", flags), Raw(folder + b"/" + helper, b"2", flags))
    )
    assert submission.modules == {"loss": b"1"}
    assert submission.other_modules == {"tiện_ích.py": b"2"}
    assert submission.notes[0] == f"the modules were in the folder {VIETNAMESE}/"


def test_cp437_names_are_read(tmp_path):
    submission = opened(tmp_path, raw_zip(Raw("Übung é/loss.py".encode("cp437"), b"1")))
    assert submission.modules == {"loss": b"1"}
    assert submission.notes[0] == "the modules were in the folder Übung é/"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_folders_with_vietnamese_names_are_read(tmp_path, form):
    inner = unicodedata.normalize(form, VIETNAMESE)
    folder = in_folder(tmp_path / "an", {f"{inner}/loss.py": b"1"})
    submission = open_submission("an", folder, MODULES)
    assert submission.modules == {"loss": b"1"}
    assert submission.notes[0] == f"the modules were in the folder {VIETNAMESE}/"


def test_names_that_are_no_text_do_not_matter(tmp_path):
    folder = in_folder(tmp_path / "an", GOOD)
    (folder / os.fsdecode(b"b\xffd.txt")).write_bytes(b"")
    assert open_submission("an", folder, MODULES).modules == CONTENTS


def test_control_characters_in_names_do_not_reach_the_notes(tmp_path):
    submission = opened(tmp_path, zipped({"a\x1b[31m\nb\u202e/loss.py": b"1"}))
    assert submission.notes[0] == "the modules were in the folder a_[31m_b_/"


# Single files, folders with a zip


@pytest.mark.parametrize(
    "file",
    ["loss.py", "an_loss.py", "an-loss.py", "Nguyễn An_123_loss.py", "an_1_2_loss-1.py", "an_Loss (1).py"],
)
def test_a_single_file_is_the_module_that_it_is_named_for(tmp_path, file):
    submission = opened(tmp_path, b"1", file)
    assert submission.modules == {"loss": b"1"}
    assert (f"{file} was taken as loss.py" in submission.notes) == (file != "loss.py")
    assert "module sgd.py is missing" in submission.notes


@pytest.mark.parametrize("file", ["floss.py", "loss_an.py", "an.py"])
def test_a_single_file_of_another_name_is_refused(tmp_path, file):
    assert f"The file {file} is none of loss.py" in refusal(tmp_path, b"1", file)


def test_the_longest_fitting_module_name_wins(tmp_path):
    (tmp_path / "an_my_loss.py").write_bytes(b"1")
    assert open_submission("an", tmp_path / "an_my_loss.py", ["loss", "my_loss"]).modules == {"my_loss": b"1"}


def test_a_folder_with_only_a_zip_is_opened_as_moodle_hands_it_out(tmp_path):
    decomposed = unicodedata.normalize("NFD", "bài.zip")
    folder = in_folder(tmp_path / "An_123_assignsubmission_file_", {decomposed: zipped(GOOD)})
    submission = open_submission("an", folder, MODULES)
    assert submission.modules == CONTENTS
    assert submission.notes == ("the zip bài.zip in it was opened",)


def test_a_zip_whose_suffix_is_not_zip_is_opened(tmp_path):
    assert opened(tmp_path, zipped(GOOD), "an.ZIP").modules == CONTENTS
    assert opened(tmp_path, zipped(GOOD), "an").modules == CONTENTS


# What is refused


@pytest.mark.parametrize("name", ["../loss.py", "a/../../loss.py", "..\\loss.py", "a\\..\\loss.py"])
def test_a_path_that_leads_out_is_refused(tmp_path, name):
    data = raw_zip(Raw(b"loss.py", b"1"), Raw(name.encode(), b"x"))
    assert "leads out of the submission" in refusal(tmp_path, data)


@pytest.mark.parametrize(
    "name", ["/loss.py", "C:\\loss.py", "c:loss.py", "\\\\server\\share\\loss.py", "\\loss.py"]
)
def test_an_absolute_path_is_refused(tmp_path, name):
    data = raw_zip(Raw(b"loss.py", b"1"), Raw(name.encode(), b"x"))
    assert "absolute path" in refusal(tmp_path, data)


def test_a_path_that_leads_out_of_a_folder_is_refused(tmp_path):
    folder = in_folder(tmp_path / "an", GOOD | {"..\\x.py": b"x"})
    assert "leads out" in folder_refusal(folder)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_a_link_or_device_in_a_zip_is_refused(tmp_path, kind):
    link = Raw(b"sgd.py", b"/etc/passwd", mode=kind | 0o777)
    assert "sgd.py is a link or a device" in refusal(tmp_path, raw_zip(Raw(b"loss.py", b"1"), link))


@pytest.mark.parametrize("target", ["loss.py", "/etc/passwd", "/", "nowhere"])
def test_a_symbolic_link_in_a_folder_is_refused_where_it_would_be_read_and_else_left_alone(tmp_path, target):
    folder = in_folder(tmp_path / "an", GOOD)
    (folder / "x").symlink_to(target)
    submission = open_submission("an", folder, MODULES)
    assert submission.modules == CONTENTS
    assert submission.files == {}
    assert submission.notes == ("left alone, since nothing needs it: x is a link or a device and no file",)
    (folder / "x.py").symlink_to(target)
    submission = open_submission("an", folder, MODULES)
    assert "x.py was left out because it cannot be opened" in submission.notes
    assert (submission.modules, submission.other_modules) == (CONTENTS, {})
    (folder / "sgd.py").unlink()
    (folder / "sgd.py").symlink_to(target)
    assert "sgd.py is a link or a device" in folder_refusal(folder)


STRAYS = [
    Raw(b".venv/bin/python3", b"/usr/bin/python3", mode=stat.S_IFLNK | 0o777),
    Raw(b"venv/bin/python3", b"/usr/bin/python3", mode=stat.S_IFLNK | 0o777),
    Raw(b"pipe", mode=stat.S_IFIFO | 0o666),
    Raw(b"report.pdf", b"?", 0, zipfile.ZIP_BZIP2),
    Raw(b"photo.heic", b"?", 0, 14),
    Raw(b"secret.txt", b"?", 0x1),
    Raw(b"a: b.png", b"?"),
    Raw(b"12:30.png", b"?"),
    Raw(b"q:1/notes.txt", b"?"),
    Raw(b"..", b"?"),
    Raw(b"../photo.png", b"?"),
    Raw(b"C:\\Users\\an\\report.docx", b"?"),
    Raw(b"a\0.txt", b"?"),
    Raw(b"CON", b"?"),
    Raw(b"draft.py", b"loss.py", mode=0o120777),
]


@pytest.mark.parametrize("stray", STRAYS, ids=lambda raw: raw.name.decode())
def test_one_stray_entry_costs_nothing_and_is_never_read(tmp_path, monkeypatch, stray):
    good = [Raw(name.encode(), data) for name, data in GOOD.items()]
    submission = opened(tmp_path, raw_zip(*good, stray))
    assert submission.modules == CONTENTS
    assert not {b"/usr/bin/python3"} & set(submission.files.values())
    assert all(".." not in name and ":" not in name for name in submission.files)


def test_a_hard_link_in_a_folder_is_refused(tmp_path):
    secret = in_folder(tmp_path / "solutions", {"loss.py": b"secret"}) / "loss.py"
    folder = in_folder(tmp_path / "an", {"sgd.py": b"1"})
    (folder / "loss.py").hardlink_to(secret)
    assert "loss.py is a hard link" in folder_refusal(folder)


def test_a_submission_that_is_itself_a_link_is_refused(tmp_path):
    real = in_folder(tmp_path / "real", GOOD)
    (tmp_path / "real.zip").write_bytes(zipped(GOOD))
    for target in ("real", "real.zip"):
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(tmp_path / target)
        assert "link is a link or a device" in folder_refusal(tmp_path / "link")
    assert open_submission("an", real, MODULES).modules == CONTENTS


def test_a_pipe_does_not_hang_the_grader(tmp_path):
    folder = in_folder(tmp_path / "an", {"sgd.py": b"1"})
    os.mkfifo(folder / "loss.py")
    assert "loss.py is a link or a device" in folder_refusal(folder)
    os.mkfifo(tmp_path / "pipe.zip")
    assert "pipe.zip is a link or a device" in folder_refusal(tmp_path / "pipe.zip")


def test_a_socket_in_a_modules_place_is_refused(tmp_path, monkeypatch):
    folder = in_folder(tmp_path / "an", {"sgd.py": b"1"})
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("loss.py")
        assert "loss.py is a link or a device" in folder_refusal(folder)


@pytest.mark.parametrize("swap", ["link", "pipe", "other file"])
def test_what_takes_a_files_place_after_the_check_is_not_read(tmp_path, monkeypatch, swap):
    folder = in_folder(tmp_path / "an", GOOD)
    checked = os.lstat(folder / "loss.py")
    (tmp_path / "secret").write_bytes(b"secret")
    honest = os.lstat

    def late(path, *args, **kwargs):
        if Path(path) != folder / "loss.py":
            return honest(path, *args, **kwargs)
        os.rename(folder / "loss.py", tmp_path / "kept")
        if swap == "link":
            os.symlink(tmp_path / "secret", folder / "loss.py")
        elif swap == "pipe":
            os.mkfifo(folder / "loss.py")
        else:
            os.rename(tmp_path / "secret", folder / "loss.py")
        return checked

    monkeypatch.setattr(os, "lstat", late)
    refused = folder_refusal(folder)
    assert "cannot be read" in refused if swap == "link" else "changed while it was opened" in refused


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path):
    folder = in_folder(tmp_path / "an", {"loss.py": b"1"})
    [entry] = archive.entries_of_folder(folder)
    (folder / "loss.py").write_bytes(b"1" * 10)
    with pytest.raises(SubmissionError, match="does not have the size"):
        entry.read()


def test_files_that_vanish_are_refused(tmp_path, monkeypatch):
    folder = in_folder(tmp_path / "an", GOOD)
    entries = archive.entries_of_folder(folder)

    def too_late(path):
        shutil.rmtree(path)
        return entries

    monkeypatch.setattr("autograder.submissions.opening.entries_of_folder", too_late)
    assert "cannot be read (No such file or directory)" in folder_refusal(folder)
    assert "cannot be read (No such file or directory)" in folder_refusal(folder)


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that everybody may enter, and a test that does not run with root's rights."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    was = os.geteuid()
    try:
        if was == 0:
            os.chown(folder, 65534, -1)
            os.seteuid(65534)
        yield folder
    except OSError as error:
        pytest.skip(f"no other user at hand: {error}")
    finally:
        os.seteuid(was)
        shutil.rmtree(folder)


@pytest.mark.parametrize("locked", ["loss.py", "helpers"])
def test_what_may_not_be_read_is_refused(as_nobody, locked):
    folder = in_folder(as_nobody / "an", GOOD | {"helpers/a.py": b"a"})
    (folder / locked).chmod(0)
    refused = folder_refusal(folder)
    (folder / locked).chmod(0o700)
    assert "cannot be read (Permission denied)" in refused


def test_too_many_entries_are_refused_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 10_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("an entry was read"))
    data = raw_zip(*(Raw(b"f%d" % number, offset=0) for number in range(archive.MAX_ENTRIES + 1)))
    assert "more than 10,000 files" in refusal(tmp_path, data)


@pytest.mark.slow
def test_as_many_images_as_cifar_10_has_are_accepted(tmp_path):
    entries = [Raw(b"loss.py", b"1"), *(Raw(b"data/%05d.png" % number) for number in range(60_000))]
    assert opened(tmp_path, raw_zip(*entries)).modules == {"loss": b"1"}


def test_a_list_of_names_beyond_all_measure_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    data = raw_zip(*(Raw(b"%0100d" % number, offset=0) for number in range(50_000)))
    monkeypatch.setattr(archive, "MAX_LISTING_BYTES", 4_000_000)
    monkeypatch.setattr(zipfile, "ZipInfo", lambda *_: pytest.fail("the list of names was parsed"))
    assert "more than 100,000 files" in refusal(tmp_path, data)


def test_too_many_files_in_a_folder_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 1_000)
    folder = in_folder(
        tmp_path / "an", {f"data/{number}": b"" for number in range(archive.MAX_ENTRIES - 4)} | GOOD
    )
    assert "more than 1,000 files" in folder_refusal(folder)
    (folder / "data" / "0").unlink()
    assert open_submission("an", folder, MODULES).modules == CONTENTS


def test_more_than_2_gb_declared_are_refused_before_anything_is_read(tmp_path, monkeypatch):
    def made(size: int) -> bytes:
        return raw_zip(
            Raw(b"loss.py", b"1"), Raw(b"data/a", size=size - 1), Raw(b"data/b", size=1_000_000_000)
        )

    assert opened(tmp_path, made(1_000_000_000)).modules == {"loss": b"1"}
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("an entry was read"))
    assert "larger than 2 GB" in refusal(tmp_path, made(1_000_000_001))


def test_more_than_2_gb_in_a_folder_are_refused(tmp_path):
    folder = in_folder(tmp_path / "an", {"loss.py": b"1", "data": b""})
    os.truncate(folder / "data", archive.MAX_TOTAL_BYTES)
    assert "larger than 2 GB" in folder_refusal(folder)
    os.truncate(folder / "data", archive.MAX_TOTAL_BYTES - 1)
    assert open_submission("an", folder, MODULES).modules == {"loss": b"1"}


def test_a_zip_of_more_than_2_gb_is_refused(tmp_path):
    (tmp_path / "an.zip").write_bytes(zipped(GOOD))
    os.truncate(tmp_path / "an.zip", archive.MAX_TOTAL_BYTES + 1)
    assert "larger than 2 GB" in folder_refusal(tmp_path / "an.zip")


@pytest.mark.slow
@pytest.mark.parametrize("declared", [0, 10])
def test_a_zip_that_lies_about_a_size_is_caught_without_unpacking_it(tmp_path, declared):
    """The checksum is that of the part which zipfile alone would hand over without a word."""
    prefix = zlib.crc32(b"#" * declared)
    bomb = Raw(b"loss.py", b"#" * 100_000_000, 0, zipfile.ZIP_DEFLATED, size=declared, crc=prefix)
    data = raw_zip(bomb)
    (tmp_path / "an.zip").write_bytes(data)
    tracemalloc.start()
    try:
        assert "does not have the size" in folder_refusal(tmp_path / "an.zip")
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_module_shorter_than_declared_is_refused(tmp_path, method):
    data = raw_zip(Raw(b"loss.py", b"# short", 0, method, size=500))
    assert "does not have the size" in refusal(tmp_path, data)


def test_overlapping_files_are_refused(tmp_path):
    same = raw_zip(Raw(b"loss.py", b"1"), Raw(b"loss.py", b"1", offset=0), Raw(b"data", offset=0))
    assert "overlap" in refusal(tmp_path, same)
    quoting = raw_zip(Raw(b"loss.py", b"1", packed_size=60), Raw(b"data", b"x"))
    assert "overlap" in refusal(tmp_path, quoting)


@pytest.mark.parametrize(
    "entry",
    [
        Raw(b"loss.py", b"?", 0x1),
        Raw(b"loss.py", b"?", 0x1, 99),
        Raw(b"loss.py", b"?", 0, 99),
        Raw(b"gradient.py", b"", 0x2041),
    ],
)
def test_an_encrypted_zip_is_refused(tmp_path, entry):
    assert "encrypted: make it without a password" in refusal(tmp_path, raw_zip(Raw(b"sgd.py", b"1"), entry))


@pytest.mark.parametrize("method", [9, 12, 14, 93, 98, 6])
def test_an_uncommon_packing_method_is_refused(tmp_path, method):
    assert f"method (number {method})" in refusal(tmp_path, raw_zip(Raw(b"loss.py", b"?", 0, method)))


def test_a_truncated_zip_is_refused_wherever_it_ends(tmp_path):
    whole = zipped(GOOD)
    for length in range(7, len(whole), 7):
        assert "damaged or incomplete" in refusal(tmp_path, whole[:length])
    assert "is an empty file" in refusal(tmp_path, b"")


@pytest.mark.parametrize("part", ["first", "last"])
def test_one_part_of_a_split_zip_is_called_that(tmp_path, part):
    whole = zipped(GOOD)
    end = whole.rindex(b"PK\5\6") + 4
    data = b"PK\7\10" + whole[:200] if part == "first" else whole[200:end] + b"\2\0" + whole[end + 2 :]
    assert "one part of a zip that was split" in refusal(tmp_path, b"PK" + data if part == "last" else data)


def test_a_text_that_is_called_a_zip_is_told(tmp_path):
    assert "is a text, as of a failed download" in refusal(tmp_path, b'{"error": {"code": 403}}')


def test_a_module_whose_bytes_were_damaged_is_refused(tmp_path):
    stored = zipped(GOOD, zipfile.ZIP_STORED)
    assert "loss.py in it is damaged" in refusal(tmp_path, stored.replace(b"# loss", b"# loss"[::-1]))
    packed = bytearray(zipped({"loss.py": os.urandom(1000)}))
    packed[60:160] = b"\xff" * 100
    assert "damaged" in refusal(tmp_path, bytes(packed))


def test_a_name_that_differs_between_the_two_lists_of_a_zip_is_refused(tmp_path):
    data = raw_zip(Raw(b"loss.py", b"1"))
    assert "damaged" in refusal(tmp_path, data.replace(b"loss.py", b"evil.py", 1))


def test_an_empty_zip_is_refused(tmp_path):
    assert "The zip is empty" in refusal(tmp_path, zipped({}))
    assert "is an empty file" in refusal(tmp_path, b"")


@pytest.mark.parametrize("name", [b"loss.py", b"utils.py", b"hw/helpers/a.py"])
def test_two_entries_of_one_name_are_refused(tmp_path, name):
    entries = [Raw(b"hw/sgd.py", b"1"), Raw(b"hw/helpers/a.py", b"1")]
    if b"/" not in name:
        entries = [Raw(b"sgd.py", b"1"), Raw(name, b"1")]
    assert "is in it twice" in refusal(tmp_path, raw_zip(*entries, Raw(name, b"2")))


def test_a_zip_to_which_the_same_was_added_twice_is_no_doubt(tmp_path):
    entries = [Raw(name.encode(), data) for name, data in GOOD.items()]
    assert opened(tmp_path, raw_zip(*entries, *entries)).modules == CONTENTS


def test_two_entries_of_one_name_in_different_spellings_are_refused(tmp_path):
    assert "loss.py is in it twice" in refusal(
        tmp_path, raw_zip(Raw(b"a/loss.py"), Raw(b"./a\\loss.py", b"2"))
    )


def test_data_that_is_in_a_zip_twice_costs_nothing(tmp_path):
    data = raw_zip(Raw(b"loss.py", b"1"), Raw(b"a.txt", b"1"), Raw(b"a.txt", b"2"))
    assert opened(tmp_path, data).modules == {"loss": b"1"}


@pytest.mark.parametrize("name", [b"loss.py\0.txt", b"a\0/loss.py"])
def test_a_nul_in_a_name_is_refused(tmp_path, name):
    assert "NUL character" in refusal(tmp_path, raw_zip(Raw(b"sgd.py", b"1"), Raw(name, b"2")))


def test_no_expected_module_at_all_is_refused_with_what_there_is(open_files):
    with pytest.raises(
        SubmissionError, match=r"None of loss\.py, gradient\.py.*it holds only a\.txt, b/c\.docx\)"
    ):
        open_files({"b/c.docx": b"", "a.txt": b""})


def test_modules_in_two_folders_are_refused_naming_both(open_files):
    with pytest.raises(SubmissionError, match="two folders, x/new/ and x/old/"):
        open_files({"x/old/loss.py": b"1", "x/new/sgd.py": b"2", "x/y/z/loss.py": b"3"})


def test_a_module_above_1_mb_is_refused(open_files, tmp_path):
    assert len(open_files({"loss.py": b"#" * MAX_MODULE_BYTES}).modules["loss"]) == MAX_MODULE_BYTES
    with pytest.raises(SubmissionError, match="is above 1 MB"):
        open_files({"loss.py": b"#" * (MAX_MODULE_BYTES + 1)})
    assert "above 1 MB" in refusal(tmp_path, b"#" * (MAX_MODULE_BYTES + 1), "an_loss.py")


@pytest.mark.parametrize("inner", ["hw/an.rar", "an.tar.gz"])
def test_another_archive_inside_a_zip_is_refused_unless_the_outer_one_holds_the_modules(tmp_path, inner):
    assert "put the module files themselves into one" in refusal(tmp_path, zipped({inner: zipped(GOOD)}))
    assert opened(tmp_path, zipped(GOOD | {inner: zipped(GOOD)})).modules == CONTENTS


@pytest.mark.parametrize("file", ["an.rar", "an.txt", "an.pdf", "an"])
def test_a_file_that_is_no_submission_is_refused(tmp_path, file):
    assert "and no zip" in refusal(tmp_path, b"Rar!\x1a\x07\x01", file)


@pytest.mark.parametrize(
    "magic", [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08\0", bytes(257) + b"ustar"]
)
def test_another_archive_that_is_called_zip_is_refused(tmp_path, magic):
    assert "another kind of archive" in refusal(tmp_path, magic)


def test_a_download_that_was_not_finished_and_a_part_of_an_archive_are_called_so(tmp_path):
    (tmp_path / "an.zip.crdownload").write_bytes(b"PK\3\4")
    with pytest.raises(SubmissionError, match=r"a download that was not finished \(\.crdownload\)"):
        open_submission("an", tmp_path / "an.zip.crdownload", MODULES)
    with pytest.raises(SubmissionError, match=r"another archive inside \(hw\.7z\.001\)"):
        opened(tmp_path, zipped({"hw.7z.001": b"7z", "hw.7z.002": b""}))


def test_an_empty_folder_is_refused(tmp_path):
    assert "it holds nothing" in folder_refusal(in_folder(tmp_path / "an", {}))


@pytest.mark.parametrize(
    "error", [MemoryError(), RecursionError(), NotImplementedError("x"), OSError("x"), EOFError()]
)
def test_whatever_reading_raises_becomes_a_sentence(tmp_path, monkeypatch, error):
    def fail(*_):
        raise error

    data = zipped(GOOD)
    monkeypatch.setattr(zipfile.ZipFile, "open", fail)
    assert refusal(tmp_path, data)


# Finding submissions


def names(path: Path) -> list[str]:
    return [name for name, _ in find_submissions(path, MODULES)]


def test_a_batch_holds_zips_folders_files_and_what_cannot_be_opened(tmp_path):
    files = {"b.zip": b"", "a/x/loss.py": b"", "c_loss.py": b"", "d.rar": b"", "e.txt": b""}
    junk = {".DS_Store": b"", "Thumbs.db": b"", "__MACOSX/a": b"", ".git/a": b"", "._b.zip": b"\0\5\x16\7"}
    in_folder(tmp_path, files | {".hidden/loss.py": b""} | junk)
    assert find_submissions(tmp_path, MODULES) == [
        ("a", tmp_path / "a"),
        ("b", tmp_path / "b.zip"),
        ("c_loss", tmp_path / "c_loss.py"),
        ("d", tmp_path / "d.rar"),
        ("e", tmp_path / "e.txt"),
        ("hidden", tmp_path / ".hidden"),
    ]


@pytest.mark.parametrize("module", ["loss.py", "Loss.py", "loss (1).py"])
def test_a_folder_with_modules_is_one_submission(tmp_path, module):
    folder = in_folder(tmp_path / "an.v1", {module: b"", "other.zip": b""})
    assert find_submissions(folder, MODULES) == [("an.v1", folder)]


def test_one_students_folder_in_a_batch_keeps_the_students_name(tmp_path):
    in_folder(tmp_path, {"an/hw/loss.py": b""})
    assert find_submissions(tmp_path, MODULES) == [("an", tmp_path / "an")]


@pytest.mark.parametrize("file", ["an.zip", "an.py", "an.rar"])
def test_one_file_is_a_batch_of_one(tmp_path, file):
    (tmp_path / file).write_bytes(b"")
    assert find_submissions(tmp_path / file, MODULES) == [("an", tmp_path / file)]


def test_the_working_directory_has_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(in_folder(tmp_path / "an", GOOD))
    assert find_submissions(Path("."), MODULES) == [("an", tmp_path / "an")]


def test_a_link_given_by_the_ta_is_followed_but_not_one_inside(tmp_path):
    batch = in_folder(tmp_path / "batch", {"an/loss.py": b"1"})
    (batch / "binh").symlink_to(batch / "an")
    (tmp_path / "link").symlink_to(batch)
    found = dict(find_submissions(tmp_path / "link", MODULES))
    assert sorted(found) == ["an", "binh"]
    assert open_submission("an", found["an"], MODULES).modules == {"loss": b"1"}
    assert "is a link" in folder_refusal(found["binh"])


def test_a_shared_stem_gives_full_names(tmp_path):
    in_folder(tmp_path, {"an.zip": b"", "an.py": b"", "an/x": b"", "binh.zip": b""})
    assert find_submissions(tmp_path, MODULES) == [
        ("an", tmp_path / "an"),
        ("an.py", tmp_path / "an.py"),
        ("an.zip", tmp_path / "an.zip"),
        ("binh", tmp_path / "binh.zip"),
    ]


def test_names_stay_unique_where_full_names_are_shared_too(tmp_path):
    composed, decomposed = (unicodedata.normalize(form, "Tiến.zip") for form in ("NFC", "NFD"))
    in_folder(tmp_path, {composed: b"", decomposed: b"", "An.zip": b"", "an.zip": b"", "An.zip.zip": b""})
    found = names(tmp_path)
    assert len({name.casefold() for name in found}) == 5
    assert {"Tiến.zip", "Tiến.zip-2"} <= set(found)


def test_names_are_composed_and_safe_as_folder_names(tmp_path):
    odd = [
        unicodedata.normalize("NFD", VIETNAMESE) + ".zip",
        "a\nb\x1b\u202e.zip",
        "c\\..\\d.zip",
        "e...zip",
        " f .zip",
    ]
    cut = "\u0915\u093c" * 42
    in_folder(tmp_path, {name: b"" for name in [*odd, "\u0958" * 42 + "... c.zip"]})
    (tmp_path / os.fsdecode(b"g\xff.zip")).write_bytes(b"")
    assert names(tmp_path) == sorted([VIETNAMESE, "a_b__", "c_.._d", "e", "f", "g\ufffd", cut])


@pytest.mark.parametrize("file", [".zip", "..zip", "...zip", " .zip"])
def test_a_name_of_dots_is_replaced(tmp_path, file):
    (tmp_path / file).write_bytes(b"")
    [name] = names(tmp_path / file)
    assert name in ("submission", "zip")


def test_names_fill_255_bytes_and_no_more(tmp_path):
    first, second = "ế" * 83 + "a", "ế" * 83 + "b"
    in_folder(tmp_path, {f"{first}.zip": b"", f"{second}.zip": b"", f"{'x' * 255}": b"", f"{first}.rar": b""})
    found = names(tmp_path)
    assert len(set(found)) == 4
    assert all(len(name.encode()) <= 255 for name in found)
    assert "x" * 255 in found
    for name in found:
        (tmp_path / "out" / name).mkdir(parents=True)


def test_names_that_grow_when_composed_are_cut_and_stay_unique(tmp_path):
    """U+0958 is three bytes on disk and six in its composed form."""
    in_folder(tmp_path, {"\u0958" * 80 + letter: b"" for letter in "ab"})
    found = names(tmp_path)
    assert len(set(found)) == 2
    assert all(250 < len(name.encode()) <= 255 for name in found)
    assert any(name.endswith("-2") for name in found)


def test_a_path_that_holds_nothing_is_refused(tmp_path):
    in_folder(tmp_path / "empty", {".DS_Store": b""})
    (tmp_path / "dangling").symlink_to("nowhere")
    for path, reason in [
        ("missing", "nothing at"),
        ("dangling", "nothing at"),
        ("empty", "holds no submission"),
    ]:
        with pytest.raises(SubmissionError, match=reason) as refused:
            find_submissions(tmp_path / path, MODULES)
        assert_one_sentence(str(refused.value))


# Nothing else is ever raised


BASES = [
    zipped(GOOD | {"a.ipynb": b"{}", "helpers/a.py": b"a" * 300}),
    zipped({f"hw/{name}": data for name, data in GOOD.items()}, zipfile.ZIP_STORED),
    zipped(
        {"in.zip": zipped({"loss.py": b"def svm(W):\n    return 1\n"}), "loss (1).py": b"def svm(W): ..."}
    ),
    raw_zip(Raw("bài/loss.py".encode(), b"1" * 40, 0x800, 8), Raw(b"x\\y.bin", b"1", mode=stat.S_IFREG)),
]


def check_any_bytes(folder: Path, data: bytes, file: str) -> None:
    (folder / file).write_bytes(data)
    try:
        submission = open_submission("an", folder / file, MODULES, (), {"svm": "loss", "step": "sgd"})
    except SubmissionError as refused:
        reason = str(refused)
        submission = None
    if submission is None:
        assert reason.endswith(".")
        assert reason.isprintable()
        return
    assert submission.modules
    assert set(submission.modules) <= set(MODULES)
    assert all(len(source) <= MAX_MODULE_BYTES for source in submission.modules.values())
    assert sum(map(len, submission.other_modules.values())) <= MAX_HELPERS_BYTES
    assert all(
        part.removesuffix(".py").isidentifier() for key in submission.other_modules for part in key.split("/")
    )
    assert submission.notebook is None or len(submission.notebook) <= MAX_NOTEBOOK_BYTES
    assert sum(map(len, submission.files.values())) <= MAX_FILES_BYTES
    assert all(
        part not in ("", "..") and part.isprintable() and not set(part) & set(":\\")
        for name in submission.files
        for part in name.split("/")
    )
    assert all(note.isprintable() for note in (*submission.notes, *submission.unread))


fuzzed = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.slow
@fuzzed
@given(
    data=st.binary(max_size=400),
    prefix=st.sampled_from([b"", b"PK\3\4", b"PK\5\6"]),
    file=st.sampled_from(["a.zip", "a"]),
)
def test_arbitrary_bytes_are_opened_or_refused(tmp_path, data, prefix, file):
    check_any_bytes(tmp_path, prefix + data, file)


@pytest.mark.slow
@fuzzed
@given(data=st.data(), base=st.sampled_from(BASES))
def test_damaged_zips_are_opened_or_refused(tmp_path, data, base):
    damaged = bytearray(base)
    for _ in range(data.draw(st.integers(1, 6))):
        # Most of what can go wrong lies in the list of names at the end.
        start = data.draw(st.integers(0, len(base) - 1) | st.integers(len(base) - 120, len(base) - 1))
        piece = data.draw(
            st.binary(min_size=1, max_size=4) | st.sampled_from([b"\xff" * 4, b"\0" * 4, b"../"])
        )
        damaged[start : start + data.draw(st.sampled_from([len(piece), len(piece), 0]))] = piece
    check_any_bytes(
        tmp_path, bytes(damaged[: data.draw(st.just(len(damaged)) | st.integers(0, len(damaged)))]), "a.zip"
    )


@pytest.mark.slow
@fuzzed
@given(
    entries=st.lists(
        st.builds(
            Raw,
            name=st.sampled_from([b"loss.py", b"a/loss.py", b"a.ipynb", b"u.py", b"a/u.py", b".."])
            | st.binary(max_size=8),
            data=st.binary(max_size=50),
            flags=st.sampled_from([0, 0x800, 0x1, 0x8]),
            method=st.sampled_from([0, 8, 12, 99]),
            mode=st.sampled_from([0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK]),
            size=st.none() | st.integers(0, 2**32 - 1),
            packed_size=st.none() | st.integers(0, 2**32 - 1),
            offset=st.none() | st.integers(0, 2**32 - 1),
        ),
        max_size=4,
    )
)
def test_lying_zips_are_opened_or_refused(tmp_path, entries):
    check_any_bytes(tmp_path, raw_zip(*entries), "a.zip")


def test_a_module_that_strayed_into_a_batch_does_not_hide_the_zips(tmp_path):
    (tmp_path / "loss.py").write_text("x = 1")
    for name in ("an", "binh"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.writestr("loss.py", "x = 1")
    assert [name for name, _ in find_submissions(tmp_path, ("loss", "sgd"))] == ["an", "binh", "loss"]


def test_attachments_are_those_that_the_assignment_asks_for_and_cost_only_themselves(tmp_path, monkeypatch):
    files = {**GOOD, "weights.pt": b"12345", "log.json": b"{}", "other.pt": b"1"}
    (tmp_path / "an.zip").write_bytes(zipped(files))

    found = open_submission("an", tmp_path / "an.zip", MODULES, ("weights.pt", "log.json", "none.pt"))
    assert found.attachments == {"weights.pt": b"12345", "log.json": b"{}"}
    assert open_submission("an", tmp_path / "an.zip", MODULES).attachments == {}

    monkeypatch.setattr("autograder.submissions.companions.MAX_ATTACHMENT_BYTES", 3)
    found = open_submission("an", tmp_path / "an.zip", MODULES, ("weights.pt", "log.json"))
    assert found.attachments == {"log.json": b"{}"}
    assert found.modules == CONTENTS
    assert "weights.pt was left out because it is above 0 MB" in found.notes


@pytest.mark.parametrize("name", ["weights (1).pt", "runs/1/weights.pt", "Copy of weights.PT"])
def test_an_attachment_under_a_copys_name_is_taken_with_a_note(tmp_path, name):
    found = opened(tmp_path, zipped({**GOOD, name: b"12345"}), attachments=("weights.pt",))
    assert found.attachments == {"weights.pt": b"12345"}
    assert found.notes == (f"{name} was taken as weights.pt",)


def test_of_two_copies_of_an_attachment_neither_is_taken(tmp_path):
    files = {**GOOD, "weights (1).pt": b"1", "weights (2).pt": b"2", "tests/weights.pt": b"3"}
    found = opened(tmp_path, zipped(files), attachments=("weights.pt",))
    assert found.attachments == {}
    assert found.notes == ("weights (1).pt and weights (2).pt could both be weights.pt: neither was taken",)
