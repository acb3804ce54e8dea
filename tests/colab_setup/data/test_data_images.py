"""A zip or folder of images is read whole, in one order, and only if it is a CIFAR-10."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from colab_setup.data import decoding, finding, processes
from colab_setup.data.loading import CLASSES, DataError, Dataset, load, unpack
from tests.colab_setup.small_data import image_files, jpeg, write_folder, write_zip

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def decoded(files: dict[str, bytes], split: str) -> dict[tuple[int, bytes], int]:
    """How often each (label, pixels) is in the split, as Pillow itself decodes it."""
    found: dict[tuple[int, bytes], int] = {}
    for name, content in files.items():
        _, part, label, _ = name.split("/")
        if part == split:
            key = CLASSES.index(label), np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).tobytes()
            found[key] = found.get(key, 0) + 1
    return found


def counted(X: np.ndarray, y: np.ndarray) -> dict[tuple[int, bytes], int]:
    found: dict[tuple[int, bytes], int] = {}
    for image, label in zip(X, y, strict=True):
        key = int(label), image.tobytes()
        found[key] = found.get(key, 0) + 1
    return found


def same(one: Dataset, other: Dataset) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("X_train", "y_train", "X_test", "y_test")
    )


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_image_of_a_zip_arrives_with_its_label(tmp_path: Path, cache: Path, compression: int) -> None:
    files = image_files()
    found = load(write_zip(tmp_path / "data.zip", files, compression=compression), cache=cache)

    assert found.name == "cifar10"
    assert found.classes == CLASSES
    assert "data.zip" in found.source
    assert (found.X_train.shape, found.X_train.dtype) == ((30, 32, 32, 3), np.uint8)
    assert (found.X_test.shape, found.y_test.dtype) == ((20, 32, 32, 3), np.int64)
    assert counted(found.X_train, found.y_train) == decoded(files, "train")
    assert counted(found.X_test, found.y_test) == decoded(files, "test")


def test_a_zip_and_its_unpacked_folder_give_the_same_order(tmp_path: Path, cache: Path) -> None:
    files = image_files()
    from_zip = load(write_zip(tmp_path / "data.zip", files), cache=cache)
    reversed_zip = load(write_zip(tmp_path / "b.zip", dict(reversed(files.items()))), cache=cache)
    from_folder = load(write_folder(tmp_path / "unpacked", files), cache=cache)

    assert same(from_zip, reversed_zip)
    assert same(from_zip, from_folder)


def test_the_order_is_shuffled(tmp_path: Path, cache: Path) -> None:
    found = load(write_zip(tmp_path / "data.zip", image_files(train=8)), cache=cache)
    assert len(set(found.y_train[:16].tolist())) > 4
    assert len(set(found.y_train[::8].tolist())) > 4


@pytest.mark.slow
def test_several_processes_give_what_one_gives(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files())
    alone = load(archive, cache=cache)

    monkeypatch.setattr(processes, "FEW_IMAGES", 0)
    monkeypatch.setattr(processes, "CHUNK_IMAGES", 7)
    monkeypatch.setattr(processes, "available_cores", lambda: 3)
    monkeypatch.setattr(decoding, "decode", lambda job, report: pytest.fail("decoded in this process"))
    assert same(alone, load(archive, cache=tmp_path / "other"))


def test_where_no_process_can_be_started_one_does_it_all(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files())
    alone = load(archive, cache=cache)

    monkeypatch.setattr(processes, "FEW_IMAGES", 0)
    monkeypatch.setattr(processes, "available_cores", lambda: 2)
    for command in (str(tmp_path / "no python here"), shutil.which("false")):
        monkeypatch.setattr(sys, "executable", command)
        assert same(alone, load(archive, cache=tmp_path / f"cache of {Path(str(command)).name}"))


def test_junk_beside_the_images_is_passed_over(tmp_path: Path, cache: Path) -> None:
    files = image_files()
    junk = {
        "__MACOSX/cifar10/train/cat/._0001.jpg": b"x",
        "cifar10/train/cat/.DS_Store": b"x",
        "cifar10/train/cat/._0001.jpg": b"x",
        "cifar10/README.txt": b"x",
    }
    found = load(write_zip(tmp_path / "data.zip", files | junk), cache=cache)
    assert counted(found.X_train, found.y_train) == decoded(files, "train")


BAD_FILES = {
    "a wrong size": ({"cifar10/train/cat/0002.jpg": jpeg(1, side=48)}, "0002.jpg.* is 48x48 pixels"),
    "no image": ({"cifar10/train/cat/0002.jpg": b"hello"}, "0002.jpg.* not a whole JPEG"),
    "half an image": ({"cifar10/train/cat/0002.jpg": jpeg(1)[:400]}, "0002.jpg.* not a whole JPEG"),
    "a huge file": ({"cifar10/train/cat/0002.jpg": bytes(1_500_000)}, "0002.jpg is too large"),
    "an unknown class": ({"cifar10/train/lion/0001.jpg": jpeg(1)}, "train/lion .* does not have"),
}


@pytest.mark.parametrize("case", BAD_FILES)
@pytest.mark.parametrize("spread", [False, True], ids=["one process", "processes"])
@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
def test_a_bad_file_is_named(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, case: str, spread: bool, packed: bool
) -> None:
    if spread:
        monkeypatch.setattr(processes, "FEW_IMAGES", 0)
        monkeypatch.setattr(processes, "available_cores", lambda: 2)
    bad, message = BAD_FILES[case]
    files = image_files() | bad
    source = write_zip(tmp_path / "d.zip", files) if packed else write_folder(tmp_path / "d", files)
    with pytest.raises(DataError, match=message):
        load(source, cache=cache)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
def test_missing_classes_are_named(tmp_path: Path, cache: Path, packed: bool) -> None:
    files = {
        name: content
        for name, content in image_files().items()
        if "train/cat" not in name and "test/ship" not in name
    }
    source = write_zip(tmp_path / "d.zip", files) if packed else write_folder(tmp_path / "d", files)
    for split_and_class in ("train/cat", "test/ship"):
        if split_and_class == "test/ship":
            files |= {"cifar10/train/cat/0001.jpg": jpeg(1)}
            source = write_zip(tmp_path / "d.zip", files) if packed else write_folder(tmp_path / "d", files)
        with pytest.raises(DataError, match=f"no images in {split_and_class}:"):
            load(source, cache=cache)


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "/etc/evil.jpg", "a/../../evil.jpg", "C:/evil.jpg", "..\\evil"]
)
def test_a_name_that_points_outside_is_refused(tmp_path: Path, cache: Path, name: str) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files() | {name: b"x"})
    with pytest.raises(DataError, match="points outside"):
        load(archive, cache=cache)


def test_a_link_in_the_zip_is_refused(tmp_path: Path, cache: Path) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files())
    link = zipfile.ZipInfo("cifar10/train/cat/0099.jpg")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match="a link"):
        load(archive, cache=cache)


def test_a_name_that_occurs_twice_is_refused(tmp_path: Path, cache: Path) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files())
    with zipfile.ZipFile(archive, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr("cifar10/train/cat/0001.jpg", jpeg(1))
    with pytest.raises(DataError, match="twice"):
        load(archive, cache=cache)


def test_a_zip_of_two_data_sets_is_refused(tmp_path: Path, cache: Path) -> None:
    files = image_files() | {"other/train/cat/0009.jpg": jpeg(1)}
    with pytest.raises(DataError, match="twice"):
        load(write_zip(tmp_path / "data.zip", files), cache=cache)


def test_an_encrypted_zip_is_refused(tmp_path: Path, cache: Path) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files())
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    with pytest.raises(DataError, match="encrypted"):
        load(archive, cache=cache)


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_a_truncated_zip_is_refused(tmp_path: Path, cache: Path, part: float) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files())
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(DataError, match=r"data.zip .* copied only in part: delete it and copy"):
        load(archive, cache=cache)


@pytest.mark.parametrize("spread", [False, True], ids=["one process", "processes"])
def test_a_changed_byte_in_an_image_is_found(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, spread: bool
) -> None:
    if spread:
        monkeypatch.setattr(processes, "FEW_IMAGES", 0)
        monkeypatch.setattr(processes, "available_cores", lambda: 2)
    files = image_files()
    archive = write_zip(tmp_path / "data.zip", files)
    content = bytearray(archive.read_bytes())
    content[content.index(files["cifar10/train/dog/0003.jpg"]) + 500] ^= 1
    archive.write_bytes(content)
    with pytest.raises(DataError, match=r"train/dog/0003.jpg in data.zip has a wrong checksum: copy"):
        load(archive, cache=cache)
    assert list(cache.iterdir()) == []


def test_what_is_no_data_set_is_refused(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "page.zip").write_text("<html>Sign in</html>")
    (tmp_path / "nothing.zip").write_bytes(b"")
    other = write_zip(tmp_path / "other.zip", {"notes/a.txt": b"x"})
    for source, message in (
        (tmp_path / "missing.zip", "There is no data at .*missing.zip: check the path"),
        (tmp_path / "empty", "empty holds neither"),
        (tmp_path / "page.zip", "page.zip is a web page that was saved"),
        (tmp_path / "nothing.zip", "nothing.zip is empty: delete it"),
        (other, "other.zip holds no images"),
    ):
        with pytest.raises(DataError, match=message):
            load(source, cache=cache)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_source_without_read_permission_is_reported(tmp_path: Path, cache: Path) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files())
    archive.chmod(0)
    with pytest.raises(DataError, match="cannot be read"):
        load(archive, cache=cache)


def test_importing_needs_the_standard_library_only() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import colab_setup.data\n"
        "loaded = {'numpy', 'PIL', 'autograder', 'tqdm', 'torch'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-S", "-I", "-c", code], check=True)


def test_progress_goes_to_the_error_stream(
    tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = write_zip(tmp_path / "data.zip", image_files())
    load(archive, cache=cache)
    assert capsys.readouterr() == ("", "")
    load(archive, cache=tmp_path / "other", progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "50/50" in err


@pytest.mark.slow
def test_the_real_zip_is_read_like_pillow_reads_it(cifar10_zip: Path, tmp_path: Path) -> None:
    found = load(cifar10_zip, cache=tmp_path)
    assert np.bincount(found.y_train).tolist() == [5000] * 10
    assert np.bincount(found.y_test).tolist() == [1000] * 10

    positions = {image.tobytes(): index for index, image in enumerate(found.X_test)}
    with zipfile.ZipFile(cifar10_zip) as archive:
        names = [name for name in archive.namelist() if "/test/" in name][::101]
        assert len(names) > 90
        for name in names:
            pixels = np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB"))
            assert CLASSES[found.y_test[positions[pixels.tobytes()]]] == name.split("/")[2]


PAGE = "<!DOCTYPE html><html><head><title>{}</title></head><body></body></html>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PAGE.format("Google Drive - Virus scan warning"), "choose Download anyway"),
        (PAGE.format("Sign in - Google Accounts"), "sign in with the account"),
        (PAGE.format("Google Drive - Quota exceeded"), "try again tomorrow"),
        ("\n  <html>Access denied</html>", "sign in with the account"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"),
        ("", "is empty"),
        ("PK", "cannot be read as a zip"),
        ("{}", "neither a zip nor"),
    ],
)
def test_what_is_saved_in_the_place_of_an_archive_is_told(tmp_path, content, words):
    path = tmp_path / "data.zip"
    path.write_text(content)
    for read in (lambda: load(path, cache=tmp_path / "cache"), lambda: unpack(path, tmp_path / "out")):
        with pytest.raises(DataError, match=words if content != "{}" else "zip") as caught:
            read()
        assert "\n" not in str(caught.value)


def test_the_archive_is_found_under_the_names_that_browsers_and_drive_give_it(tmp_path):
    assert finding.find([tmp_path / "none", tmp_path]) is None
    (tmp_path / "data.zip").write_text(PAGE.format("Sign in"))
    assert finding.find([tmp_path]) == tmp_path / "data.zip"
    for name in ("Bản sao của data.zip", "data (1).zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("a", "b")
        assert finding.find([tmp_path / "none", tmp_path]) == tmp_path / name
