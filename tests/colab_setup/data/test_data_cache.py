"""A cache is whole or not there, and never outlives a change of what it was made from."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from colab_setup.data import cache as caches
from colab_setup.data import loading as data
from colab_setup.data import processes
from colab_setup.data.loading import DataError, load
from tests.colab_setup.small_data import image_files, jpeg, write_folder, write_zip

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "data.zip", image_files())


def no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "decode_all", lambda *args: pytest.fail("decoded again"))


def in_another_process(code: str, *, check: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=check, capture_output=True, text=True, timeout=60
    )


def test_the_second_call_maps_the_cache(archive: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(archive, cache=cache)
    no_decoding(monkeypatch)
    second = load(archive, cache=cache)
    assert isinstance(second.X_train, np.memmap)
    assert not second.X_train.flags.writeable
    assert np.array_equal(first.X_train, second.X_train)
    assert second.source == first.source


def test_the_default_place_follows_the_environment(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    load(archive)
    assert len(list((tmp_path / "xdg" / "deep-learning-coursework").iterdir())) == 1

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    load(archive)
    assert len(list((tmp_path / "home" / ".cache" / "deep-learning-coursework").iterdir())) == 1


def test_a_changed_zip_makes_a_new_cache(archive: Path, cache: Path) -> None:
    before = load(archive, cache=cache)
    write_zip(archive, image_files() | {"cifar10/test/cat/0001.jpg": jpeg(99)})
    after = load(archive, cache=cache)
    assert not np.array_equal(before.X_test, after.X_test)


def test_a_change_that_keeps_size_and_time_is_seen_in_the_zips_table(archive: Path, cache: Path) -> None:
    before = load(archive, cache=cache)
    files = image_files()
    one, other = "cifar10/test/cat/0001.jpg", "cifar10/test/dog/0001.jpg"
    files[one], files[other] = files[other], files[one]
    status = archive.stat()
    write_zip(archive, files)
    os.utime(archive, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert archive.stat().st_size == status.st_size
    assert not np.array_equal(before.X_test, load(archive, cache=cache).X_test)


def test_a_changed_folder_makes_a_new_cache(tmp_path: Path, cache: Path) -> None:
    folder = write_folder(tmp_path / "d", image_files())
    before = load(folder, cache=cache)
    (folder / "cifar10/test/cat/0001.jpg").write_bytes(jpeg(99))
    assert not np.array_equal(before.X_test, load(folder, cache=cache).X_test)
    (folder / "cifar10/test/cat/0002.jpg").unlink()
    assert len(load(folder, cache=cache).y_test) == len(before.y_test) - 1


@pytest.mark.parametrize("name", ["X_train.npy", "y_test.npy", "dataset.json"])
@pytest.mark.parametrize("keep", [0.0, 0.6])
def test_a_cache_that_is_not_whole_is_made_again(archive: Path, cache: Path, name: str, keep: float) -> None:
    whole = load(archive, cache=cache)
    expected = np.array(whole.X_train), np.array(whole.y_test), whole.source
    (folder,) = cache.iterdir()
    content = (folder / name).read_bytes()
    (folder / name).unlink()
    (folder / name).write_bytes(content[: int(len(content) * keep)])

    again = load(archive, cache=cache)
    assert np.array_equal(again.X_train, expected[0])
    assert np.array_equal(again.y_test, expected[1])
    assert again.source == expected[2]
    assert [path.name for path in cache.iterdir()] == [folder.name]


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_that_is_taken_for_a_cache(archive: Path, cache: Path) -> None:
    killed = in_another_process(
        "import os\nfrom pathlib import Path\nfrom colab_setup.data import cache, load\n"
        "cache.write_description = lambda *args: os._exit(9)\n"
        f"load(Path({str(archive)!r}), cache=Path({str(cache)!r}))"
    )
    assert killed.returncode == 9
    (partial,) = cache.iterdir()
    assert (partial / "X_train.npy").stat().st_size > 30 * 3072

    assert len(load(archive, cache=cache).y_train) == 30
    long_ago = time.time() - 7200
    os.utime(partial, (long_ago, long_ago))
    write_zip(archive, image_files(train=4))
    load(archive, cache=cache)
    assert not partial.exists()


def test_an_interrupted_run_cleans_up(archive: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "decode_all", interrupt)
    with pytest.raises(KeyboardInterrupt):
        load(archive, cache=cache)
    assert list(cache.iterdir()) == []


@pytest.mark.slow
def test_two_at_once_both_get_the_data(archive: Path, cache: Path) -> None:
    code = (
        "from pathlib import Path\nfrom colab_setup.data import load\n"
        f"print(load(Path({str(archive)!r}), cache=Path({str(cache)!r})).X_train.sum())"
    )
    command = [sys.executable, "-c", code]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    sums = {process.communicate(timeout=60)[0] for process in running}
    assert sums == {f"{load(archive, cache=cache).X_train.sum()}\n"}
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("where", ["labels", "images", "images in processes"])
def test_a_full_disk_is_reported_and_nothing_stays(
    archive: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if where == "labels":
        monkeypatch.setattr(caches, "write_array", full)
    elif where == "images":
        monkeypatch.setattr(processes.decoding, "decode", full)
    else:
        # Files of processes that are started from here may grow to 40 kB: ENOSPC without a small disk.
        resource = pytest.importorskip("resource", reason="needs limits on the size of files")
        monkeypatch.setattr(processes, "FEW_IMAGES", 0)
        monkeypatch.setattr(processes, "available_cores", lambda: 2)
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        start = subprocess.Popen

        def limited(*args: object, **kwargs: object) -> object:
            limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))  # noqa: E731
            return start(*args, preexec_fn=limit, **kwargs)

        monkeypatch.setattr(processes.subprocess, "Popen", limited)
    with pytest.raises(DataError, match="The disk is full.*free about 200 MB"):
        load(archive, cache=cache)
    assert list(cache.iterdir()) == []


@pytest.mark.slow
def test_a_really_full_disk_is_reported(archive: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    code = (
        "from pathlib import Path\nfrom colab_setup.data import DataError, load\n"
        f"small = Path({str(small)!r})\n"
        f"try: load(Path({str(archive)!r}), cache=small)\n"
        "except DataError as error: print(error, list(small.iterdir()))"
    )
    mount = f"mount -t tmpfs -o size=64k none '{small}'"
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "sh", "-c", mount]).returncode:
        pytest.skip("no small disk can be mounted here")
    script = f'{mount} && exec "$0" -c "$1"'
    command = ["unshare", "-rm", "sh", "-c", script, sys.executable, code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("The disk is full"), done.stderr
    assert done.stdout.endswith("[]\n")


def test_a_place_that_cannot_be_written_to_is_reported(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="could not be written to .* give a cache folder"):
        load(archive, cache=tmp_path / "file" / "cache")
