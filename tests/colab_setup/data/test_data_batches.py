"""The official archives are read without ever running what is in them."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import tarfile
import warnings
from pathlib import Path

import numpy as np
import pytest

from colab_setup.data import batches
from colab_setup.data.loading import DataError, load
from tests.colab_setup.small_data import (
    BATCHES,
    FORMS,
    batch_arrays,
    binary_batches,
    python_batches,
    write_folder,
    write_tar,
)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.mark.parametrize("packed", [True, False], ids=["archive", "folder"])
@pytest.mark.parametrize("form", FORMS)
def test_every_image_arrives_in_the_official_order(
    tmp_path: Path, cache: Path, form: str, packed: bool
) -> None:
    arrays = batch_arrays()
    files = FORMS[form](arrays)
    if packed:
        source = write_tar(tmp_path / "small.tar.gz", dict(reversed(files.items())))
    else:
        source = write_folder(tmp_path / "cifar-10-batches", files)
    found = load(source, cache=cache)

    images, labels = zip(*(arrays[name] for name in BATCHES), strict=True)
    assert np.array_equal(found.X_train, np.concatenate(images[:5]))
    assert np.array_equal(found.y_train, np.concatenate(labels[:5]))
    assert np.array_equal(found.X_test, images[5])
    assert np.array_equal(found.y_test, labels[5])
    assert form in found.source
    assert "not a file whose MD5 sum is known" in found.source


def test_the_folder_above_the_batches_will_do(tmp_path: Path, cache: Path) -> None:
    write_folder(tmp_path / "above" / "cifar-10-batches-py", python_batches(batch_arrays()))
    assert len(load(tmp_path / "above", cache=cache).y_train) == 20


def python2_batch(labels: list[int], planes: np.ndarray) -> bytes:
    """A batch as Python 2 pickled the official ones: byte strings without an encoding, numpy.core's names."""

    def string(value: bytes) -> bytes:  # SHORT_BINSTRING or BINSTRING
        if len(value) < 256:
            return b"U" + bytes([len(value)]) + value
        return b"T" + len(value).to_bytes(4, "little") + value

    def integer(value: int) -> bytes:
        return b"J" + value.to_bytes(4, "little", signed=True)

    shape = integer(len(planes)) + integer(planes.shape[1]) + b"\x86"
    kind = (
        b"cnumpy\ndtype\n" + string(b"u1") + integer(0) + integer(1) + b"\x87R"
        b"(" + integer(3) + string(b"|") + b"NNN" + integer(-1) + integer(-1) + integer(0) + b"tb"
    )
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"
        + integer(0)
        + b"\x85"
        + string(b"b")
        + b"\x87R"
        b"(" + integer(1) + shape + kind + b"\x89" + string(planes.tobytes()) + b"tb"
    )
    numbers = b"](" + b"".join(map(integer, labels)) + b"e"
    return b"\x80\x02}(" + string(b"data") + array + string(b"labels") + numbers + b"u."


def test_pickles_of_python_2_are_read(tmp_path: Path, cache: Path) -> None:
    arrays = batch_arrays()
    files = {}
    for name, (images, labels) in arrays.items():
        planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
        files[name] = python2_batch(labels.tolist(), planes)
    with warnings.catch_warnings(action="ignore"):  # numpy's own reader warns of such old pickles
        oracle = pickle.loads(files["test_batch"], encoding="bytes")
    assert oracle[b"data"].shape == (4, 3072)

    found = load(write_folder(tmp_path / "cifar-10-batches-py", files), cache=cache)
    assert np.array_equal(found.X_test, arrays["test_batch"][0])
    assert np.array_equal(found.y_test, oracle[b"labels"])


class _Runs:
    """A pickle of this calls a function when it is read."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_hostile_pickle_runs_nothing(tmp_path: Path, cache: Path, protocol: int) -> None:
    witness = tmp_path / "it ran"
    files = python_batches(batch_arrays())
    for call in (_Runs(os.mkdir, str(witness)), _Runs(eval, f"__import__('os').mkdir({str(witness)!r})")):
        files["data_batch_3"] = pickle.dumps({b"data": call, b"labels": [1]}, protocol=protocol)
        pickle.loads(files["data_batch_3"])
        assert witness.is_dir(), "the pickle would run when read plainly"
        witness.rmdir()
        with pytest.raises(DataError, match="data_batch_3 is no CIFAR-10 batch"):
            load(write_folder(tmp_path / "cifar-10-batches-py", files), cache=cache)
        assert not witness.exists()


def test_a_pickle_cannot_change_the_reader(tmp_path: Path, cache: Path) -> None:
    """The build instruction sets attributes on whatever the names stand for; none of them takes any."""
    files = python_batches(batch_arrays())
    for name in (b"cnumpy\nndarray\n", b"cnumpy\ndtype\n", b"cnumpy.core.multiarray\n_reconstruct\n"):
        pickled = b"\x80\x02" + name + b"N}U\x0b__setstate__Ns\x86b."
        with pytest.raises(DataError, match="data_batch_2 is no CIFAR-10 batch"):
            load(
                write_folder(tmp_path / "cifar-10-batches-py", files | {"data_batch_2": pickled}), cache=cache
            )
    found = load(write_folder(tmp_path / "cifar-10-batches-py", files), cache=cache)
    assert np.array_equal(found.X_train, np.concatenate([batch_arrays()[name][0] for name in BATCHES[:5]]))


def wrong_batches() -> dict[str, bytes]:
    planes = np.zeros((4, 3072), dtype=np.uint8)
    contents = {
        "objects in the array": {b"data": np.array([[None]]), b"labels": [1]},
        "floats": {b"data": planes.astype(np.float64), b"labels": [1, 2, 3, 4]},
        "too few labels": {b"data": planes, b"labels": [1, 2]},
        "another width": {b"data": planes[:, :3000], b"labels": [1, 2, 3, 4]},
        "Fortran order": {b"data": np.asfortranarray(planes), b"labels": [1, 2, 3, 4]},
        "no labels": {b"data": planes},
        "no dictionary": [planes],
    }
    pickles = {name: pickle.dumps(content, protocol=2) for name, content in contents.items()}
    return pickles | {"cut off": pickles["too few labels"][:5000], "empty": b"", "no pickle": b"hello"}


@pytest.mark.parametrize("case", wrong_batches())
def test_a_wrong_batch_is_refused(tmp_path: Path, cache: Path, case: str) -> None:
    files = python_batches(batch_arrays()) | {"data_batch_4": wrong_batches()[case]}
    with pytest.raises(DataError, match="data_batch_4 is no CIFAR-10 batch or is damaged"):
        load(write_folder(tmp_path / "cifar-10-batches-py", files), cache=cache)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("form", FORMS)
def test_labels_above_nine_are_refused(tmp_path: Path, cache: Path, form: str) -> None:
    arrays = batch_arrays()
    arrays["test_batch"][1][2] = 10
    with pytest.raises(DataError, match=r"test_batch(.bin)? has labels"):
        load(write_folder(tmp_path / "batches", FORMS[form](arrays)), cache=cache)


def test_a_binary_batch_of_an_odd_length_is_refused(tmp_path: Path, cache: Path) -> None:
    files = binary_batches(batch_arrays())
    files["data_batch_5.bin"] = files["data_batch_5.bin"][:-1]
    with pytest.raises(DataError, match=r"data_batch_5.bin is no CIFAR-10 batch"):
        load(write_folder(tmp_path / "batches", files), cache=cache)


@pytest.mark.parametrize("packed", [True, False], ids=["archive", "folder"])
def test_a_missing_batch_is_named(tmp_path: Path, cache: Path, packed: bool) -> None:
    files = python_batches(batch_arrays())
    del files["data_batch_2"], files["test_batch"]
    source = write_tar(tmp_path / "a.tar.gz", files) if packed else write_folder(tmp_path / "a", files)
    with pytest.raises(DataError, match="has no data_batch_2, test_batch: it is no whole CIFAR-10 archive"):
        load(source, cache=cache)


@pytest.mark.parametrize("part", [0.05, 0.5, 0.9999])
def test_a_truncated_archive_is_refused(tmp_path: Path, cache: Path, part: float) -> None:
    archive = write_tar(tmp_path / "a.tar.gz", python_batches(batch_arrays()))
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(DataError, match=r"a.tar.gz is damaged or was copied only in part: delete it"):
        load(archive, cache=cache)


def test_a_changed_byte_is_found_by_gzips_own_sum(tmp_path: Path, cache: Path) -> None:
    arrays = batch_arrays()
    archive = write_tar(tmp_path / "a.tar.gz", binary_batches(arrays))
    content = bytearray(archive.read_bytes())
    content[-6] ^= 1  # in the CRC-32, so that the stream itself still unpacks
    archive.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        load(archive, cache=cache)


def test_a_name_that_points_outside_is_refused(tmp_path: Path, cache: Path) -> None:
    archive = write_tar(tmp_path / "a.tar.gz", python_batches(batch_arrays()), folder="../..")
    with pytest.raises(DataError, match="points outside"):
        load(archive, cache=cache)


def test_a_link_in_place_of_a_batch_is_not_followed(tmp_path: Path, cache: Path) -> None:
    files = python_batches(batch_arrays())
    del files["data_batch_1"]
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        link = tarfile.TarInfo("cifar-10-batches-py/data_batch_1")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    with pytest.raises(DataError, match="has no data_batch_1"):
        load(tmp_path / "a.tar.gz", cache=cache)


def official(monkeypatch: pytest.MonkeyPatch, name: str, content: bytes) -> None:
    """Let this content be the official one of that name."""
    monkeypatch.setitem(batches.OFFICIAL, name, (len(content), hashlib.md5(content).hexdigest()))


def test_the_official_archive_is_checked(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write_tar(tmp_path / "cifar-10-python.tar.gz", python_batches(batch_arrays()))
    official(monkeypatch, archive.name, archive.read_bytes())
    assert "MD5 checked" in load(archive, cache=cache).source


def test_a_file_of_official_name_and_size_but_another_sum_is_refused(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = write_tar(tmp_path / "cifar-10-binary.tar.gz", binary_batches(batch_arrays()))
    content = archive.read_bytes()
    official(monkeypatch, archive.name, content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(DataError, match="has the MD5 sum .* where the official file has .*: delete it"):
        load(archive, cache=cache)
    assert list(cache.iterdir()) == []


def test_unpacked_batches_are_checked_one_by_one(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = python_batches(batch_arrays())
    for name in BATCHES:
        official(monkeypatch, name, files[name])
    folder = write_folder(tmp_path / "cifar-10-batches-py", files)
    assert "MD5 checked" in load(folder, cache=cache).source

    official(monkeypatch, "data_batch_3", b"x" + files["data_batch_3"][1:])
    (folder / "data_batch_3").touch()
    os.utime(folder / "data_batch_3", (1, 1))  # another time, so that the cache is not used
    with pytest.raises(DataError, match="data_batch_3 has the MD5 sum"):
        load(folder, cache=cache)
