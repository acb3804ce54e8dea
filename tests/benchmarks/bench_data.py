"""From CIFAR-10 as a zip of JPEG files to an array: `colab_setup.data.load` against `unzip -uq` and Pillow.

    python tests/benchmarks/bench_data.py [ZIP] [--rounds N]

Prints seconds and their ratio. The ways take turns, and each keeps its best round, since other work on the
machine can only slow a round down. Needs `unzip`, and about 600 MB in the temporary folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from colab_setup.data.loading import load, synthetic, unpack

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "data" / "cifar10.zip"


def unzip(archive: Path, folder: Path) -> None:
    folder.mkdir()
    subprocess.run(["unzip", "-uq", archive, "-d", folder], check=True)


def unzip_then_pillow(archive: Path, work: Path, threads: int) -> np.ndarray:
    unzip(archive, work)
    paths = sorted(work.rglob("*.jpg"))
    images = np.empty((len(paths), 32, 32, 3), dtype=np.uint8)

    def read(part: range) -> None:
        for index in part:
            images[index] = np.asarray(Image.open(paths[index]))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(read, [range(first, len(paths), threads) for first in range(threads)]))
    return images


def from_the_zip(archive: Path, work: Path) -> np.ndarray:
    return load(archive, cache=work / "cache").X_train


def from_the_cache(archive: Path, work: Path) -> np.ndarray:
    found = load(archive, cache=work / "cache")
    return np.concatenate([found.X_train, found.X_test])


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("zip", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args(argv)
    archive = arguments.zip
    if not archive.is_file() or shutil.which("unzip") is None:
        print(f"This needs the zip {archive} and the command unzip.")
        return 2

    one, two = "unzip -uq, then Pillow", "unzip -uq, then Pillow in 2 threads"
    ours, cached, again = "load, no cache yet", "load from the cache, all bytes read", "load from the cache"
    plain, safe, made = "unzip -uq alone", "unpack (each file renamed when whole)", "synthetic()"
    best: dict[str, float] = {}
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as name:
            work = Path(name)
            rounds: list[tuple[str, Callable[[], object]]] = [
                (one, lambda work=work: unzip_then_pillow(archive, work / "1", 1)),
                (ours, lambda work=work: from_the_zip(archive, work)),
                (two, lambda work=work: unzip_then_pillow(archive, work / "2", 2)),
                (again, lambda work=work: load(archive, cache=work / "cache")),
                (cached, lambda work=work: from_the_cache(archive, work)),
                (plain, lambda work=work: unzip(archive, work / "3")),
                (safe, lambda work=work: unpack(archive, work / "4")),
                (made, lambda: synthetic(seed=1)),
            ]
            for label, action in rounds:
                best[label] = min(seconds(action), best.get(label, float("inf")))
    print(f"{len(os.sched_getaffinity(0))} cores, best of {arguments.rounds} rounds, {archive.name}")
    for label, value in best.items():
        print(f"{label:40s} {value:7.2f} s {value / best[ours]:8.2f} times")
    print(f"load is {best[one] / best[ours]:.2f} times as fast as {one}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
