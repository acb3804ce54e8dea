"""Work is found where students really leave it: in copies, below stubs, in zips inside; doubt is said and never guessed."""

import io
import json
import time
import zipfile
from pathlib import Path

import pytest

from autograder.submissions.archive import shown
from autograder.submissions.module_files import is_copy_of
from autograder.submissions.opening import SubmissionError, open_submission
from autograder.submissions.work import read

MODULES = ["loss", "sgd"]
FUNCTIONS = {"svm": "loss", "softmax": "loss", "step": "sgd"}
STUB = '"""Losses."""\n\n\ndef svm(W):\n    """The loss."""\n    # your code\n    raise NotImplementedError\n\n\ndef softmax(W):\n    raise NotImplementedError("softmax")\n'
HALF = STUB.replace("    # your code\n    raise NotImplementedError\n", "    return W.sum()\n")
DONE = HALF.replace('raise NotImplementedError("softmax")', "return W.mean()")
SGD = "def step(W):\n    return W - 1\n"
SGD_STUB = "def step(W):\n    raise NotImplementedError\n"


def zipped(files: dict[str, str | bytes], when: tuple[int, ...] = (2026, 12, 1, 10, 0, 0)) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), data)
    return content.getvalue()


def opened(tmp_path: Path, files: dict[str, str | bytes]):
    path = tmp_path / "an.zip"
    path.write_bytes(zipped(files))
    return open_submission("an", path, MODULES, (), FUNCTIONS)


def in_folder(tmp_path: Path, files: dict[str, bytes | str]):
    for name, data in files.items():
        (tmp_path / "an" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "an" / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return open_submission("an", tmp_path / "an", MODULES, (), FUNCTIONS)


def loss(submission) -> str:
    return submission.modules["loss"].decode()


# Copies under other names


@pytest.mark.parametrize(
    "name",
    [
        "Copy of loss.py", "loss - Copy.py", "loss - Copy (2).py", "loss copy 2.py", "loss-Copy1.py", "loss (1).py", "loss.py.txt",
        "Bản sao của loss.py", "loss - Bản sao.py", "Kopie von loss.py", "loss - Kopie.py", "loss - コピー.py", "loss_final.py",
        "my_losses_v2.py", "20215001_loss.py", "loss.txt", "loss.py.py", "bai1.py", "Untitled.py", "loss.pyw", "loss.py.download",
        "loss.py ", "loss.py.", "loss.py~", "loss.py.orig", "loss.py.save",
        "loss\uff0epy", "loss.py\u200b", "\ufeffloss.py",
    ],
)  # fmt: skip
@pytest.mark.parametrize("stub", [True, False])
def test_a_copy_is_taken_where_the_module_is_missing_or_a_stub(tmp_path, name, stub):
    submission = opened(tmp_path, {name: DONE, "sgd.py": SGD} | ({"loss.py": STUB} if stub else {}))
    assert loss(submission) == DONE
    assert any(shown(name) in note and "taken as loss.py" in note for note in submission.notes)


@pytest.mark.parametrize("name", ["loss_test_notes.txt", "helper.py", "loss.txt"])
def test_a_file_without_the_modules_functions_is_never_taken_for_it(tmp_path, name):
    submission = opened(
        tmp_path, {name: "1.5 1.2 1.1\ndef plot(x):\n    return x\n", "loss.py": STUB, "sgd.py": SGD}
    )
    assert loss(submission) == STUB


def test_the_module_itself_counts_where_it_is_done_whatever_lies_beside_it(tmp_path):
    other = DONE.replace("sum", "max")
    submission = opened(
        tmp_path, {"loss.py": DONE, "Copy of loss.py": other, "old/loss.py": STUB, "sgd.py": SGD}
    )
    assert loss(submission) == DONE
    assert submission.notes == ()


def test_a_copy_that_goes_on_from_a_half_done_module_is_taken(tmp_path):
    submission = opened(tmp_path, {"loss.py": HALF, "loss (1).py": DONE, "sgd.py": SGD})
    assert loss(submission) == DONE
    assert "loss (1).py was taken as loss.py, since loss.py has less of it done" in submission.notes


def test_different_work_in_a_copy_is_named_and_not_guessed_from(tmp_path):
    other = DONE.replace("W.sum()", "0")
    submission = opened(tmp_path, {"loss.py": HALF, "loss (1).py": other, "sgd.py": SGD})
    assert loss(submission) == HALF
    assert any("loss (1).py holds softmax, and loss.py does not" in note for note in submission.notes)


def test_two_copies_with_different_work_beside_a_stub_are_for_a_person(tmp_path):
    files = {"loss.py": STUB, "loss (1).py": DONE, "loss (2).py": DONE.replace("sum", "max"), "sgd.py": SGD}
    with pytest.raises(SubmissionError, match=r"loss \(1\)\.py and loss \(2\)\.py could both be meant"):
        opened(tmp_path, files)


def test_the_same_work_twice_and_a_half_of_it_are_no_doubt(tmp_path):
    files = {
        "loss.py": STUB,
        "loss (1).py": HALF,
        "loss (2).py": DONE,
        "Copy of loss.py": DONE,
        "sgd.py": SGD,
    }
    assert loss(opened(tmp_path, files)) == DONE


@pytest.mark.parametrize("name", ["Copy of loss.py", "an_31_9001_loss-1.py", "bai1.py", "losses final.py"])
def test_a_single_file_is_known_by_its_name_or_by_what_it_defines(tmp_path, name):
    (tmp_path / name).write_text(DONE)
    submission = open_submission("an", tmp_path / name, MODULES, (), FUNCTIONS)
    assert loss(submission) == DONE
    assert any(f"{name} was taken as loss.py" in note for note in submission.notes)


# Stubs above, work below


def test_work_below_untouched_stubs_is_taken_with_its_helpers(tmp_path):
    below = {"my work/loss.py": DONE, "my work/sgd.py": SGD, "my work/utils.py": "a = 1"}
    submission = opened(tmp_path, {"loss.py": STUB, "sgd.py": SGD_STUB, **below})
    assert loss(submission) == DONE
    assert submission.other_modules == {"utils.py": b"a = 1"}
    assert (
        "the modules at the top are as they were given out; those in my work/ were taken" in submission.notes
    )


def test_one_module_below_is_taken_for_a_stub_above(tmp_path):
    submission = opened(tmp_path, {"loss.py": DONE, "sgd.py": SGD_STUB, "work/sgd.py": SGD})
    assert submission.modules["sgd"].decode() == SGD
    assert "work/sgd.py was taken as sgd.py, since sgd.py has less of it done" in submission.notes


def test_two_folders_with_work_below_stubs_are_refused_naming_both(tmp_path):
    files = {"loss.py": STUB, "a/loss.py": DONE, "b/loss.py": DONE.replace("sum", "max")}
    with pytest.raises(SubmissionError, match="two folders, a/ and b/"):
        opened(tmp_path, files)


def test_a_folder_for_each_module_is_one_submission(tmp_path):
    submission = opened(tmp_path, {"task 1/loss.py": DONE, "task 2/sgd.py": SGD})
    assert set(submission.modules) == {"loss", "sgd"}
    assert any("task 2/sgd.py was taken as sgd.py" in note for note in submission.notes)


@pytest.mark.parametrize("name", ["hw [1] (a+b).zip", "50%.zip", "bài tập số 1.zip", "$HOME.zip", "a'b.zip"])
def test_odd_names_of_zips_are_names(tmp_path, name):
    submission = in_folder(tmp_path, {name: zipped({"loss.py": DONE, "sgd.py": SGD}), "notes.txt": b"x"})
    assert loss(submission) == DONE


def test_stubs_alone_stay_stubs(tmp_path):
    assert loss(opened(tmp_path, {"loss.py": STUB, "sgd.py": SGD_STUB, "given/loss.py": STUB})) == STUB


# Zips inside


@pytest.mark.parametrize("place", ["submission.zip", "Nguyen Van A/submission.zip", "a/b/hw.ZIP"])
def test_a_zip_in_a_zip_is_opened(tmp_path, place):
    inner = zipped({"hw/loss.py": DONE, "hw/sgd.py": SGD, "hw/n.ipynb": "{}"})
    submission = opened(tmp_path, {place: inner, "report.pdf": "x"})
    assert loss(submission) == DONE
    assert submission.notebook == b"{}"
    assert f"the zip {place} in it was opened" in submission.notes
    assert submission.unread == ("report.pdf was handed in as well and was not looked at.",)


def test_zips_in_zips_are_opened_three_deep_and_no_deeper(tmp_path):
    inner = zipped({"loss.py": DONE, "sgd.py": SGD})
    for _ in range(2):
        inner = zipped({"in.zip": inner})
    assert loss(opened(tmp_path, {"in.zip": inner})) == DONE
    for _ in range(3):
        inner = zipped({"in.zip": inner})
    with pytest.raises(SubmissionError, match="another archive inside"):
        opened(tmp_path, {"in.zip": inner})


def test_a_zip_beside_whole_work_stays_closed(tmp_path):
    submission = opened(tmp_path, {"loss.py": DONE, "sgd.py": SGD, "old.zip": zipped({"loss.py": HALF})})
    assert loss(submission) == DONE
    assert submission.notes == ("archives beside the modules were not opened: old.zip",)


def test_a_zip_beside_stubs_is_opened(tmp_path):
    work = zipped({"loss.py": DONE, "sgd.py": SGD})
    submission = opened(tmp_path, {"loss.py": STUB, "sgd.py": SGD_STUB, "work.zip": work})
    assert loss(submission) == DONE
    assert submission.modules["sgd"].decode() == SGD


def test_a_damaged_zip_beside_the_work_costs_itself_alone(tmp_path):
    submission = opened(tmp_path, {"loss.py": HALF, "sgd.py": SGD, "data.zip": b"PK\3\4 no zip"})
    assert loss(submission) == HALF
    assert "the zip data.zip was not opened: it is damaged" in submission.notes


def test_an_old_and_a_new_zip_give_what_goes_on(tmp_path):
    old, new = zipped({"loss.py": STUB, "sgd.py": SGD_STUB}), zipped({"loss.py": DONE, "sgd.py": SGD})
    submission = in_folder(tmp_path, {"submission.zip": old, "submission (1).zip": new})
    assert loss(submission) == DONE
    assert submission.modules["sgd"].decode() == SGD


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("hw.zip", (2026, 12, 2, 0, 0, 0)), ("hw (1).zip", (2026, 12, 1, 0, 0, 0))),
        (("new.zip", (2026, 12, 2, 0, 0, 0)), ("old.zip", (2026, 12, 1, 0, 0, 0))),
        (("hw (1).zip", (2026, 12, 1, 0, 0, 0)), ("hw.zip", (2026, 12, 1, 0, 0, 0))),
    ],
)
def test_of_different_work_in_two_zips_the_newer_counts_and_is_named(tmp_path, first, second):
    newer, older = {"loss.py": DONE, "sgd.py": SGD}, {"loss.py": DONE.replace("sum", "max"), "sgd.py": SGD}
    submission = in_folder(tmp_path, {first[0]: zipped(newer, first[1]), second[0]: zipped(older, second[1])})
    assert loss(submission) == DONE
    assert any(first[0] in note and second[0] in note and "newer" in note for note in submission.notes)


def test_different_work_in_two_zips_of_one_age_is_for_a_person(tmp_path):
    files = {"a.zip": zipped({"loss.py": DONE}), "b.zip": zipped({"loss.py": DONE.replace("sum", "max")})}
    with pytest.raises(SubmissionError, match=r"a\.zip and b\.zip both hold a loss\.py"):
        in_folder(tmp_path, files)


def test_the_parts_of_a_download_are_one_submission(tmp_path):
    parts = {
        "hw-20261125T031500Z-001.zip": {"hw/loss.py": DONE},
        "hw-20261125T031500Z-002.zip": {"hw/sgd.py": SGD, "hw/utils.py": "a"},
    }
    submission = in_folder(tmp_path, {name: zipped(files) for name, files in parts.items()})
    assert set(submission.modules) == {"loss", "sgd"}
    assert submission.other_modules == {"utils.py": b"a"}


def test_a_module_that_lies_loose_corrects_the_zip(tmp_path):
    whole = zipped({"hw/loss.py": DONE.replace("sum", "max"), "hw/sgd.py": SGD})
    submission = in_folder(tmp_path, {"hw.zip": whole, "loss.py": DONE})
    assert loss(submission) == DONE
    assert submission.modules["sgd"].decode() == SGD


# What comes along


def test_small_files_beside_the_modules_come_along(tmp_path):
    beside = {
        "config.json": "{}",
        "data/w.csv": "1,2",
        "big.bin": "x" * 300_000,
        ".hidden": "x",
        "photo.png": "x",
        "a:b.txt": "x",
        "tiện ích.py": "x = 1",
    }
    submission = opened(
        tmp_path,
        {"hw/loss.py": DONE, "hw/sgd.py": SGD, **{f"hw/{name}": data for name, data in beside.items()}},
    )
    assert submission.files == {"config.json": b"{}", "data/w.csv": b"1,2", "tiện ích.py": b"x = 1"}
    assert submission.folder == "hw"
    assert b"config.json" in list(submission.content())


# How work is told from stubs


@pytest.mark.parametrize(
    "body", ["raise NotImplementedError", "pass", "...", '"""Only a text."""', "# a comment"]
)
def test_a_function_that_does_nothing_is_a_stub(body):
    found = read(f"def f(x):\n    {body}\n\n\nx = 1\n".encode())
    assert (found.written, found.stubs) == ({}, {"f"})


def test_methods_functions_inside_and_long_signatures_are_understood():
    source = "class A:\n    def f(self):\n        return 1\n\n    def g(self): ...\n\n\ndef h(\n    a,\n):\n    def k():\n        pass\n\n    return k\n"
    found = read(source.encode())
    assert set(found.written) == {"A.f", "h"}
    assert found.stubs >= {"k"}


@pytest.mark.parametrize(
    "source",
    [b"\xff\xfe" + "def f():\n    return 1\n".encode("utf-16-le"), b"\xef\xbb\xbfdef f():\r\n\treturn 1\r\n"],
)
def test_work_is_seen_in_other_encodings(source):
    assert set(read(source).written) == {"f"}


@pytest.mark.parametrize(
    "source",
    [
        b"def f" * 150_000,
        b"def f(x):\n" * 80_000,
        b"(" * 900_000,
        b'"""' * 300_000,
        b" " * 900_000,
        b"def f():" + b" " * 900_000,
    ],
)
def test_a_hostile_source_takes_no_time(source):
    read(source)


def test_a_name_is_a_copys_only_by_known_marks():
    assert not any(
        is_copy_of("loss", name)
        for name in ("loss.txt", "floss.py", "loss_an.py", "loss.py", "losscopy.py", "x" * 300 + ".py")
    )


def notebook(*sources, kind="code"):
    cells = [{"cell_type": kind, "metadata": {}, "source": [source], "outputs": []} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_work_in_the_cells_of_a_notebook_is_named_and_not_graded(tmp_path):
    cells = notebook("import numpy as np", HALF.partition('"""\n')[2], "svm(np.ones(3))")
    found = opened(tmp_path, {"loss.py": STUB, "sgd.py": SGD, "hw.ipynb": cells})
    assert found.modules["loss"] == STUB.encode()
    assert found.notes == (
        "hw.ipynb defines svm, and loss.py does not: the modules alone are graded, and a person should look",
    )
    assert opened(tmp_path, {"loss.py": DONE, "sgd.py": SGD, "hw.ipynb": cells}).notes == ()


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("loss.ipynb", "(loss.ipynb is a notebook, and no code of notebooks is graded)"),
        (".loss.py.icloud", "(.loss.py.icloud only stands for it: it was not downloaded from iCloud)"),
        (
            "loss/__init__.py",
            "(the folder loss/ does not stand for it: its functions have to be in one file)",
        ),
    ],
)
def test_what_lies_there_in_place_of_a_module_is_named(tmp_path, file, told):
    notes = opened(tmp_path, {"sgd.py": SGD, file: notebook("x = 1")}).notes
    assert notes[0] == f"module loss.py is missing {told}"


def test_a_part_of_the_work_in_a_file_of_another_name_is_named(tmp_path):
    half, rest = DONE.split("def softmax")
    more = f"def a(): ...\n\n\ndef b(): ...\n\n\ndef softmax{rest}"
    notes = opened(tmp_path, {"loss.py": half, "more.py": more, "sgd.py": SGD}).notes
    assert notes == (
        "more.py holds softmax, and loss.py does not: loss.py was taken, and a person should look",
    )
    imported = {"loss.py": f"from more import softmax\n{half}", "more.py": more, "sgd.py": SGD}
    assert opened(tmp_path, imported).notes == ()


def test_another_assignments_module_and_an_empty_one_are_called_that(tmp_path):
    found = opened(tmp_path, {"loss.py": "def mse(W):\n    return W\n", "sgd.py": "\n"})
    assert found.notes == (
        "loss.py defines other functions than this assignment asks for: is it another one's?",
        "sgd.py is empty",
    )


@pytest.mark.parametrize("file", ["an.zip", "an.ipynb"])
def test_work_in_a_notebook_without_modules_is_named(tmp_path, file):
    cells = notebook(DONE.partition('"""\n')[2])
    (tmp_path / file).write_bytes(
        cells.encode() if file == "an.ipynb" else zipped({"hw.ipynb": cells, "report.pdf": "x"})
    )
    with pytest.raises(
        SubmissionError, match=r"\((an|hw)\.ipynb defines softmax, svm\): put the module files"
    ):
        open_submission("an", tmp_path / file, MODULES, (), FUNCTIONS)


@pytest.mark.parametrize(
    "head",
    [
        '# -*- coding: utf-8 -*-\n"""hw.ipynb\n\nAutomatically',
        "#!/usr/bin/env python\n# coding: utf-8\n\n# # Title",
        "# In[1]:",
        "# Databricks notebook source\n# MAGIC %md",
        'import marimo\n\n__generated_with = "0.9.14"',
        "# ---\n# jupyter:\n#   jupytext:",
        "# %% [markdown]",
    ],
)
def test_a_notebook_that_was_saved_as_a_program_is_named(tmp_path, head):
    found = opened(tmp_path, {"loss.py": DONE, "sgd.py": SGD, "hw.py": head, "helper.py": "x = 1"})
    assert found.unread == ("hw.py is a notebook that was saved as a program, and was not looked at.",)


def test_a_line_that_never_ends_is_no_notebook_and_takes_no_time(tmp_path):
    began = time.process_time()
    found = opened(tmp_path, {"loss.py": DONE, "sgd.py": SGD, "hw.py": "#" + "coding" * 40_000})
    assert found.unread == ()
    assert time.process_time() - began < 2


def test_a_notebook_that_a_browser_renamed_is_one_and_a_link_is_none(tmp_path):
    for name in ("hw.ipynb.json", "hw.ipynb.txt"):
        found = opened(tmp_path, {"loss.py": DONE, "sgd.py": SGD, name: notebook("x = 1")})
        assert (list(found.notebooks), found.unread) == ([name], ())
    found = opened(tmp_path, {"loss.py": DONE, "sgd.py": SGD, "hw.ipynb.url": "[InternetShortcut]\n"})
    assert (found.notebooks, found.unread) == (
        {},
        ("hw.ipynb.url is a link: what it leads to was not handed in.",),
    )


def test_a_photo_of_an_answer_is_named_and_a_data_set_is_not(tmp_path):
    photo = {"loss.py": DONE, "sgd.py": SGD, "IMG_2034.JPG": b"\xff\xd8"}
    assert opened(tmp_path, photo).unread == ("IMG_2034.JPG was handed in as well and was not looked at.",)
    images = {f"train/{number}.png": b"" for number in range(13)}
    assert opened(tmp_path, {**photo, **images}).unread == ()


def test_the_parts_of_a_split_zip_are_not_taken_for_damaged_modules(tmp_path):
    whole = zipped({"loss.py": DONE, "sgd.py": SGD})
    with pytest.raises(SubmissionError, match=r"another archive inside \(hw\.zip\)"):
        in_folder(tmp_path, {"hw.z01": whole[:50], "hw.zip": whole[50:]})


def test_a_web_page_that_is_called_a_zip_is_told(tmp_path):
    (tmp_path / "an.zip").write_bytes(b"\n<!DOCTYPE html><html><body>Please sign in</body></html>")
    with pytest.raises(
        SubmissionError, match="is called a zip but is a web page, perhaps one that asks to sign in"
    ):
        open_submission("an", tmp_path / "an.zip", MODULES, (), FUNCTIONS)


def test_of_a_folder_with_one_file_it_is_told_what_is_wrong_with_the_file(tmp_path):
    """Moodle puts what was handed in into a folder."""
    cases = {
        "notes.zip": (zipped({"notebook.ipynb": "{}"}), "it holds only notebook.ipynb"),
        "hw.zip": (b"PK\x03\x04, and cut off", "damaged or incomplete"),
        "hw.rar": (b"Rar!, and more", "is a .rar file and no zip"),
    }
    for name, (content, why) in cases.items():
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_bytes(content)
        with pytest.raises(SubmissionError, match=why):
            open_submission("an", folder, ("loss", "sgd"), functions=FUNCTIONS)


# What Jupyter keeps


@pytest.mark.parametrize("open_", [opened, in_folder])
@pytest.mark.parametrize("place", ["", "hw/"])
def test_what_jupyter_kept_of_a_module_that_is_not_there_is_taken_and_named(tmp_path, open_, place):
    kept = {
        f"{place}.ipynb_checkpoints/loss-checkpoint.py": DONE,
        f"{place}.ipynb_checkpoints/a-checkpoint.ipynb": "{}",
    }
    submission = open_(tmp_path, {f"{place}sgd.py": SGD, **kept})
    assert (loss(submission), submission.notebooks) == (DONE, {})
    assert f"{place}.ipynb_checkpoints/loss-checkpoint.py was taken as loss.py" in submission.notes


def test_what_jupyter_kept_never_stands_for_a_module_that_is_there_and_is_named_where_it_holds_more(tmp_path):
    kept = {".ipynb_checkpoints/loss-checkpoint.py": DONE, ".ipynb_checkpoints/sgd-checkpoint.py": SGD_STUB}
    submission = opened(tmp_path, {"sgd.py": SGD, "loss.py": HALF, **kept})
    assert loss(submission) == HALF
    assert [note for note in submission.notes if "checkpoint" in note] == [
        ".ipynb_checkpoints/loss-checkpoint.py holds softmax, and loss.py does not: loss.py was taken, and a person should look"
    ]


def test_where_nothing_but_jupyters_own_is_there_it_is_taken_and_a_stub_of_it_is_told(tmp_path):
    kept = {
        "hw/.ipynb_checkpoints/loss-checkpoint.py": DONE,
        "hw/.ipynb_checkpoints/sgd-checkpoint.py": SGD_STUB,
    }
    submission = opened(tmp_path, kept)
    assert submission.modules.keys() == {"loss"}
    assert any(
        "sgd-checkpoint.py is what Jupyter kept of it and was not taken" in note for note in submission.notes
    )
