"""Makes the runtimes that students have, of exact packages and with a Python of their own, and keeps them for all checkouts."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sysconfig
from importlib.metadata import files
from pathlib import Path

COLAB = Path(__file__).with_name("colab_runtime.txt")
"""What Colab has, with its source and date."""

CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deep-learning-coursework" / "runtimes"
)
"""Minutes of installing, which a new checkout need not do again."""

TORCH = ("torch", "torchgen", "functorch", "nvidia", "triton")
"""What the kit's own torch consists of; its CUDA builds have the last two."""

PUBLISHED = COLAB.read_text(encoding="utf-8")
PYTHON = re.search(r"# Python (\d+\.\d+)", PUBLISHED)[1]
NEEDED = f"needs Python {PYTHON}, which Colab has: python{PYTHON} on the path, or one of pyenv's"
WARNINGS = {"PYTHONWARNINGS": ""}
"""Colab shows warnings as Python does by itself."""


def colab():
    """The Python of Colab's runtime, with all packages that the notebooks use but torch; None where the machine has none."""
    found = interpreter(PYTHON)
    return None if found is None else make(found, PUBLISHED)


def interpreter(version):
    """A Python of a version such as 3.13, on the path or of pyenv's; None where the machine has none."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = shutil.which(f"python{version}")
    candidates = [*([on_path] if on_path else []), *sorted(root.glob(f"versions/{version}.*/bin/python"))]
    told = "import sys, ensurepip, venv; print('{}.{}'.format(*sys.version_info))"
    for candidate in candidates:
        # pyenv's own stand-ins on the path end with an error where their version is not chosen.
        done = subprocess.run([candidate, "-c", told], capture_output=True, text=True)
        if done.stdout.strip() == version:
            return Path(candidate)
    return None


def make(python, packages, *, torch=False):
    """The Python of a virtual environment with just these packages, lines of a requirements file; made once.

    With `torch` it has the kit's own torch too, for which `python` must be of the kit's version.
    """
    theirs = sysconfig.get_path("purelib") if torch else ""
    key = hashlib.sha256(repr((str(python), packages, theirs)).encode()).hexdigest()[:16]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run may be making the same one
        if not (CACHE / key / "ready").exists():
            _make(CACHE / key, python, packages, torch)
    return CACHE / key / "bin" / "python"


def _make(folder, python, packages, torch):
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", folder], check=True)
    wanted = folder / "requirements.txt"
    wanted.write_text(packages, encoding="utf-8")
    command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, "--no-deps", "--only-binary=:all:", "-r", wanted], check=True)
    if torch:
        _add_torch(folder)
    (folder / "ready").touch()


def _add_torch(folder):
    (site,) = folder.glob("lib/python3*/site-packages")
    (metadata,) = {path.parts[0] for path in files("torch") if path.parts[0].endswith(".dist-info")}
    for name in (*TORCH, metadata):
        source = Path(sysconfig.get_path("purelib")) / name
        if source.exists() and not (site / name).exists():
            (site / name).symlink_to(source)
