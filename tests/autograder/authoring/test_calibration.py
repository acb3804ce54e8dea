"""Accuracy thresholds follow from recorded runs of the reference."""

import dataclasses
import json

import numpy as np
import pytest

from autograder.assignment import settings as assignments
from autograder.authoring import calibration
from autograder.checks import Measured
from autograder.suites.linear_classifier import measure
from colab_setup.data.loading import synthetic

pytestmark = pytest.mark.slow


CASES = [
    (name, data, recipe, tier)
    for name in assignments.names()
    for data, recipes in assignments.load(name).recipes.items()
    for recipe, settings in recipes.items()
    for tier in settings.tiers
]


@pytest.mark.parametrize(("name", "data", "recipe", "tier"), CASES)
def test_a_tier_lies_four_deviations_on_the_easy_side_of_the_mean_of_twenty_recorded_seeds(
    name, data, recipe, tier
):
    settings = assignments.load(name)
    runs = calibration.summarise(settings, data)[recipe]
    assert runs.n >= 20
    side = 1 if settings.training.better == "higher" else -1
    assert settings.training.reaches(
        runs.mean - side * 4 * runs.sd, settings.recipes[data][recipe].tiers[tier]
    )
    assert settings.recipes[data][recipe].sd == pytest.approx(runs.sd, rel=0.02)


@pytest.mark.parametrize(("name", "data", "recipe"), sorted({case[:3] for case in CASES}))
def test_every_misconception_that_a_recipe_is_said_to_catch_misses_a_tier(name, data, recipe):
    settings = assignments.load(name)
    tiers = settings.recipes[data][recipe].tiers.values()
    for misconception, reached in calibration.caught(settings, data, recipe).items():
        assert not all(settings.training.reaches(reached, tier) for tier in tiers), misconception


@pytest.fixture
def small(monkeypatch, tmp_path):
    """The linear classifier with one short recipe, its runs kept in a temporary folder."""
    settings = assignments.load("linear_classifier")
    given = settings.recipes["synthetic"]["softmax"]
    recipe = dataclasses.replace(given, arguments={**given.arguments, "num_steps": 20})
    monkeypatch.setattr(calibration, "runs_file", lambda assignment, data: tmp_path / "runs" / f"{data}.json")
    return dataclasses.replace(settings, recipes={"synthetic": {"softmax": recipe}})


def test_calibration_goes_on_where_it_was_stopped(small, monkeypatch):
    dataset = synthetic(train=200, test=50)
    whole = list(calibration.calibrate(small, dataset, "synthetic", 3))
    file = calibration.runs_file(small, "synthetic")
    record = json.loads(file.read_text())
    del record["softmax"]["runs"]["2"]
    file.write_text(json.dumps(record))
    trained = []
    train = measure.TrainingData.measure
    monkeypatch.setattr(measure.TrainingData, "measure", lambda *args: trained.append(1) or train(*args))
    assert list(calibration.calibrate(small, dataset, "synthetic", 3)) == whole
    assert len(trained) == 1
    assert len({accuracy for _, _, accuracy in whole}) > 1


def test_runs_of_another_recipe_do_not_count(small):
    list(calibration.calibrate(small, synthetic(train=200, test=50), "synthetic", 2))
    assert calibration.summarise(small, "synthetic")["softmax"].n == 2
    given = small.recipes["synthetic"]["softmax"]
    recipe = dataclasses.replace(given, arguments={**given.arguments, "reg": 5.0})
    changed = dataclasses.replace(small, recipes={"synthetic": {"softmax": recipe}})
    assert calibration.summarise(changed, "synthetic") == {}


def test_the_highest_tier_is_rounded_down(small):
    file = calibration.runs_file(small, "synthetic")
    file.parent.mkdir()
    recipe = small.recipes["synthetic"]["softmax"].arguments
    runs = {"0": 40.0, "1": 41.0, "2": 42.0}
    file.write_text(json.dumps({"softmax": {"recipe": recipe, "runs": runs}}))
    summary = calibration.summarise(small, "synthetic")["softmax"]
    assert (summary.mean, summary.sd, summary.n) == (41.0, np.std([40, 41, 42], ddof=1), 3)
    assert summary.highest == 37.0


def test_where_lower_is_better_tiers_lie_above_the_mean(small):
    lower = dataclasses.replace(small, training=dataclasses.replace(small.training, better="lower"))
    file = calibration.runs_file(small, "synthetic")
    file.parent.mkdir()
    recipe = small.recipes["synthetic"]["softmax"].arguments
    caught = {wrong: {"0": 0.5, "1": 0.7} for wrong in small.recipes["synthetic"]["softmax"].catches}
    runs = {"0": 0.101, "1": 0.103}
    file.write_text(json.dumps({"softmax": {"recipe": recipe, "runs": runs, "caught": caught}}))
    assert calibration.summarise(lower, "synthetic")["softmax"].highest == pytest.approx(0.108)
    assert set(calibration.caught(lower, "synthetic", "softmax").values()) == {0.5}


def test_a_misconception_that_gives_no_model_is_caught(small, monkeypatch):
    def measured(data, functions, *rest):
        assert functions != ("sgd_uphill",), "The W holds inf or NaN."
        return Measured(40.0)

    monkeypatch.setattr(calibration, "_trained_by", lambda assignment, wrong: (wrong or "reference",))
    monkeypatch.setattr(measure.TrainingData, "measure", measured)
    list(calibration.calibrate(small, synthetic(train=200, test=50), "synthetic", 2))
    found = calibration.caught(small, "synthetic", "softmax")
    assert np.isnan(found.pop("sgd_uphill"))
    assert set(found.values()) == {40.0}
