"""Weights learnt at home, fitted to how a run has permuted a public data set, reach the public tiers and earn none."""

import dataclasses

import numpy as np
import pytest

from autograder import sandbox
from autograder.assignment import settings as assignments
from autograder.assignment.variants import without_markers
from autograder.checks import prepare
from autograder.grading.scoring import Scorer
from autograder.sandbox import SandboxError
from autograder.submissions.opening import Submission
from colab_setup.data import synthetic
from tests.attacks import memorised

pytestmark = pytest.mark.slow


def graded(name, dataset, folder, added=None, recipes=None):
    """The cases of the accuracy question of the reference, with code added to one of its modules."""
    settings = assignments.load(name)
    question = [path for path in settings.tests if path.stem == "accuracy"]
    settings = dataclasses.replace(
        settings, tests=tuple(question), recipes={**settings.recipes, **(recipes or {})}
    )
    data = prepare(settings, dataset, 77, folder)
    try:
        confinement = sandbox.choose(data.files, (), allow_none=False)
    except SandboxError as error:
        pytest.skip(str(error))
    modules = {
        module: without_markers((settings.solutions / f"{module}.py").read_text(encoding="utf-8"))
        for module in settings.modules
    }
    for module, code in (added or {}).items():
        modules[module] += code
    sources = {module: source.encode() for module, source in modules.items()}
    submission = Submission(
        "an", folder / "an.zip", modules=sources, other_modules={}, notebooks={}, notes=()
    )
    score = Scorer(settings, confinement, data, 77).score(submission)
    return {case.name.removeprefix("accuracy: "): case for case in score.cases}


def test_linear_weights_whose_columns_are_told_by_their_spread_earn_no_tier(tmp_path):
    dataset = synthetic()
    settings = assignments.load("linear_classifier")
    pixels = dataset.X_train.reshape(len(dataset.X_train), -1).astype(np.float32)
    X = np.column_stack([pixels - pixels.mean(axis=0), np.ones(len(pixels))]).astype(np.float32)
    W, _ = assignments.load_reference(settings).train_linear_classifier(
        X, dataset.y_train, rng=np.random.default_rng(0), **settings.recipes["synthetic"]["softmax"].arguments
    )
    code = memorised.linear(W, dataset)
    cases = graded("linear_classifier", dataset, tmp_path, {"sgd": code})

    tiers = [case for name, case in cases.items() if "tier" in name]
    assert len(tiers) == 4
    assert [case.points for case in tiers] == [0, 0, 0, 0]
    public = [run for case in tiers for run in case.trainings if "unseen" not in run.recipe]
    assert {run.tier for run in public} == {"high"}  # with what is public alone it would have them all
    unseen = [run for case in tiers for run in case.trainings if "unseen" in run.recipe]
    assert {run.recipe for run in unseen} == {"softmax, unseen", "svm, unseen"}
    assert max(run.value for run in unseen) < 20
