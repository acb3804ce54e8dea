"""`unpack` does what `unzip -uq` does, and can be cut off anywhere."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from colab_setup.data import unpacking
from colab_setup.data.loading import DataError, load, unpack
from tests.colab_setup.small_data import image_files, write_zip

ROOT = Path(__file__).resolve().parents[3]
FILES = image_files(train=2, test=1)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "data.zip", FILES)


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "unpacked"


def contents(folder: Path) -> dict[str, bytes]:
    """The visible files."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_everything_is_unpacked_once(archive: Path, dest: Path) -> None:
    assert unpack(archive, dest) == len(FILES)
    assert contents(dest) == FILES
    assert unpack(archive, dest) == 0


def test_times_are_those_of_the_zip(archive: Path, dest: Path, tmp_path: Path) -> None:
    unpack(archive, dest)
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("there is no unzip to compare with")
    subprocess.run([unzip, "-q", archive, "-d", tmp_path / "other"], check=True)
    for name in FILES:
        assert (dest / name).stat().st_mtime == (tmp_path / "other" / name).stat().st_mtime


def test_only_missing_files_are_unpacked(archive: Path, dest: Path) -> None:
    unpack(archive, dest)
    (dest / "cifar10/train/cat/0001.jpg").unlink()
    shutil.rmtree(dest / "cifar10/test/dog")
    assert unpack(archive, dest) == 2
    assert contents(dest) == FILES


def test_files_that_are_newer_in_the_zip_are_replaced(archive: Path, dest: Path) -> None:
    unpack(archive, dest)
    name = "cifar10/train/cat/0001.jpg"
    changed = bytes(reversed(FILES[name]))
    (dest / name).write_bytes(changed)
    assert unpack(archive, dest) == 0, "the file on disk is the newer one"
    os.utime(dest / name, (1_000_000_000, 1_000_000_000))
    assert unpack(archive, dest) == 1
    assert contents(dest) == FILES


def test_a_file_that_an_interrupted_unzip_left_is_replaced(archive: Path, dest: Path) -> None:
    unpack(archive, dest)
    name = "cifar10/train/cat/0001.jpg"
    (dest / name).write_bytes(FILES[name][:100])
    assert unpack(archive, dest) == 1
    assert contents(dest) == FILES


def test_a_run_that_was_killed_goes_on_where_it_stopped(archive: Path, dest: Path, tmp_path: Path) -> None:
    code = (
        "import os\nfrom pathlib import Path\nfrom colab_setup.data import unpacking\n"
        "extract, left = unpacking._extract, [7]\n"
        "def dies(opened, archive, info, path):\n"
        "    left[0] -= 1\n"
        "    if left[0]: return extract(opened, archive, info, path)\n"
        "    path.write_bytes(b'half')\n"
        "    os._exit(9)\n"
        "unpacking._extract = dies\n"
        f"unpacking.unpack(Path({str(archive)!r}), Path({str(dest)!r}))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 9

    whole = {name: content for name, content in contents(dest).items() if name.startswith("cifar10/")}
    assert len(whole) == 6
    assert whole.items() <= FILES.items()
    for folder in (dest, dest / "cifar10"):
        if folder == dest or (dest / "cifar10" / "test").is_dir():
            with pytest.raises(DataError, match="was not unpacked to its end: run unpack again"):
                load(folder, cache=tmp_path / "cache")

    assert unpack(archive, dest) == len(FILES) - 6
    assert contents(dest) == FILES
    assert sorted(path.name for path in dest.iterdir()) == [unpacking.COMPLETE, "cifar10"]
    assert len(load(dest, cache=tmp_path / "cache").y_train) == 20


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", "C:\\evil", "a\\..\\..\\evil"])
def test_nothing_is_written_outside(tmp_path: Path, dest: Path, name: str) -> None:
    archive = write_zip(tmp_path / "data.zip", FILES | {name: b"x"})
    with pytest.raises(DataError, match="points outside"):
        unpack(archive, dest)
    assert not dest.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["data.zip"]


def test_links_are_refused(archive: Path, dest: Path) -> None:
    link = zipfile.ZipInfo("cifar10/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(link, "/etc")
    with pytest.raises(DataError, match="a link"):
        unpack(archive, dest)
    assert not dest.exists()


def test_a_damaged_file_is_named_and_not_left_behind(archive: Path, dest: Path) -> None:
    name = "cifar10/train/horse/0002.jpg"
    content = bytearray(archive.read_bytes())
    content[content.index(FILES[name]) + 300] ^= 1
    archive.write_bytes(content)
    with pytest.raises(DataError, match=f"damaged at {name}: delete it and copy"):
        unpack(archive, dest)
    assert name not in contents(dest)
    assert not list((dest / unpacking.IN_PROGRESS).iterdir())


def test_a_zip_that_is_missing_or_cut_off_is_reported(archive: Path, dest: Path) -> None:
    with pytest.raises(DataError, match="There is no zip at .*/none.zip: check the path"):
        unpack(archive.with_name("none.zip"), dest)
    archive.write_bytes(archive.read_bytes()[:-100])
    with pytest.raises(DataError, match="copied only in part"):
        unpack(archive, dest)
    assert not dest.exists()


def test_a_full_disk_is_reported_and_can_be_continued(
    archive: Path, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, left = shutil.copyfileobj, [5]

    def until_full(source: object, target: object) -> None:
        left[0] -= 1
        if not left[0]:
            target.write(b"half")  # type: ignore[attr-defined]
            raise OSError(errno.ENOSPC, "No space left on device")
        copy(source, target)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(unpacking.shutil, "copyfileobj", until_full)
        with pytest.raises(DataError, match="is full: free some space"):
            unpack(archive, dest)
    assert len(contents(dest)) == 4
    assert contents(dest).items() <= FILES.items()
    assert unpack(archive, dest) == len(FILES) - 4


def test_too_small_a_disk_is_known_before_the_first_file(
    archive: Path, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100, 99, 1))
    with pytest.raises(DataError, match="is full: free some space"):
        unpack(archive, dest)
    assert contents(dest) == {}


def test_drive_is_no_place_to_unpack_to(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "DRIVE", tmp_path / "drive")
    with pytest.raises(DataError, match="is on Google Drive, .* unpack to /content/data"):
        unpack(archive, tmp_path / "drive" / "MyDrive" / "data")
    (tmp_path / "drive").mkdir()
    (tmp_path / "alias").symlink_to(tmp_path / "drive")
    with pytest.raises(DataError, match="Google Drive"):
        unpack(archive, tmp_path / "alias" / "data")
    assert list((tmp_path / "drive").iterdir()) == []


def test_progress_is_shown_when_asked_for(
    archive: Path, dest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unpack(archive, dest, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{len(FILES)}/{len(FILES)}" in err
