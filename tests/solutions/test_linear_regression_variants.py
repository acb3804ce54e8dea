"""Every style does what the reference does; every misconception does something else, by a wide margin."""

import contextlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from autograder.assignment.misconceptions import load_misconceptions
from autograder.assignment.variants import apply, load_styles
from tests.solutions.probing import (
    a_hint_is_one_sentence_and_the_question_its_own,
    a_misconception_is_far_and_only_in_its_function,
    a_style_does_what_the_reference_does,
    distance,
    observe,
)

pytestmark = pytest.mark.slow


ASSIGNMENT = "linear_regression"
FOLDER = Path(__file__).parents[2] / "solutions" / ASSIGNMENT
MISCONCEPTIONS = load_misconceptions(FOLDER)
STYLES = load_styles(FOLDER)
STYLE_NAMES = list(dict.fromkeys(variant.name for variant in STYLES))


def problems(dtype=np.float64):
    for N, D in ((9, 4), (3, 5), (1, 3)):
        rng = np.random.default_rng([N, D])
        drawn = rng.standard_normal(D), rng.standard_normal((N, D)), 2 * rng.standard_normal(N)
        yield tuple(part.astype(dtype) for part in drawn)


def of_losses(function):
    for w, X, y in problems():
        yield observe(function, w, X, y)


def of_examples(function):
    for _, X, _ in problems():
        yield observe(function, X)


def of_weights_and_examples(function):
    for w, X, _ in problems():
        yield observe(function, w, X)


def of_features(function):
    for degree in (0, 1, 4):
        yield observe(function, np.array([0.0, -1.5, 2.0]), degree)


def of_scalar_functions(function):
    w = np.random.default_rng(1).standard_normal((3, 4))
    for f in (
        lambda w: float(np.sum(w**3)),
        lambda w: float(np.sum(w**2) + np.prod(w[0]) + w[1, 2] * w[2, 0]),
    ):
        yield observe(function, f, w)
        yield observe(function, f, w, h=0.1)


def of_weights(function, *more):
    for shape in ((3, 4), (5,), (1,)):
        w = np.random.default_rng(shape).standard_normal(shape)
        yield observe(function, w, *more)
        yield observe(function, np.where(w < 0, 0, w), *more)


def of_ridge(function):
    for _, X, y in problems():
        for reg in (0.05, 3.0):
            yield observe(function, X, y, reg)


def of_least_squares(function):
    for _, X, y in problems():
        yield observe(function, X, y)
    rng = np.random.default_rng(2)
    X, y = rng.integers(-4, 5, (8, 3)) / 4, rng.standard_normal(8)
    X[:, 2] = 0
    yield observe(function, X, y)
    X = np.linspace(0, 1, 30)[:, None] ** np.arange(12)
    yield observe(function, X, X @ (-1.0) ** np.arange(12))


def of_descents(function):
    start, slopes = np.array([2.0, 2.0, 2.0]), np.array([1.0, 0.8, 1.2])
    for max_steps, tolerance in ((0, 0.0), (4, 0.0), (30, 1.0), (30, 5.0)):
        settings = {"learning_rate": 0.1, "max_steps": max_steps, "tolerance": tolerance}
        yield observe(function, lambda w: slopes * w, start, **settings)
    settings = {"learning_rate": 0.25, "max_steps": 30, "tolerance": 0.5}
    yield observe(function, lambda w: 2 * w, np.array([4.0]), **settings)


def of_epochs(function):
    """Runs on a gradient that tells where each step was, on which examples; what shuffling decides is left out."""
    N, seen = 7, []

    def gradient_fn(w, X, y):
        seen.append((np.array(w), tuple(int(row) for row in y), X.copy()))
        return 2 * w + X.sum(axis=0)

    for batch_size, num_epochs in ((3, 12), (7, 1), (2, 0)):
        runs = []
        for seed in (1, 1, 2):
            seen.clear()
            w, X, y = np.array([1.0, -2.0]), np.arange(2.0 * N).reshape(N, 2) / N, np.arange(float(N))
            settings = {"learning_rate": 0.1, "batch_size": batch_size, "num_epochs": num_epochs}
            rng = np.random.default_rng(seed)
            path = function(gradient_fn, w, X, y, rng=rng, **settings)
            each = -(-N // batch_size)
            yield [np.shape(path), np.asarray(path)[0], len(seen), w, X, y]
            if np.shape(path) != (len(seen) + 1, 2):
                return
            for step, (before, rows, batch) in enumerate(seen):
                moved = np.asarray(path)[step + 1] - before + 0.1 * (2 * before + batch.sum(axis=0))
                yield [before - np.asarray(path)[step], moved, batch - X[list(rows)], len(rows)]
            runs.append([rows for _, rows, _ in seen])
            for start in range(0, len(runs[-1]), each):
                yield [sorted(row for rows in runs[-1][start : start + each] for row in rows)]
        yield [runs[0] == runs[1], runs[0] == runs[2], len({str(run) for run in runs[0][::each]}) > 3]


def of_splits(function):
    rng, tests = np.random.default_rng(3), []
    for num_test in (4, 4, 4, 4, 1, 10):
        X, y = np.arange(22.0).reshape(11, 2), np.arange(11.0)
        X_train, y_train, X_test, y_test = function(X, y, num_test, rng)
        yield [np.shape(part) for part in (X_train, y_train, X_test, y_test)]
        if np.ndim(y_train) != 1:
            return
        rows = np.concatenate([y_train, y_test]).astype(int)
        yield [X, y, np.vstack([X_train, X_test]) - X[rows], np.sort(rows)]
        tests.append(tuple(sorted(y_test)))
    yield [
        len(set(tests[:4])),
        any(np.ptp(test) > 3 for test in tests[:4]),
        all(0 in test for test in tests[:4]),
    ]
    # Rows that lie side by side are as rare in a test set as any others, the last row following on the first.
    yield [sum((b - a) % 11 == 1 for test in tests[:4] for a, b in pairwise(test)) < 9]


def of_bias_and_variance(function):
    for degrees, num_sets in (([0, 1, 3], 4), ([2], 1)):
        rng, calls = np.random.default_rng(4), []

        def draw(rng=rng, calls=calls):
            calls.append(None)
            x = np.linspace(-1, 1, 9)
            return x, np.sin(3 * x) + rng.standard_normal(9)

        x = np.array([-0.9, 0.1, 0.4])
        yield [*observe(function, degrees, draw, num_sets, x, np.sin(3 * x)), len(calls)]


def of_training(function):
    """Training on copies of one example, where every order gives the same weights."""
    X, y = np.tile([0.5, -1.0, 1.0], (6, 1)), np.full(6, 2.0)
    settings = {"learning_rate": 0.1, "batch_size": 4, "num_epochs": 3}
    for penalty, reg in (("l2", 0.3), ("l1", 0.3), ("l2", 0.0)):
        yield observe(function, X, y, penalty=penalty, reg=reg, rng=np.random.default_rng(5), **settings)
    with contextlib.suppress(ValueError):
        function(X, y, penalty="l0", reg=0.3, rng=np.random.default_rng(5), **settings)
        yield [1]  # no ValueError


PROBES = {
    "add_bias": of_examples,
    "predict": of_weights_and_examples,
    "mse_loss": of_losses,
    "mse_loss_matrix": of_losses,
    "polynomial_features": of_features,
    "mse_gradient": of_losses,
    "numerical_gradient": of_scalar_functions,
    "l2": of_weights,
    "l2_gradient": of_weights,
    "l1": of_weights,
    "l1_gradient": of_weights,
    "elastic_net": lambda f: of_weights(f, 0.3),
    "elastic_net_gradient": lambda f: of_weights(f, 0.3),
    "soft_threshold": lambda f: of_weights(f, 0.3),
    "ridge": of_ridge,
    "normal_equations": of_least_squares,
    "gradient_descent": of_descents,
    "minibatch_sgd": of_epochs,
    "train_test_split": of_splits,
    "bias_variance": of_bias_and_variance,
    "train_linear_regression": of_training,
}


def test_every_graded_function_is_probed(reference):
    assert set(PROBES) == set(vars(reference))


@pytest.mark.parametrize("name", PROBES)
def test_the_reference_is_at_no_distance_from_itself(name, reference):
    assert distance(PROBES[name], getattr(reference, name), getattr(reference, name)) == 0


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_a_style_does_what_the_reference_does(style, sources, reference, load):
    submission = load(apply([variant for variant in STYLES if variant.name == style], sources))
    a_style_does_what_the_reference_does(PROBES, submission, reference)


@pytest.mark.parametrize("variant", MISCONCEPTIONS, ids=lambda variant: variant.name)
def test_a_misconception_is_far_from_the_reference_and_only_in_its_function(
    variant, sources, reference, load
):
    submission = load(apply([variant], sources))
    a_misconception_is_far_and_only_in_its_function(
        PROBES, variant, submission, reference, trainer="train_linear_regression"
    )


def test_every_graded_function_has_misconceptions_and_there_are_at_least_sixty():
    assert {variant.function for variant in MISCONCEPTIONS} == set(PROBES)
    assert len(MISCONCEPTIONS) >= 60


@pytest.mark.parametrize("variant", MISCONCEPTIONS, ids=lambda variant: variant.name)
def test_a_misconception_names_its_own_question_and_a_hint_of_one_sentence(variant):
    a_hint_is_one_sentence_and_the_question_its_own(variant, "train_linear_regression", "held_out_error")


def test_there_are_at_least_twelve_styles():
    assert len(STYLE_NAMES) >= 12
