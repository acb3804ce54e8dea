"""Builds what leaves the repository: the students' zip and the autograder zip for Otter and Gradescope."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib.metadata import requires
from pathlib import Path

import otter.generate

from ..assignment import LANGUAGES as LANGUAGES
from ..assignment import Assignment
from ..files import write_atomically
from ..temporary import Folder
from . import leaks
from .handout import ROOT, collect
from .handout import ReleaseError as ReleaseError

PACKAGES = ("autograder", "colab_setup", "solutions")

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The one time stamp of all entries, so that building again gives the same bytes."""

GRADING_REQUIREMENTS = (
    "matplotlib",
    "msgpack",
    "numpy",
    "pillow",
    "pyseccomp",
    "rich",
    "scipy",
    "tqdm",
    "typer",
)
"""What the grader needs beside Otter in Gradescope's image."""

TORCH_REQUIREMENTS = ("safetensors", "torch")
"""What it needs too where an assignment uses torch, which is larger than all the rest."""

CONDA_REQUIREMENTS = {"channels": ["conda-forge"], "dependencies": ["bubblewrap>=0.8"]}
"""The sandbox. Otter's image is an Ubuntu 22.04, whose own bubblewrap is too old: 0.6 cannot bound /tmp."""

SET_UP = """
# The sandbox's system call filter, and the kit itself: a wheel with the grader and the reference solutions.
apt-get install -y libseccomp2
base64 -d > /tmp/{wheel} <<'WHEEL'
{content}
WHEEL
mamba run -n otter-env pip install --no-deps /tmp/{wheel}
rm /tmp/{wheel}
# Where neither bubblewrap nor Landlock works, only their mode keeps the staff's files from student code.
packages=$(mamba run -n otter-env python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
chmod 700 "$packages"/autograder "$packages"/colab_setup "$packages"/solutions
"""

REPAIR = """#!/bin/bash
# Tests, submission and results are nobody's but the grader's; see the end of setup.sh.
chmod 700 /autograder/.
# `otter grade` leaves this file empty in its image, and Otter's plugins cannot read an empty one.
[ -s /autograder/submission_metadata.json ] || echo '{}' > /autograder/submission_metadata.json
"""


def build(assignment: Assignment, folder: Path, language: str = "en") -> tuple[Path, Path]:
    """Build both zips.

    Args:
        assignment: what to release.
        folder: where to; made if it is not there.
        language: of the notebook and the README, one of `LANGUAGES`.

    Returns:
        The paths of the students' zip and of `autograder.zip`.

    Raises:
        ReleaseError: the kit is no checkout, its wheel cannot be built, the assignment's room is not just what is
            generated, or a secret would leave.
    """
    if not (ROOT / "pyproject.toml").exists():
        raise ReleaseError("A release is built from a checkout of the kit, and this is an installed copy.")
    folder.mkdir(parents=True, exist_ok=True)
    student, grader = folder / f"{assignment.name}.zip", folder / "autograder.zip"
    handout = collect(assignment, language, ROOT)
    found = leaks.find(assignment, handout, language)
    if found:
        raise ReleaseError(
            "Nothing was released, since students would get what is the staff's:\n"
            + "\n".join(map(str, found[:20]))
        )
    write_atomically(student, _zipped(handout))
    write_atomically(grader, _zipped(_grader_files(assignment)))
    return student, grader


def _grader_files(assignment: Assignment) -> dict[str, bytes]:
    """The files of `otter generate`, with the kit in the set-up script and a repaired metadata file."""
    plugin = {"autograder.grading.otter_plugin.SandboxedGrading": {"assignment": assignment.name}}
    with Folder("release") as temporary:
        config = Path(temporary) / "otter_config.json"
        config.write_text(json.dumps({"plugins": [plugin]}), encoding="utf-8")
        requirements = Path(temporary) / "requirements.txt"
        requirements.write_text("\n".join(_requirements(assignment)), encoding="utf-8")
        environment = Path(temporary) / "environment.yml"
        environment.write_text(json.dumps(CONDA_REQUIREMENTS), encoding="utf-8")
        generated = Path(temporary) / "autograder.zip"
        otter.generate.main(
            tests_dir=str(assignment.tests[0].parent),
            output_path=str(generated),
            config=str(config),
            requirements=str(requirements),
            environment=str(environment),
            python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
        )
        with zipfile.ZipFile(generated) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    files["setup.sh"] += _set_up_script().encode()
    files["run_autograder"] = REPAIR.encode() + files["run_autograder"].removeprefix(b"#!/bin/bash\n")
    return files


def _requirements(assignment: Assignment) -> list[str]:
    """Requirements of the kit that grading needs, with the versions that it declares."""
    needed = GRADING_REQUIREMENTS + (TORCH_REQUIREMENTS if assignment.limits.torch else ())
    declared = [line.split(";")[0].strip() for line in requires("deep-learning-coursework") or []]
    return [line for line in declared if line.split(">")[0].split("=")[0] in needed]


def _set_up_script() -> str:
    with Folder("release") as temporary:
        # In a copy: setuptools keeps what it has once built beside the sources, files deleted since included.
        source = Path(temporary) / "source"
        source.mkdir()
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, source)
        for name in PACKAGES:
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        result = subprocess.run(
            [*command, "--wheel-dir", temporary, str(source)],
            env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise ReleaseError(f"The kit's wheel could not be built: {result.stderr.strip()[-500:]}")
        (wheel,) = Path(temporary).glob("*.whl")
        content = base64.encodebytes(wheel.read_bytes()).decode().rstrip()
        return SET_UP.format(wheel=wheel.name, content=content)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip, the same bytes for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in ("setup.sh", "run_autograder") else 0o644) << 16
            archive.writestr(entry, files[name])
    return content.getvalue()
