"""What the container's tests share: an engine, the image that Otter makes, and all forms graded in three ways."""

import csv
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.authoring import release
from tests.docker import base, engine, submissions
from tests.docker.grading import Ended, as_gradescope

BIN = Path(sys.executable).parent
BUILD = release.ROOT / "build/docker"

BUILD_IMAGE = """
import sys
from otter.grade.containers import build_image
from otter.run import AutograderConfig
build_image(*sys.argv[1:4], AutograderConfig({"zips": True}))
"""


@pytest.fixture(scope="session", autouse=True)
def docker():
    """The engine, before anything is graded in vain."""
    if reason := engine.why_not():
        pytest.skip(reason)
    with engine.running(BUILD) as running:
        yield running


@pytest.fixture(scope="session")
def report():
    """Lines for the table that the run leaves behind."""
    lines: list[str] = []
    yield lines
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n" + "\n".join(lines))


def make_image(docker, folder, name, start, data=None):
    """`autograder.zip`, and the image that Otter's own function makes of it, from an image to start with."""
    archive = release.build(submissions.ASSIGNMENT, folder, data=data)[1]
    command = [sys.executable, "-c", BUILD_IMAGE, archive, start, name]
    built = subprocess.run(command, env=docker.environment, capture_output=True, text=True, timeout=1500)
    assert built.returncode == 0, built.stderr[-3000:]
    return archive, f"otter-grade:{name}"


@pytest.fixture(scope="session")
def built(docker, report, tmp_path_factory):
    """`autograder.zip` and its image, with the synthetic set."""
    start = base.make(docker)
    started = time.monotonic()
    archive, image = make_image(docker, tmp_path_factory.mktemp("release"), "coursework", start)
    seconds = time.monotonic() - started
    size = int(docker.docker("image", "inspect", "--format", "{{.Size}}", image)) / 1e9
    report.append(f"{docker.version}; base {base.release()}; image {size:.2f} GB, built in {seconds:.0f} s")
    return archive, image


@pytest.fixture(scope="session")
def zips(tmp_path_factory):
    """A folder of all forms as zips."""
    folder = tmp_path_factory.mktemp("zips")
    for name, files in submissions.FORMS.items():
        submissions.pack(files, folder / f"{name}.zip")
    return folder


@pytest.fixture(scope="session")
def by_the_kit(zips, tmp_path_factory) -> dict[str, dict[str, str]]:
    """Rows of `autograder grade` by submission."""
    out = tmp_path_factory.mktemp("kit")
    command = [BIN / "autograder", "grade", zips, "--assignment", submissions.ASSIGNMENT.name, "--out", out]
    graded = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert graded.returncode == 0, graded.stderr
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def by_otter(docker, built, zips, tmp_path_factory) -> dict[str, dict[str, str]]:
    """Rows of `otter grade` by submission."""
    out = tmp_path_factory.mktemp("otter")
    command = [BIN / "otter", "grade", "-n", "coursework", "-a", built[0], "--ext", "zip", "-o", out]
    command += ["--image", base.make(docker), "--containers", "2", zips]
    graded = subprocess.run(command, env=docker.environment, capture_output=True, text=True, timeout=1800)
    assert graded.returncode == 0, graded.stderr[-3000:]
    with (out / "final_grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["file"].removesuffix(".zip"): row for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def by_gradescope(docker, built, tmp_path_factory) -> dict[str, Ended]:
    """All forms as Gradescope grades them with its defaults: 768 MB and half a core."""
    folder = tmp_path_factory.mktemp("gradescope")

    def graded(name: str) -> Ended:
        return as_gradescope(docker, built[1], submissions.write(submissions.FORMS[name], folder / name))

    # Two halves of a core: more of them would wait for each other where there are two cores, and time limits go on.
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(submissions.FORMS, pool.map(graded, submissions.FORMS), strict=True))
