"""Temporary folders after runs that ended in every way."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder import temporary
from autograder.temporary import Folder


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The temporary folder, empty."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    temporary._remove_dead.cache_clear()


def process(place, code):
    """A process that has made a folder with something in it, runs `code`, and waits; and its folder."""
    program = (
        "import os, sys, time\nfrom autograder.temporary import Folder\nfolder = Folder('data')\n"
        f"(folder.path / 'deep').mkdir()\n{code}\nprint(folder.path, flush=True)\ntime.sleep(100)"
    )
    started = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(place)},
    )
    with started.stdout as said:
        return started, Path(said.readline().strip())


@pytest.mark.slow
def test_more_long_names_than_a_command_can_have_are_removed(place):
    left = [place / f"{number:04}{'n' * 250}" for number in range(8400)]
    for path in left:
        path.touch()
    temporary.remove(*left)
    assert list(place.iterdir()) == []


def test_removing_raises_nothing_where_no_program_can_be_started(place, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    temporary.remove(place / "a")


def test_what_a_killed_process_leaves_is_removed_at_the_next_start(place):
    killed, left = process(place, "")
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert (left / "deep").is_dir()
    with Folder("data") as folder:
        assert list(place.iterdir()) == [folder]
    assert list(place.iterdir()) == []


def test_a_folder_stays_as_long_as_its_process_or_one_forked_from_it_lives(place):
    living, kept = process(place, "")
    forked, left = process(
        place, "child = os.fork() or time.sleep(100)\n(folder.path / 'child').write_text(str(child))"
    )
    try:
        with Folder("data") as folder:
            assert set(place.iterdir()) == {folder, kept, left}
        forked.send_signal(signal.SIGKILL)  # the child sleeps on
        forked.wait()
        temporary._remove_dead.cache_clear()
        with Folder("data") as folder:
            assert set(place.iterdir()) == {folder, kept, left}
    finally:
        os.kill(int((left / "child").read_text()), signal.SIGKILL)
        for one in (living, forked):
            one.kill()
            one.wait()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to another user")
def test_what_is_another_users_stays(place):
    theirs = place / f"{temporary.PREFIX}theirs"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)
    with Folder("data"):
        pass
    assert list(place.iterdir()) == [theirs]


def test_links_are_not_followed_and_files_left(place):
    target = place / "target"
    target.mkdir()
    (place / f"{temporary.PREFIX}link").symlink_to(target)
    (place / f"{temporary.PREFIX}file").touch()
    (target / "file").touch()
    with Folder("data"):
        pass
    assert len(list(place.iterdir())) == 3
    assert (target / "file").exists()


def test_a_folder_that_was_taken_for_a_dead_ones_before_it_was_locked_is_made_again(place, monkeypatch):
    lock, taken = fcntl.flock, []

    def late(descriptor, operation):
        lock(descriptor, operation)
        if not taken:
            taken.extend(place.iterdir())
            shutil.rmtree(taken[0])

    monkeypatch.setattr(fcntl, "flock", late)
    with Folder("data") as folder:
        assert folder.is_dir()
        assert folder not in taken


def test_without_locks_folders_are_made_and_nothing_is_taken_for_dead(place, monkeypatch):
    def none(descriptor, operation):
        raise OSError("No locks available")

    left = place / f"{temporary.PREFIX}left"
    left.mkdir()
    monkeypatch.setattr(fcntl, "flock", none)
    with Folder("data") as folder:
        assert folder.is_dir()
    assert list(place.iterdir()) == [left]


@pytest.mark.slow
def test_folders_nested_as_deep_as_a_stranger_likes_are_removed(place):
    folder = Folder("data")
    here = os.open(folder.path, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("a", dir_fd=here)
        deeper = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    folder.remove()
    folder.remove()
    assert list(place.iterdir()) == []
