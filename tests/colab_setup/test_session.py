"""The one call of the notebook's first cell, in Colab and on a laptop."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from colab_setup import SetupError, images, setup
from colab_setup.machine import gpu
from tests.colab_setup.small_data import image_files, write_zip


@pytest.fixture(autouse=True)
def machine(here, tmp_path, monkeypatch):
    """A machine without a GPU, its caches in a temporary folder; torch's seeds and settings are tested elsewhere."""
    device = gpu.Device("cpu", (), None, "seed 0", None)
    monkeypatch.setattr(gpu, "prepare", lambda **asked: device)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def small_zip(tmp_path):
    return write_zip(tmp_path / "small.zip", image_files())


def started(colab, **options):
    return setup("linear_classifier", mountpoint=colab.mountpoint, progress=False, **options)


def test_on_a_laptop_the_folder_itself_takes_the_place_of_drive(stubs, monkeypatch, small_zip, capsys):
    monkeypatch.chdir(stubs)
    shutil.copyfile(small_zip, stubs / "data.zip")
    found = setup("linear_classifier", progress=False)
    assert (found.colab, found.device, found.gpu) == (False, "cpu", None)
    assert found.folder == found.drive == stubs
    assert found.checkpoints == stubs / "checkpoints"
    assert found.data.name == "cifar10"
    assert len(found.data.X_train) == 30
    assert found.problems == ()
    assert capsys.readouterr().out == found.summary + "\n"
    assert repr(found) == found.summary


@pytest.mark.slow
def test_without_data_the_synthetic_set_stands_in_and_says_so(stubs, monkeypatch, capsys):
    monkeypatch.chdir(stubs)
    found = setup("linear_classifier", progress=False)
    assert found.data.name == "synthetic"
    (problem,) = found.problems
    assert "put the course's data.zip or cifar10.zip beside the notebook" in problem
    printed = capsys.readouterr().out
    assert "synthetic stand-in for CIFAR-10" in printed
    assert "To do:\n- No data was found" in printed


@pytest.mark.slow
def test_a_truncated_zip_is_told_and_the_synthetic_set_stands_in(stubs, monkeypatch, small_zip):
    monkeypatch.chdir(stubs)
    (stubs / "cifar10.zip").write_bytes(small_zip.read_bytes()[:-100])
    found = setup("linear_classifier", progress=False)
    assert found.data.name == "synthetic"
    (problem,) = found.problems
    assert problem.startswith("cifar10.zip cannot be read as a zip")
    assert problem.endswith("Until then synthetic images stand in for CIFAR-10.")


@pytest.mark.slow
def test_data_that_is_asked_for_and_not_there_is_told(here):
    found = setup("linear_classifier", data=here / "none.zip", progress=False)
    assert found.data.name == "synthetic"
    assert found.problems[0].startswith(f"There is no data at {here / 'none.zip'}")


def test_in_colab_all_is_found_on_drive_and_the_data_comes_to_the_machines_own_disk(colab, stubs, small_zip):
    colab.my_drive.mkdir(parents=True)
    folder = colab.my_drive / "linear_classifier"
    stubs.rename(folder)
    shutil.copyfile(small_zip, folder / "data.zip")
    before = sorted(folder.rglob("*"))
    found = started(colab)
    assert found.folder == found.drive == folder
    assert found.checkpoints == folder / "checkpoints"
    assert Path.cwd() == folder
    assert sys.path[0] == str(folder)
    assert (colab.content / "data" / "data.zip").read_bytes() == small_zip.read_bytes()
    assert sorted(folder.rglob("*")) == sorted([*before, folder / "checkpoints"])
    assert found.data.name == "cifar10"
    assert "Google Drive" in found.summary


@pytest.mark.slow
def test_drive_is_mounted_once_and_the_data_copied_once(colab, small_zip):
    first = started(colab)
    shutil.copyfile(small_zip, colab.my_drive / "cifar10.zip")
    assert first.data.name == "synthetic"
    assert started(colab).data.name == "cifar10"
    copy = colab.content / "data" / "cifar10.zip"
    written = copy.stat().st_ctime_ns
    again = started(colab)
    assert again.data.name == "cifar10"
    assert copy.stat().st_ctime_ns == written
    assert len([line for line in colab.log() if line.startswith("mount")]) == 1
    assert len(list(copy.parent.iterdir())) == 1


def test_new_data_on_drive_replaces_the_old_copy(colab, small_zip, tmp_path):
    colab.my_drive.mkdir(parents=True)
    shutil.copyfile(small_zip, colab.my_drive / "data.zip")
    assert len(started(colab).data.X_train) == 30
    write_zip(tmp_path / "larger.zip", image_files(train=4))
    shutil.copyfile(tmp_path / "larger.zip", colab.my_drive / "data.zip")
    assert len(started(colab).data.X_train) == 40


def test_a_refused_drive_is_told_and_the_session_goes_on_without(colab, here):
    colab.answers("refused")
    found = started(colab)
    assert found.drive == here
    assert found.checkpoints.is_dir()
    assert "did not get the permission" in found.problems[0]
    assert "lost when Colab ends it" in found.problems[0]
    assert "local" in found.summary


def test_a_shared_folder_gives_the_data_and_is_not_written_to(colab, small_zip):
    shared = colab.mountpoint / ".shortcut-targets-by-id" / "1aB" / "linear_classifier"
    shared.mkdir(parents=True)
    colab.my_drive.mkdir()
    (colab.my_drive / "linear_classifier").symlink_to(shared)
    shutil.copyfile(small_zip, shared / "data.zip")
    found = started(colab)
    assert found.data.name == "cifar10"
    assert found.drive == colab.my_drive / "linear_classifier-work"
    assert [path.name for path in shared.iterdir()] == ["data.zip"]


@pytest.mark.slow
def test_a_folder_that_is_given_takes_the_place_of_drive(colab, here):
    found = started(colab, drive=here / "kept")
    assert found.drive == here / "kept"
    assert colab.log() == []


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_to_is_told(here):
    (here / "kept").mkdir()
    (here / "kept" / "checkpoints").write_text("a file in the way")
    found = setup("linear_classifier", drive=here / "kept", progress=False)
    assert f"{here / 'kept' / 'checkpoints'} cannot be written to" in found.problems[0]


@pytest.mark.slow
def test_a_disk_that_is_full_is_told(colab, small_zip, monkeypatch):
    colab.my_drive.mkdir(parents=True)
    shutil.copyfile(small_zip, colab.my_drive / "data.zip")

    def full(source, destination, shown):
        Path(destination).write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(images, "_copied", full)
    found = started(colab)
    assert found.data.name == "synthetic"
    assert found.problems[0].startswith("The disk is full, so that data.zip could not be copied to ")
    assert list((colab.content / "data").iterdir()) == []


@pytest.mark.slow
def test_a_copy_from_drive_that_came_only_in_part_is_not_used(colab, small_zip, monkeypatch):
    colab.my_drive.mkdir(parents=True)
    shutil.copyfile(small_zip, colab.my_drive / "data.zip")
    monkeypatch.setattr(images, "_copied", lambda source, to, shown: to.write_bytes(b"half of it"))
    found = started(colab)
    assert "came from Drive only in part" in found.problems[0]
    assert list((colab.content / "data").iterdir()) == []


@pytest.mark.slow
def test_a_gpu_that_is_required_and_not_there_stops_the_cell_with_one_sentence(here, monkeypatch):
    with pytest.raises(SetupError, match="needs an NVIDIA GPU"):
        setup("gpu_training", gpu_required=True, progress=False)
    told = gpu.Device("cpu", (), None, "seed 0", gpu.NO_GPU)
    monkeypatch.setattr(gpu, "prepare", lambda **asked: told)
    with pytest.raises(SetupError) as caught:
        setup("gpu_training", gpu_required=True, progress=False)
    assert str(caught.value) == gpu.NO_GPU
    assert setup("linear_classifier", progress=False).problems[0] == gpu.NO_GPU


@pytest.mark.slow
def test_what_is_asked_of_the_gpu_reaches_it(here, monkeypatch):
    found = gpu.Gpu("Tesla T4", 15360, "535.1", "12.2")
    asked = {}

    def prepare(**options):
        asked.update(options)
        return gpu.Device("cuda", (found,), "2.9", "seed 7", None)

    monkeypatch.setattr(gpu, "prepare", prepare)
    ready = setup("gpu_training", seed=7, deterministic=True, tf32=False, gpu_required=True, progress=False)
    wanted = {"seed": 7, "deterministic": True, "tf32": False, "colab": False, "with_torch": True}
    assert asked == wanted
    assert (ready.device, ready.gpu, ready.seed) == ("cuda", found, 7)
    assert "Tesla T4, 15 GB, driver 535.1, CUDA 12.2" in ready.summary


@pytest.mark.slow
def test_the_folder_of_another_assignment_is_not_taken(stubs, colab, monkeypatch):
    monkeypatch.chdir(stubs)
    place = colab.my_drive / "linear_regression"
    place.mkdir(parents=True)
    (place / "linear_regression.ipynb").write_text("{}")
    assert setup("linear_regression", mountpoint=colab.mountpoint, progress=False).folder == place
    assert os.getcwd() == str(place)
