"""The grader's start leaves out what it does not use of Otter, and Otter is whole for whoever asks for it."""

import subprocess
import sys

import pytest

GRADER = "import sys, autograder.grading, autograder.grading.container.grading"
HEAVY = {"pandas", "nbconvert", "jupytext", "torch", "scipy", "matplotlib"}


def run(program):
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


@pytest.mark.slow
def test_what_grades_imports_nothing_heavy():
    assert set(run(f"{GRADER}; print(*sys.modules)").split()) & HEAVY == set()


@pytest.mark.slow
def test_otter_is_whole_for_whoever_asks_for_it():
    program = (
        f"{GRADER}, otter; otter.api.grade_submission, otter.assign.main, otter.run.run_autograder.main; "
        "from otter import Notebook, __version__, logging; from otter.run import AutograderConfig, main; "
        "from otter.run.run_autograder.autograder_config import AutograderConfig as ours; assert ours is AutograderConfig; "
        "from otter.test_files import GradingResults; assert otter.api.GradingResults is GradingResults; "
        "print(Notebook.__module__, main.__module__)"
    )
    assert run(program) == "otter.check.notebook otter.run"
