"""The kit's own wheel: built from a checkout, or put together again from where it is installed."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from ..assignment.settings import PACKAGE, ROOT
from ..temporary import Folder

KIT = "deep-learning-coursework"
FOLDERS = ("autograder", "colab_setup", "solutions", "assignments")
FILES = ("pyproject.toml", "README.md", "LICENSE", "constraints.txt")
OF_THE_INSTALLATION = frozenset({"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"})
"""Files beside a wheel's metadata that the installer has written, and not the wheel."""

EPOCH = "315532800"
"""1980: the time of all files in it, so that building again gives the same bytes."""


class WheelError(Exception):
    """There is no wheel to be had; the message says why."""


def wheel() -> tuple[str, bytes]:
    """Name and content of the kit's wheel.

    Raises:
        WheelError: it cannot be built.
    """
    return _repacked(distribution(KIT)) if ROOT == PACKAGE else _built(ROOT)


def _built(root: Path) -> tuple[str, bytes]:
    with Folder("release") as temporary:
        # In a copy: setuptools keeps what it has once built beside the sources, files deleted since included.
        source = Path(temporary) / "source"
        source.mkdir()
        for name in FILES:
            shutil.copy(root / name, source)
        for name in FOLDERS:
            shutil.copytree(root / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        result = subprocess.run(
            [*command, "--wheel-dir", temporary, str(source)],
            env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise WheelError(f"The kit's wheel could not be built: {result.stderr.strip()[-500:]}")
        (built,) = Path(temporary).glob("*.whl")
        return built.name, built.read_bytes()


def _repacked(installed: Distribution) -> tuple[str, bytes]:
    """A wheel of the files of an installed one: those that its record lists, but for what came with the installing."""
    files: dict[str, bytes] = {}
    for path in installed.files or ():
        outside = path.parts[0] == ".." or (path.name in OF_THE_INSTALLATION and len(path.parts) == 2)
        if not outside and "__pycache__" not in path.parts:
            files[path.as_posix()] = path.read_binary()
    metadata = next((name for name in files if name.endswith(".dist-info/METADATA")), "")
    if not metadata:
        raise WheelError(
            "The kit's own files are not listed where it is installed: install it by pip, from a wheel."
        )
    record = metadata.replace("METADATA", "RECORD")
    listed = io.StringIO()
    table = csv.writer(listed, lineterminator="\n")
    for name in sorted(files):
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
        table.writerow([name, f"sha256={digest}", len(files[name])])
    table.writerow([record, "", ""])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*sorted(files.items()), (record, listed.getvalue().encode())]:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)
    name = KIT.replace("-", "_")
    return f"{name}-{installed.version}-py3-none-any.whl", content.getvalue()
