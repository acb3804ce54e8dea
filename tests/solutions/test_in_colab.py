"""Both notebooks work from the released zip in Colab's own versions of Python and of its packages.

The linear classifier's in exactly these; to its end it runs there in `test_notebook`, which looks at what it shows.
No package index has the CPU build of PyTorch that Colab has, and the CUDA builds that stand in for it take 4.5 GB: so the
notebook of gpu_training runs in the kit's own Python and torch, with all other packages as Colab has them.
"""

import sys
from pathlib import Path

import pytest

from autograder.assignment import settings as assignments
from tests.released import released
from tests.solutions import notebook_rules as rules
from tests.solutions import runtimes
from tests.solutions.notebook_runs import in_colab, run, said_between_saves, unpack

pytestmark = pytest.mark.slow


@pytest.fixture(
    scope="module", params=["linear_classifier", pytest.param("gpu_training", marks=pytest.mark.long)]
)
def assignment(request):
    return request.param


@pytest.fixture(scope="module")
def python(assignment):
    """The Python of the runtime, which has all that the notebook uses: nothing is installed."""
    if assignment == "gpu_training":
        return runtimes.make(Path(sys.executable).resolve(), runtimes.PUBLISHED, torch=True)
    return runtimes.colab() or pytest.skip(runtimes.NEEDED)


@pytest.fixture(scope="module")
def zipped(tmp_path_factory, assignment):
    return released(assignments.load(assignment), tmp_path_factory.mktemp("dist"))[0]


@pytest.fixture
def in_the_runtime(tmp_path, zipped, python, assignment):
    """Runs something with a student's folder on Drive: its place, an environment, and the kernel's Python."""

    def call(action, *arguments, solved):
        drive = tmp_path / "drive"
        folder = unpack(zipped, drive / "MyDrive" / assignment, solved=solved)
        environment = in_colab(tmp_path, folder / f"{assignment}.ipynb") | runtimes.WARNINGS
        return action(folder, environment, *arguments, where=tmp_path, drive=drive, python=python)

    return call


@pytest.mark.long
@pytest.mark.parametrize("assignment", ["gpu_training"], indirect=True)
def test_with_right_modules_the_notebook_runs_to_its_end_and_all_checks_pass(in_the_runtime, assignment):
    ran = in_the_runtime(run, solved=True)

    rules.all_checks_passed(ran)
    rules.every_cell_that_draws_shows_one_figure(ran)
    assert len(ran.figures) == 14
    rules.it_ran_in_colab(ran, "")
    assert "questions pass their public tests." in ran.said("submit")


def test_with_stubs_the_notebook_stops_at_the_first_question_with_one_sentence(in_the_runtime, assignment):
    ran = in_the_runtime(run, solved=False)

    first = {"linear_classifier": ("add_bias", "split"), "gpu_training": ("cross_entropy", "log-sum-exp")}
    question, cell = first[assignment]
    rules.stopped_at_the_first_question(ran, question, "loss", at=cell)


def test_a_saved_module_is_read_anew_without_a_restart(in_the_runtime, assignment):
    checks, broken = {
        "linear_classifier": (("svm_loss", "accuracy"), "loss"),
        "gpu_training": (("CrossEntropy", "MulticlassHinge"), "gradient"),
    }[assignment]

    said = in_the_runtime(said_between_saves, checks, broken, solved=False)
    rules.saved_modules_are_read_anew(said, checks, broken)
