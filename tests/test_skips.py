"""Which skipped tests fail where nobody looks at the list of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[1]

WAYS = {
    "mark": "@pytest.mark.skipif(True, reason={reason!r})\ndef test_it():\n    pass",
    "within": "def test_it():\n    pytest.skip({reason!r})",
    "fixture": "@pytest.fixture\ndef its():\n    pytest.skip({reason!r})\ndef test_it(its):\n    pass",
    "file": "pytest.skip({reason!r}, allow_module_level=True)",
}
REASONS = {"browser": "needs Chromium", "gpu": "needs a CUDA device", "user": "only root can do this"}


def failing(folder, **environment):
    """The files with a skipped test that pytest, with a worker, counts as failed; and its exit code."""
    for way, body in WAYS.items():
        for name, reason in REASONS.items():
            text = f"import pytest\n{body.format(reason=reason)}\n"
            (folder / f"test_{name}_{way}.py").write_text(text, encoding="utf-8")
    (folder / "test_other.py").write_text(
        "import pytest\ndef test_passes():\n    pass\n@pytest.mark.xfail\ndef test_is_expected():\n    assert 0"
    )
    options = [
        "-p",
        "tests.skips",
        "-p",
        "no:cacheprovider",
        "-rA",
        "-n",
        "1",
        "--continue-on-collection-errors",
    ]
    inherited = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_ADDOPTS")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", str(folder), *options],
        cwd=folder,
        env=inherited | environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert "1 xfailed" in run.stdout, run.stdout
    assert "PASSED test_other.py::test_passes" in run.stdout
    lines = re.findall(r"(?m)^(?:FAILED|ERROR) test_(\w+)\.py(.*)", run.stdout)
    return {name for name, _ in lines}, run.returncode, run.stdout


def test_a_skip_that_an_installation_would_undo_fails_under_ci(tmp_path):
    names, code, said = failing(tmp_path, CI="true")
    assert names == {f"browser_{way}" for way in WAYS}
    assert code == 1
    assert "needs Chromium. Under CI=true nothing is skipped that could be installed." in said


def test_for_others_nothing_changes(tmp_path):
    names, code, said = failing(tmp_path)
    assert (names, code) == (set(), 0)
    assert (
        f"{len(WAYS) * len(REASONS)} skipped" in said or f"{(len(WAYS) - 1) * len(REASONS)} skipped" in said
    )
