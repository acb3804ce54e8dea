"""Data in, weights out: nothing that was memorised is worth anything."""

import numpy as np
import pytest

from autograder.assignment import Recipe
from autograder.assignment import settings as assignments
from autograder.checks import Training, prepare
from colab_setup.data.loading import synthetic

SETTINGS = assignments.load("linear_classifier")
RECIPE = Recipe(
    tiers={"low": 15.0, "high": 99.9},
    arguments={"loss": "softmax", "learning_rate": 1e-6, "reg": 1e3, "batch_size": 50, "num_steps": 60},
    sd=0.0,
)


@pytest.fixture(scope="module")
def dataset():
    return synthetic(train=1000, test=300)


def training(data, seed=1):
    return Training(data, SETTINGS.training, {"softmax": RECIPE}, seed, 10)


def reference():
    return assignments.load_reference(SETTINGS).train_linear_classifier


@pytest.mark.slow
def test_rows_are_centred_float32_with_a_column_of_ones(dataset, tmp_path):
    data = prepare(SETTINGS, dataset, 1, tmp_path)
    X = data.X_train.load()
    assert X.dtype == data.X_test.dtype == np.float32
    assert X.shape == (1000, 3073)
    assert (X[:, -1] == 1).all()
    assert (data.X_test[:, -1] == 1).all()
    np.testing.assert_allclose(X[:, :-1].mean(axis=0), 0, atol=1e-3)
    pixels = dataset.X_test.reshape(300, -1) - dataset.X_train.reshape(1000, -1).mean(axis=0)
    np.testing.assert_allclose(np.sort(data.X_test[:, :-1]), np.sort(pixels), atol=1e-3)


@pytest.mark.slow
def test_labels_and_columns_are_permuted_by_the_seed_and_by_nothing_else(dataset, tmp_path):
    for name in "abc":
        (tmp_path / name).mkdir()
    first, again, other = (
        prepare(SETTINGS, dataset, seed, tmp_path / name) for seed, name in ((1, "a"), (1, "b"), (2, "c"))
    )
    assert np.array_equal(first.y_test, again.y_test)
    assert np.array_equal(first.X_test, again.X_test)
    assert not np.array_equal(first.y_test, other.y_test)
    assert not np.array_equal(first.X_test, other.X_test)
    renamed = {(old, new) for old, new in zip(dataset.y_test.tolist(), first.y_test.tolist(), strict=True)}
    assert len(renamed) == 10
    assert sorted(new for _, new in renamed) == list(range(10))


@pytest.mark.slow
def test_permuting_changes_nothing_for_one_who_trains(dataset, tmp_path):
    found = []
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        data = prepare(SETTINGS, dataset, seed, tmp_path / str(seed))
        found.append(data.measure((reference(),), RECIPE, seed, 10).value)
    assert min(found) > 30
    assert abs(found[0] - found[1]) < 8


@pytest.mark.slow
def test_weights_of_another_run_are_worth_no_more_than_guessing(dataset, tmp_path):
    (tmp_path / "own").mkdir()
    own = prepare(SETTINGS, dataset, 1, tmp_path / "own")
    kept = reference()(
        own.X_train.load(), own.y_train, reg=1e3, learning_rate=1e-6, batch_size=50, num_steps=60,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert own.measure((lambda *args, **kwargs: kept,), RECIPE, 1, 10).value > 30
    graded = prepare(SETTINGS, dataset, 2, tmp_path)
    assert graded.measure((lambda *args, **kwargs: kept,), RECIPE, 2, 10).value < 20


@pytest.mark.slow
def test_a_recipe_is_trained_once_for_all_its_tiers(dataset, tmp_path):
    held, calls = training(prepare(SETTINGS, dataset, 1, tmp_path)), []

    def train(*args, **kwargs):
        calls.append(1)
        return reference()(*args, **kwargs)

    held.reaches(train, recipe="softmax", tier="low")
    with pytest.raises(AssertionError, match=r"gives .* this tier asks for 99\.9 or more"):
        held.reaches(train, recipe="softmax", tier="high")
    assert len(calls) == 1


def test_a_training_that_fails_fails_for_every_tier_and_is_not_tried_again(dataset, tmp_path):
    held, calls = training(prepare(SETTINGS, dataset, 1, tmp_path)), []

    def train(*args, **kwargs):
        calls.append(1)
        raise ZeroDivisionError

    for tier in ("low", "high"):
        with pytest.raises(ZeroDivisionError):
            held.reaches(train, recipe="softmax", tier=tier)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, r"must return \(W, history\)"),
        ((1, 2, 3), "3 values"),
        (([[1.0]], []), "no array"),
        ((np.zeros((10, 3073)), []), r"shape \(10, 3073\), not \(3073, 10\)"),
        ((np.full((3073, 10), np.nan), []), "inf or NaN"),
        ((np.zeros((3073, 10), dtype=bool), []), "dtype bool"),
    ],
)
def test_what_is_no_weight_matrix_is_refused_with_a_sentence(dataset, tmp_path, result, words):
    held = training(prepare(SETTINGS, dataset, 1, tmp_path))
    with pytest.raises(AssertionError, match=words):
        held.reaches(lambda *args, **kwargs: result, recipe="softmax", tier="low")


@pytest.mark.slow
def test_the_unseen_problem_is_the_runs_own_and_learnt_by_who_trains(dataset, tmp_path):
    made = []
    for seed in (1, 2):
        (tmp_path / str(seed)).mkdir()
        data = prepare(SETTINGS, dataset, seed, tmp_path / str(seed))
        made.append(data.unseen.X_test)
        assert data.files.keys() == {"X_train", "X_unseen"}
        for recipe in SETTINGS.recipes["unseen"].values():
            learnt = data.unseen.measure((reference(),), recipe, seed, 10).value
            assert learnt >= recipe.tiers["learnt"]
            for W in (
                np.zeros((193, 10)),
                np.ones((193, 10)),
                np.random.default_rng(0).standard_normal((193, 10)),
            ):
                nothing = lambda X, y, W=W, **kwargs: (W, [])  # noqa: E731
                assert data.unseen.measure((nothing,), recipe, seed, 10).value <= 30
    assert not np.array_equal(*made)
