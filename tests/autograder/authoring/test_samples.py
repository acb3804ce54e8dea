"""The sample batch, graded as `make demo` does it: each mistake costs its own question and nothing else."""

import dataclasses

import pytest

from autograder import sandbox
from autograder.assignment import settings as assignments
from autograder.assignment.misconceptions import load_misconceptions
from autograder.authoring import samples
from autograder.checks import prepare
from autograder.grading import batch
from autograder.grading.results import Results
from autograder.grading.scoring import Scorer
from autograder.submissions.opening import find_submissions
from autograder.suites.linear_classifier import samples as chosen
from colab_setup.data.loading import load, synthetic

pytestmark = pytest.mark.slow


def scorer_of(dataset, seed, folder, **limits):
    settings = assignments.load("linear_classifier")
    settings = dataclasses.replace(settings, limits=dataclasses.replace(settings.limits, **limits))
    data = prepare(settings, dataset, seed, folder)
    return Scorer(settings, sandbox.choose(data.files, (), allow_none=False), data, seed)


def briefly(recipes):
    """The same recipes with five steps each."""
    return {
        data: {
            name: dataclasses.replace(recipe, arguments={**recipe.arguments, "num_steps": 5})
            for name, recipe in each.items()
        }
        for data, each in recipes.items()
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The rows of the sample batch by name, and the points of each question.

    Of those that are wrong nobody asks the accuracy, and training is most of a grading: they train a few steps.
    """
    folder, out = tmp_path_factory.mktemp("samples"), tmp_path_factory.mktemp("out")
    scorer = scorer_of(synthetic(), 5, tmp_path_factory.mktemp("data"), call_seconds=1)
    assignment = dataclasses.replace(scorer.assignment, recipes=briefly(scorer.assignment.recipes))
    quick = Scorer(assignment, scorer.confinement, scorer.data, scorer.seed)
    samples.write(assignment, folder)
    found = find_submissions(folder, assignment.modules)
    right = [each for each in found if each[0].startswith("full marks")]
    wrong = [each for each in found if each not in right]
    rows = {}
    for grader, those, name in ((scorer, right, "right"), (quick, wrong, "wrong")):
        results = Results(out / name, assignment.name, scorer.points)
        rows |= {graded.row.submission: graded.row for graded in batch.grade(grader, those, results, 2)}
    return rows, scorer.points


def lost(graded, name):
    rows, points = graded
    return {question for question, most in points.items() if rows[name].questions[question] < most}


def test_there_are_enough_samples_and_each_has_a_row(graded):
    rows, points = graded
    assert len(rows) >= 16
    assert sum(points.values()) == 100
    assert "attention" not in {row.status for row in rows.values()}


@pytest.mark.parametrize("name", ["full marks", *chosen.STYLES])
def test_correct_ones_get_full_marks(graded, name):
    assert lost(graded, name) == set()
    assert graded[0][name].score == 100


def test_the_stubs_get_nothing(graded):
    assert graded[0]["unfinished stubs"].score == 0


@pytest.mark.parametrize("name", chosen.WRONG)
def test_a_mistake_costs_its_question_and_at_most_the_accuracy(graded, name):
    variants = load_misconceptions(assignments.SOLUTIONS / "linear_classifier")
    (variant,) = [variant for variant in variants if variant.name == name]
    wrong = lost(graded, name.replace("_", " "))
    assert wrong - {"accuracy"} == set(variant.questions)


@pytest.mark.parametrize(
    ("name", "status", "questions"),
    [
        ("endless loop", "partial", {"softmax_loss_naive"}),
        ("exits", "partial", {"relative_error"}),
        ("allocates without end", "partial", {"l1"}),
        ("reads the solutions and the network", "graded", {"svm_loss"}),
    ],
)
def test_misbehaviour_costs_the_function_that_misbehaves(graded, name, status, questions):
    assert graded[0][name].status == status
    assert lost(graded, name) - {"accuracy"} == questions


def test_a_module_that_cannot_be_imported_costs_its_own_questions(graded):
    owners = assignments.load("linear_classifier").owners
    for name, module in (("syntax error", "loss"), ("import that fails", "gradient")):
        assert lost(graded, name) - {"accuracy"} == {
            question for question, owner in owners.items() if owner == module
        }


def test_a_truncated_zip_is_rejected_with_its_reason(graded):
    row = graded[0]["truncated zip"]
    assert (row.status, row.score) == ("rejected", 0)
    assert "zip" in row.reason


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_on_cifar10_the_reference_gets_full_marks(cifar10_zip, tmp_path, seed):
    scorer = scorer_of(load(cifar10_zip), seed, tmp_path)
    samples.write(scorer.assignment, tmp_path / "samples")
    results = Results(tmp_path / "out", scorer.assignment.name, scorer.points)
    (graded,) = batch.grade(scorer, [("full marks", tmp_path / "samples" / "full marks.zip")], results, 1)
    row = graded.row
    assert row.score == 100
    assert row.status == "graded"
