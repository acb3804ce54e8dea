"""Mounting Drive once, what is said of a refusal, and finding folders on it."""

import errno
import os

import pytest

from colab_setup.machine import drive


def test_drive_is_mounted_once(colab):
    drive.mount(colab.mountpoint)
    drive.mount(colab.mountpoint)
    assert colab.log() == [f"mount {colab.mountpoint} False 120000 False"]


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        ("refused", "allow all that it asks for"),
        ("slow", "did not answer within 120 seconds"),
        ("used", "Disconnect and delete runtime"),
        ("policy", "private account"),
        ("none", "download them at the end"),
        ("terminal", "from a cell of the notebook only"),
        ("empty", "Restart session"),
    ],
)
def test_each_way_to_fail_is_one_sentence_with_what_to_do(colab, answer, advice):
    colab.answers(answer)
    with pytest.raises(drive.DriveError) as caught:
        drive.mount(colab.mountpoint)
    message = str(caught.value)
    assert advice in message
    assert "\n" not in message
    assert message.endswith(".")
    assert caught.value._render_traceback_() == [message]


def folder(path):
    path.mkdir(parents=True)
    return path


def test_the_own_folder_comes_before_a_shared_one(colab):
    shared = folder(colab.mountpoint / "Shareddrives" / "Course" / "linear_classifier")
    target = folder(colab.mountpoint / ".shortcut-targets-by-id" / "1aB" / "linear_classifier")
    own = folder(colab.my_drive / "linear_classifier")
    assert drive.find_folders("linear_classifier", colab.mountpoint) == (own, target, shared)


def test_a_shortcut_and_its_target_are_one_folder(colab):
    target = folder(colab.mountpoint / ".shortcut-targets-by-id" / "1aB" / "linear_classifier")
    colab.my_drive.mkdir()
    shortcut = colab.my_drive / "linear_classifier"
    shortcut.symlink_to(target)
    assert drive.find_folders("linear_classifier", colab.mountpoint) == (shortcut,)


def test_shortcut_targets_below_my_drive_are_found_too(colab):
    target = folder(colab.my_drive / ".shortcut-targets-by-id" / "1aB" / "linear_classifier")
    assert drive.find_folders("linear_classifier", colab.mountpoint) == (target,)


def test_a_shortcut_to_what_is_shared_no_more_and_a_file_are_passed_over(colab):
    colab.my_drive.mkdir(parents=True)
    (colab.my_drive / "linear_classifier").symlink_to(colab.mountpoint / "gone")
    (colab.my_drive / "Colab Notebooks").mkdir()
    (colab.my_drive / "Colab Notebooks" / "linear_classifier").write_text("a file")
    assert drive.find_folders("linear_classifier", colab.mountpoint) == ()


def test_a_folder_is_writable_when_a_file_can_be_made_in_it(tmp_path):
    assert drive.is_writable(tmp_path / "new" / "one")
    assert list((tmp_path / "new" / "one").iterdir()) == []
    (tmp_path / "file").write_text("")
    assert not drive.is_writable(tmp_path / "file" / "below")


@pytest.mark.parametrize("number", [errno.ENOTCONN, errno.EIO, errno.ESTALE])
def test_a_mount_that_answers_no_more_is_made_again_or_told_in_one_sentence(colab, monkeypatch, number):
    broken, real = [True], os.stat

    def stat(path, *args, **kwargs):
        if broken[0] and str(path).startswith(str(colab.mountpoint)):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "stat", stat)
    assert not drive.is_mounted(colab.mountpoint)
    assert drive.find_folders("linear_classifier", colab.mountpoint) == ()
    with pytest.raises(drive.DriveError, match="has broken off .* Disconnect and delete runtime") as caught:
        drive.mount(colab.mountpoint)
    assert "\n" not in str(caught.value)
    assert colab.log()[-1] == f"mount {colab.mountpoint} True 120000 False"
    broken[0] = False
    drive.mount(colab.mountpoint)
    assert drive.is_mounted(colab.mountpoint)
