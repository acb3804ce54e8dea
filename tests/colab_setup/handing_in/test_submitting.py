"""The zip that is handed in: what is in it, what is said of it, and that the grader opens it."""

import errno
import json
import os
import platform
import re
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.submissions import archive as grader_archive
from autograder.submissions import companions
from autograder.submissions import opening as grader
from colab_setup import Checkpointer
from colab_setup.folder import FolderError
from colab_setup.handing_in import along, submitting
from colab_setup.handing_in import rules as submission_rules
from colab_setup.handing_in.notebooks import Notebook
from colab_setup.handing_in.rules import SubmitError, verify

MODULES = ("loss", "gradient", "regularization", "sgd")
FILES = [f"{module}.py" for module in MODULES]
LAST = ("checked_with.json", "predictions.json")
NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


NO_NOTEBOOKS = ['{"nbformat":4,"cells":[1,"a"],"metadata":{}}', '{"nbformat":4}', "[" * 100_000]


@pytest.fixture
def ready(solved):
    """The folder of a student who is done and saved everything an hour ago."""
    for path in solved.rglob("*"):
        os.utime(path, (time.time() - 3600,) * 2)
    return solved


def opened(path):
    return grader.open_submission("an", Path(path), MODULES)


@pytest.mark.slow
def test_the_grader_finds_every_module_and_the_notebook_and_has_nothing_to_remark(ready):
    (ready / "helper.py").write_text("TWO = 2\n")
    packed = submitting.submit(ready)
    assert packed.path == ready / "submission.zip"
    assert packed.files == (*FILES, "helper.py", "plots.py", "linear_classifier.ipynb", *LAST)
    found = opened(packed.path)
    assert found.modules == {module: (ready / f"{module}.py").read_bytes() for module in MODULES}
    assert found.other_modules["helper.py"] == b"TWO = 2\n"
    assert found.notebook == (ready / "linear_classifier.ipynb").read_bytes()
    assert found.notes == ()


@pytest.mark.slow
def test_the_student_is_told_modules_times_and_questions(ready, capsys):
    stub = 'def l1(W):\n    raise NotImplementedError("l1: not written yet")\n'
    (ready / "regularization.py").write_text((ready / "regularization.py").read_text() + "\n\n" + stub)
    os.utime(ready / "linear_classifier.ipynb")
    packed = submitting.submit(ready)
    said = capsys.readouterr().out
    assert said == f"Checking what is in the zip ...\n{packed.summary}\n"
    assert re.search(
        r"^loss\.py +last changed \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(1 hour ago\)$", said, re.MULTILINE
    )
    assert re.search(
        r"^regularization\.py +last changed .* \((just now|\d+ seconds? ago)\)$", said, re.MULTILINE
    )
    assert "not written: l1\n" in said
    assert "24 of 25 questions pass their public tests (1 not written)." in said
    assert packed.checked.questions()["l1"] == "not written"
    assert packed.warnings == ()
    assert packed.summary.endswith(f"{packed.path} is ready: download it and hand it in.")


def test_tests_that_are_missing_are_warned_of(ready):
    (ready / "tests" / "l1.py").unlink()
    packed = submitting.submit(ready)
    assert packed.path.exists()
    assert packed.warnings == ("tests/l1.py is missing: take it anew from the assignment's zip.",)
    assert packed.warnings[0] in packed.summary


@pytest.mark.slow
def test_a_module_that_is_as_it_was_handed_out_is_told(ready):
    os.utime(ready / "sgd.py", (time.mktime((1980, 1, 1, 0, 0, 0, 0, 0, -1)),) * 2)
    assert re.search(
        r"^sgd\.py +not changed since it was handed out$", submitting.submit(ready).summary, re.MULTILINE
    )


@pytest.mark.slow
def test_only_files_that_count_are_in_it(ready):
    for name in (".secret", "notes.txt", "old.zip", "data.zip", "not a name.py"):
        (ready / name).write_text("x")
    # What a Mac writes beside each file where a disk keeps no attributes.
    for name in ("._loss.py", "._linear_classifier.ipynb", "tests/._l2.py"):
        (ready / name).write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(60))
    (ready / "colab_setup").mkdir()
    (ready / "colab_setup" / "data.py").write_text("")
    packed = submitting.submit(ready)
    assert packed.files == (*FILES, "plots.py", "linear_classifier.ipynb", *LAST)
    assert packed.checked.passed
    assert packed.warnings == ()
    assert submitting.submit(ready).files == (
        *FILES,
        "plots.py",
        "linear_classifier.ipynb",
        *LAST,
    )  # with a zip from before


@pytest.mark.slow
def test_what_a_module_reads_beside_it_comes_along_with_the_versions(ready):
    loss = ready / "loss.py"
    loss.write_text(
        loss.read_text()
        + """
import json, os
HERE = os.path.dirname(os.path.abspath(__file__))
assert json.load(open(os.path.join(HERE, "config.json"))) == {"delta": 1}
assert os.path.exists("big.bin") or True
"""
    )
    (ready / "config.json").write_text('{"delta": 1}')
    (ready / "unused.json").write_text("{}")
    (ready / "big.bin").write_bytes(bytes(300_000))
    packed = submitting.submit(ready)
    assert packed.files == (*FILES, "plots.py", "linear_classifier.ipynb", "config.json", *LAST)
    assert packed.warnings[0] == "big.bin, which a module names, was left out because it is above 250 kB."
    assert packed.checked.questions()["l2"] == "passed"
    with zipfile.ZipFile(packed.path) as archive:
        said = json.loads(archive.read("checked_with.json"))
    assert said["python"] == platform.python_version()
    assert said["numpy"] == np.__version__


@pytest.mark.parametrize("missing", [["sgd"], ["loss", "gradient"]])
def test_a_missing_module_means_no_zip(ready, missing):
    for module in missing:
        (ready / f"{module}.py").unlink()
    with pytest.raises(SubmitError) as caught:
        submitting.submit(ready)
    names = " and ".join(f"{module}.py" for module in missing)
    assert str(caught.value).startswith(f"No zip was made because {names} ")
    assert not list(ready.glob("*.zip*"))
    assert not list(ready.glob(".submission*"))


@pytest.mark.parametrize("name", ["sgd (1).py", "SGD.py", "sgd.py.txt", "Copy of sgd.py", "sgd.ipynb"])
def test_a_module_under_an_odd_name_is_pointed_out(ready, name):
    (ready / "sgd.py").rename(ready / name)
    with pytest.raises(SubmitError, match=re.escape(f"rename {name} and submit again")):
        submitting.submit(ready)


@pytest.mark.slow
def test_an_older_zip_is_not_mistaken_for_a_new_one(ready):
    before = submitting.submit(ready).path.read_bytes()
    (ready / "sgd.py").unlink()
    with pytest.raises(SubmitError, match=r"The submission\.zip that is there is an older one"):
        submitting.submit(ready)
    assert (ready / "submission.zip").read_bytes() == before


@pytest.mark.slow
def test_a_module_that_raises_on_import_is_packed_and_told(ready, capsys):
    (ready / "loss.py").write_text("1 / 0\n")
    packed = submitting.submit(ready)
    assert opened(packed.path).modules["loss"] == b"1 / 0\n"
    said = capsys.readouterr().out
    assert "BROKEN  loss.py cannot be imported: ZeroDivisionError: division by zero" in said
    assert "loss.py, line 1: 1 / 0" in said
    last = " ".join(packed.summary.split("\n\n")[-1].split())
    assert last.startswith(f"{packed.path} was made, but loss.py in it cannot be imported: ")
    lost = re.search(r"these questions earn nothing: (.*)\. Correct it, save it, and submit again\.$", last)[
        1
    ]
    blocked = [name for name, state in packed.checked.questions().items() if state == "blocked"]
    assert "svm_loss" in blocked
    assert "l2" not in blocked
    assert lost.split(", ") == blocked
    assert "is ready" not in packed.summary


@pytest.mark.slow
def test_what_the_zip_holds_is_checked_not_what_lies_beside_it(ready):
    (ready / "helpers").mkdir()
    (ready / "helpers" / "__init__.py").write_text("TWO = 2.0\n")
    (ready / "regularization.py").write_text(
        (ready / "regularization.py").read_text() + "\nimport helpers\nimport more\n"
    )
    (ready / "more.py").write_text("import colab_setup\n")
    (ready / "drawing.py").write_text("import colab_setup\n")  # as plots.py: no module imports it
    (ready / "colab_setup").mkdir()
    packed = submitting.submit(ready)
    assert packed.checked.questions()["l2"] == "passed"  # what is missing is survived
    assert packed.warnings[0].startswith("regularization.py imports the folder ")
    both = " ".join(packed.warnings)
    assert "helpers/, and only files beside the notebook are handed in" in both
    assert "more.py imports the folder colab_setup/, and the grader does not have it" in both
    assert "drawing.py" not in both


def test_no_notebook_means_no_zip(ready, tmp_path):
    (ready / "linear_classifier.ipynb").unlink()
    with pytest.raises(SubmitError, match="there is no notebook in"):
        submitting.submit(ready, mountpoint=tmp_path / "drive")
    assert not (ready / "submission.zip").exists()


def test_a_notebook_that_is_empty_means_no_zip(ready):
    for content in ("", "{", '{"cells": []}', "[]", *NO_NOTEBOOKS):
        (ready / "linear_classifier.ipynb").write_text(content)
        with pytest.raises(SubmitError, match="empty or damaged"):
            submitting.submit(ready)
    assert not (ready / "submission.zip").exists()


@pytest.mark.slow
def test_a_notebook_that_was_never_saved_after_running_is_warned_of(stubs):
    os.utime(stubs / "linear_classifier.ipynb")  # copied in any order, it may look older than a module
    warning, *_ = submitting.submit(stubs).warnings
    assert warning.startswith("No cell of linear_classifier.ipynb was run when it was saved")


@pytest.mark.slow
def test_of_two_notebooks_the_one_with_the_assignments_name_is_taken_alone(ready):
    (ready / "linear_classifier (1).ipynb").write_bytes(NOTEBOOK)
    packed = submitting.submit(ready)
    assert packed.files == (*FILES, "plots.py", "linear_classifier.ipynb", *LAST)
    assert opened(packed.path).notebook == (ready / "linear_classifier.ipynb").read_bytes()
    assert packed.warnings == (
        "There are other notebooks (linear_classifier (1).ipynb): linear_classifier.ipynb was taken, alone.",
    )


@pytest.mark.slow
def test_two_notebooks_of_other_names_mean_no_zip(ready):
    (ready / "linear_classifier.ipynb").rename(ready / "mine.ipynb")
    assert submitting.submit(ready).notebook.path.name == "mine.ipynb"
    (ready / "mine too.ipynb").write_bytes(NOTEBOOK)
    with pytest.raises(SubmitError, match=r"there are 2 notebooks \(mine too\.ipynb, mine\.ipynb\)"):
        submitting.submit(ready, out=ready / "new.zip")
    assert not (ready / "new.zip").exists()


@pytest.mark.slow
def test_changes_that_are_not_saved_are_warned_of(ready):
    os.utime(ready / "sgd.py")
    (ready / ".loss.py.swp").write_text("")
    first, second = submitting.submit(ready).warnings
    assert first.startswith("An editor has loss.py open with changes (.loss.py.swp)")
    assert second.startswith("linear_classifier.ipynb was saved before the last change of sgd.py")


@pytest.mark.slow
def test_in_colab_the_notebook_is_taken_from_colab_notebooks(ready, colab):
    place = colab.my_drive / "Colab Notebooks"
    place.mkdir(parents=True)
    (ready / "linear_classifier.ipynb").rename(place / "Copy of linear_classifier.ipynb")
    packed = submitting.submit(ready, mountpoint=colab.mountpoint)
    assert packed.notebook.path == place / "Copy of linear_classifier.ipynb"
    assert opened(packed.path).notebook == packed.notebook.path.read_bytes()
    assert (
        packed.warnings[0] == f"The notebook was taken from {place}, since there is none beside the modules."
    )


@pytest.mark.slow
def test_in_a_cell_of_colab_the_notebook_on_the_screen_is_taken_and_the_zip_downloaded(
    ready, colab, tmp_path, monkeypatch
):
    screen = tmp_path / "screen.ipynb"
    screen.write_bytes(NOTEBOOK)
    colab.shows(screen)
    monkeypatch.setattr("colab_setup.machine.runtime.kernel", object)
    packed = submitting.submit(ready)
    assert json.loads(opened(packed.path).notebook) == json.loads(NOTEBOOK)
    assert "as it is on the screen now" in packed.summary
    assert colab.log() == ["blocking_request get_ipynb", f"download {packed.path}"]


@pytest.mark.slow
@pytest.mark.parametrize("shown", ["nothing", "[1]", *NO_NOTEBOOKS])
def test_where_the_front_end_does_not_answer_the_saved_notebook_is_taken(
    ready, colab, tmp_path, monkeypatch, shown
):
    if shown != "nothing":
        (tmp_path / "screen.ipynb").write_text(shown)
        colab.shows(tmp_path / "screen.ipynb")
    monkeypatch.setattr("colab_setup.machine.runtime.kernel", object)
    assert submitting.submit(ready).notebook.path == ready / "linear_classifier.ipynb"


@pytest.mark.slow
def test_the_newest_checkpoint_goes_along(ready):
    for name in ("svm", "softmax"):
        written = Checkpointer(ready / "checkpoints" / name).save(3, W=np.ones(2))
    os.utime(written, (time.time() + 5,) * 2)
    packed = submitting.submit(ready)
    assert packed.files[-1] == "checkpoint.ckpt"
    with zipfile.ZipFile(packed.path) as archive:
        assert archive.read("checkpoint.ckpt") == written.read_bytes()
    assert opened(packed.path).notes == ()


@pytest.mark.slow
def test_a_checkpoint_that_is_damaged_or_too_big_is_left_out_and_told(ready, monkeypatch):
    written = Checkpointer(ready / "checkpoints").save(3, W=np.ones(2))
    monkeypatch.setattr(along, "MAX_ATTACHMENT_BYTES", 10)
    packed = submitting.submit(ready)
    assert "checkpoint.ckpt" not in packed.files
    assert "above 100 MB" in packed.warnings[0]
    monkeypatch.undo()
    written.write_bytes(written.read_bytes()[:40])
    packed = submitting.submit(ready)
    assert "checkpoint.ckpt" not in packed.files
    assert "damaged" in packed.warnings[0]


@pytest.mark.slow
def test_the_other_files_that_the_assignment_asks_for_go_along(ready, monkeypatch):
    described = json.loads((ready / "assignment.json").read_text())
    (ready / "assignment.json").write_text(
        json.dumps(described | {"attachments": ["weights.pt", "log.json"]})
    )
    (ready / "weights.pt").write_bytes(b"weights")
    packed = submitting.submit(ready)
    with zipfile.ZipFile(packed.path) as archive:
        assert archive.read("weights.pt") == b"weights"
        assert "log.json" not in archive.namelist()
    monkeypatch.setattr(along, "MAX_ATTACHMENT_BYTES", 3)
    packed = submitting.submit(ready)
    assert packed.warnings[0] == "weights.pt was left out because it is above 100 MB."


def test_a_full_disk_leaves_no_zip_and_no_rest(ready, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SubmitError, match="no space left on device"):
        submitting.submit(ready)
    assert not list(ready.glob("*.zip*"))
    assert not list(ready.glob(".submission*"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_only_a_full_disk_wants_space_freed(ready, monkeypatch, number):
    def refused(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(SubmitError) as caught:
        submitting.submit(ready)
    assert os.strerror(number).lower() in str(caught.value)
    is_full = number in (errno.ENOSPC, errno.EDQUOT)
    assert ("free some space" in str(caught.value), "another place" in str(caught.value)) == (
        is_full,
        not is_full,
    )


def test_a_folder_as_the_zips_name_is_told(ready, tmp_path):
    with pytest.raises(SubmitError) as caught:
        submitting.submit(ready, out=tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is a folder: name the zip to make, for instance {tmp_path / 'submission.zip'}."
    )


@pytest.mark.parametrize("kind", ["a folder", "a link that leads nowhere"])
def test_a_module_that_is_no_file_is_told_as_what_it_is(ready, kind):
    path = ready / "sgd.py"
    path.unlink()
    path.mkdir() if kind == "a folder" else path.symlink_to(ready / "gone.py")
    with pytest.raises(SubmitError) as caught:
        submitting.submit(ready)
    assert str(caught.value) == (
        f"No zip was made because sgd.py in {ready} is {kind}: put the file itself there and submit again."
    )
    assert not (ready / "submission.zip").exists()


def test_a_folder_that_is_no_assignment_is_told(tmp_path):
    with pytest.raises(FolderError, match=r"There is no assignment\.json"):
        submitting.submit(tmp_path)


def test_the_limits_are_those_of_the_grader():
    assert submission_rules.MAX_MODULE_BYTES == grader.MAX_MODULE_BYTES
    for name in ("MAX_HELPER_BYTES", "MAX_HELPERS_BYTES"):
        assert getattr(submission_rules, name) == getattr(companions, name)
    assert submission_rules.MAX_NOTEBOOK_BYTES <= grader.MAX_NOTEBOOK_BYTES
    assert submission_rules.MAX_ATTACHMENT_BYTES == companions.MAX_ATTACHMENT_BYTES
    assert submission_rules.MAX_TOTAL_BYTES < grader_archive.MAX_TOTAL_BYTES


def entry(name, *, kind=0o100644, method=zipfile.ZIP_DEFLATED):
    info = zipfile.ZipInfo(name)
    info.external_attr, info.compress_type = kind << 16, method
    return info


def zipped(path, files, *, extra=()):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(entry(name) if isinstance(name, str) else name, content)
        for info, content in extra:
            archive.writestr(info, content)
    return path


GOOD = {**dict.fromkeys(FILES, b"x = 1\n"), "linear_classifier.ipynb": NOTEBOOK}
BIG = b"#" * 1_000_001


@pytest.mark.parametrize(
    "files",
    [
        GOOD,
        GOOD | {"helper.py": b"#" * 250_000},
        GOOD | {"loss.py": b"#" * 1_000_000},
        GOOD | {"checkpoint.ckpt": BIG},
    ],
    ids=["plain", "helper", "large module", "checkpoint"],
)
def test_what_the_students_rules_accept_the_grader_takes_without_remark(tmp_path, files):
    path = zipped(tmp_path / "submission.zip", files)
    assert verify(path, MODULES) == files
    found = opened(path)
    assert set(found.modules) == set(MODULES)
    assert found.notebook == NOTEBOOK
    assert found.notes == ()


WRONG = {
    "nothing": {},
    "a module is missing": {name: content for name, content in GOOD.items() if name != "sgd.py"},
    "in another case": {name.replace("sgd", "SGD"): content for name, content in GOOD.items()},
    "a copy as Colab names it": {name.replace("sgd", "sgd (1)"): content for name, content in GOOD.items()},
    "in a folder": {f"hw/{name}": content for name, content in GOOD.items()},
    "a large module": GOOD | {"loss.py": BIG},
    "a large helper": GOOD | {"helper.py": b"#" * 250_001},
    "many helpers": GOOD | {f"helper{number}.py": b"#" * 249_000 for number in range(17)},
    "a large notebook": GOOD | {"linear_classifier.ipynb": NOTEBOOK + b" " * 60_000_000},
    "no notebook": {name: content for name, content in GOOD.items() if name.endswith(".py")},
    "two notebooks": GOOD | {"b.ipynb": NOTEBOOK},
    "a path that leads out": GOOD | {"../x.py": b""},
    "an absolute path": GOOD | {"/x.py": b""},
    "a drive's letter": GOOD | {"C:x.py": b""},
    "a link": GOOD | {entry("link", kind=0o120777): b"loss.py"},
    "an uncommon method": GOOD | {entry("x", method=zipfile.ZIP_BZIP2): b""},
}


@pytest.mark.parametrize("files", WRONG.values(), ids=WRONG.keys())
def test_what_the_grader_refuses_or_remarks_on_the_students_rules_refuse(tmp_path, files):
    path = zipped(tmp_path / "submission.zip", files)
    try:
        found = opened(path)
    except grader.SubmissionError:
        pass
    else:
        assert found.notes or found.notebook is None
    with pytest.raises(SubmitError) as caught:
        verify(path, MODULES)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", NO_NOTEBOOKS)
def test_a_notebook_that_is_none_is_refused_in_a_sentence(tmp_path, content):
    path = zipped(tmp_path / "submission.zip", GOOD | {"linear_classifier.ipynb": content.encode()})
    with pytest.raises(SubmitError, match=r"^linear_classifier\.ipynb is empty or damaged"):
        verify(path, MODULES)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("damage", ["twice", "cut off", "a flipped byte", "no zip", "encrypted"])
def test_damaged_zips_are_refused_by_both(tmp_path, damage):
    path = tmp_path / "submission.zip"
    zipped(path, GOOD, extra=[(entry("sgd.py"), b"y = 2\n")] if damage == "twice" else [])
    content = bytearray(path.read_bytes())
    if damage == "cut off":
        content = content[:-40]
    elif damage == "a flipped byte":
        content[content.index(b"loss.py") + 8] ^= 0xFF
    elif damage == "no zip":
        content = bytearray(b"Rar!")
    elif damage == "encrypted":
        content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(grader.SubmissionError):
        opened(path)
    with pytest.raises(SubmitError):
        verify(path, MODULES)


def test_a_zip_that_came_out_wrong_takes_no_name(ready, monkeypatch):
    monkeypatch.setattr(submitting, "verify", lambda path, modules: {})
    with pytest.raises(SubmitError, match="does not hold what was put into it"):
        submitting.submit(ready)
    assert not list(ready.glob("*.zip*"))
    assert not list(ready.glob(".submission*"))


def test_written_questions_without_an_answer_are_told(stubs):
    notebook = Notebook("linear_classifier.ipynb", (stubs / "linear_classifier.ipynb").read_bytes(), None)
    (told,) = along.unanswered(notebook)
    assert told.startswith("There is no answer yet to shifted_scores, templates")
    answered = notebook.content.replace(b"*Write your answer here.*", b"*Nothing* changes, since ...")
    assert along.unanswered(replace(notebook, content=answered)) == []
