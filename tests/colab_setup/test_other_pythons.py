"""A student's terminal with each Python that is supported, and the oldest and the newest numpy for it."""

import subprocess

import pytest

from tests.colab_setup.conftest import REPOSITORY
from tests.solutions import runtimes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "numpy"), [("3.11", "1.26.0"), ("3.12", "1.26.0"), ("3.13", "2.1.0"), ("3.13", "2.5.5")]
)
def test_checking_and_handing_in_work(solved, version, numpy):
    found = runtimes.interpreter(version)
    if found is None:
        pytest.skip(f"needs Python {version}: python{version} on the path, or one of pyenv's")
    python = runtimes.make(found, f"numpy=={numpy}\n")

    command = [python, "-W", "error", "-m", "colab_setup", "submit", "--folder", solved]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert "25 of 25 questions pass their public tests." in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0
    assert done.stderr == ""
    assert (solved / "submission.zip").exists()


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.8", "3.10"])
def test_an_older_python_is_told_in_one_sentence(solved, version):
    found = runtimes.interpreter(version)
    if found is None:
        pytest.skip(f"needs Python {version}: python{version} on the path, or one of pyenv's")

    command = [found, "-m", "colab_setup", "check", "--folder", solved]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Python 3.11 or newer is needed, and this is {version}.")
    assert done.stderr.count("\n") == 1
