"""Every style does what the reference does; every misconception does something else, by a wide margin."""

import contextlib
import io
import warnings
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


FOLDER = Path(__file__).parents[2] / "solutions" / "linear_classifier"
MISCONCEPTIONS = load_misconceptions(FOLDER)
STYLES = load_styles(FOLDER)
STYLE_NAMES = list(dict.fromkeys(variant.name for variant in STYLES))

PROBLEM_SHAPES = [(9, 4, 5), (3, 7, 4), (4, 3, 6), (1, 5, 3), (8, 3, 2), (6, 1, 4)]  # (N, D, C)


def problems(*, dtype=np.float64, labels=np.int64, offsets=()):
    for N, D, C in PROBLEM_SHAPES:
        rng = np.random.default_rng([N, D, C])
        W, X, y = rng.standard_normal((D, C)), rng.standard_normal((N, D)), rng.integers(C, size=N)
        if offsets:  # one constant for all scores of a row
            X = np.column_stack([X, np.resize(offsets, N)])
            W = np.vstack([W, np.ones(C)])
        yield W.astype(dtype), X.astype(dtype), y.astype(labels)


def of_losses(function, *, margins=False, stable=False):
    for W, X, y in problems():
        yield observe(function, W, X, y)
        if margins:
            yield observe(function, W, X, y, delta=0.3)
            yield observe(function, W, X, y, 5.0)
    for W, X, y in problems(labels=np.uint8):
        yield observe(function, W, X, y)
    if stable:
        for W, X, y in problems(offsets=(1e3, -1e3)):
            yield observe(function, W, X, y)
        for W, X, y in problems():
            yield observe(function, 1e3 * W, X, y)


def of_scores(function):
    for _, X, _ in problems(offsets=(1e3, -1e3)):
        yield observe(function, X)


def of_weights_and_examples(function):
    for W, X, _ in problems():
        yield observe(function, W, X)
    yield observe(
        function, np.tile(np.eye(3), 2), np.array([[2.0, 2, 1], [-3, -1, -1], [0, 0, 0]])
    )  # equal scores


def of_examples(function):
    for _, X, _ in problems():
        yield observe(function, X)


def of_distributions(function):
    for C in (2, 5):
        p, q = np.random.default_rng(C).dirichlet(np.ones(C), size=2)
        yield observe(function, p, q)
    yield observe(function, np.array([0.25, 0.0, 0.75]), np.array([0.5, 0.2, 0.3]))
    yield observe(function, np.array([0.0, 1.0, 0.0]), np.array([0.5, 0.5, 0.0]))


def of_scalar_functions(function):
    W = np.random.default_rng(1).standard_normal((3, 4))
    for f in (lambda W: float(np.sum(W**3)), lambda W: float(np.prod(W[0]) + W[1, 2] * W[2, 0])):
        yield observe(function, f, W)
        yield observe(function, f, W, h=1e-2)


def of_pairs(function):
    rng = np.random.default_rng(2)
    a, b = rng.standard_normal((2, 3, 4))
    yield observe(function, a, b)
    yield observe(function, a, a + 1e-3)
    yield observe(function, np.array([0.0, 1.0]), np.array([0.0, 1.5]))
    yield observe(function, np.array([1e-9, 1.0]), np.array([0.0, 1.0]))


def of_weights(function, *more):
    for shape in ((3, 4), (5, 2), (1, 2)):
        W = np.random.default_rng(shape).standard_normal(shape)
        yield observe(function, W, *more)
        yield observe(function, np.where(W < 0, 0, W), *more)


def of_batches(function):
    X, y = np.arange(24.0).reshape(12, 2), np.arange(12)
    rng = np.random.default_rng(3)
    batches = []
    for _ in range(60):
        given_X, given_y = X.copy(), y.copy()
        X_batch, y_batch = function(given_X, given_y, 5, rng)
        yield [np.shape(X_batch), np.shape(y_batch), given_X, given_y, X[y_batch] - X_batch]
        batches.append(tuple(y_batch))
    yield [sorted(set().union(*batches)), len(set(batches)) > 50, max(map(len, map(set, batches))) > 1]
    other = function(X, y, 5, np.random.default_rng(4))[1]
    again = function(X, y, 5, np.random.default_rng(4))[1]
    yield [np.array_equal(other, again), tuple(other) in batches]


def of_training_loops(function):
    """Runs of sgd on a loss whose gradient tells where each step was, on which examples."""
    X, y = np.arange(24.0).reshape(12, 2) / 24, np.arange(12)
    for learning_rate in (0.1, 0.4):
        start = np.array([[1.0, 2.0]])
        seen = []

        def loss_fn(W, X, y):
            return float(np.sum(W * W) + np.sum(y))

        def gradient_fn(W, X, y, seen=seen):
            seen.append((np.array(W), tuple(y), loss_fn(W, X, y)))
            return np.mean(X, axis=0)[None, :] + 2 * W

        settings = {"learning_rate": learning_rate, "batch_size": 4, "rng": np.random.default_rng(5)}
        W, history = function(loss_fn, gradient_fn, start, X, y, num_steps=20, **settings)
        yield [start, len(seen), len(history), {len(rows) for _, rows, _ in seen} == {4}]
        yield [len({rows for _, rows, _ in seen}) > 15, sorted(set().union(*(rows for _, rows, _ in seen)))]
        yield [loss - expected for loss, (*_, expected) in zip(history, seen, strict=False)]
        after = [*[W for W, *_ in seen[1:]], W]
        for (before, rows, _), moved in zip(seen, after, strict=True):
            gradient = X[list(rows)].mean(axis=0) + 2 * before
            yield [before - learning_rate * gradient - moved]


def of_training(function):
    """Training on copies of one example, where every batch is the same: only W's start is drawn."""
    x = np.array([0.5, -1.0, 1.5])
    X, y = np.tile(x, (6, 1)), np.full(6, 2)
    for loss in ("svm", "softmax"):
        for reg, num_steps in ((0.0, 3), (0.7, 0), (0.7, 4)):
            settings = {"learning_rate": 0.1, "batch_size": 3, "rng": np.random.default_rng(6)}
            yield observe(function, X, y, loss=loss, reg=reg, num_steps=num_steps, **settings)
    with contextlib.suppress(ValueError):
        settings = {"learning_rate": 0.1, "batch_size": 3, "rng": np.random.default_rng(6)}
        function(X, y, loss="hinge", num_steps=1, **settings)
        yield ["no ValueError"]


PROBES = {
    "add_bias": of_examples,
    "linear_scores": of_weights_and_examples,
    "svm_loss_naive": lambda f: of_losses(f, margins=True),
    "svm_loss": lambda f: of_losses(f, margins=True),
    "softmax": of_scores,
    "softmax_loss_naive": lambda f: of_losses(f, stable=True),
    "softmax_loss": lambda f: of_losses(f, stable=True),
    "kl_divergence": of_distributions,
    "numerical_gradient": of_scalar_functions,
    "relative_error": of_pairs,
    "svm_gradient_naive": lambda f: of_losses(f, margins=True),
    "svm_gradient": lambda f: of_losses(f, margins=True),
    "softmax_gradient_naive": lambda f: of_losses(f, stable=True),
    "softmax_gradient": lambda f: of_losses(f, stable=True),
    "l2": of_weights,
    "l2_gradient": of_weights,
    "l1": of_weights,
    "l1_gradient": of_weights,
    "elastic_net": lambda f: of_weights(f, 0.3),
    "elastic_net_gradient": lambda f: of_weights(f, 0.3),
    "sample_batch": of_batches,
    "sgd_step": lambda f: (observe(f, *np.random.default_rng(7).standard_normal((2, 3, 4)), 0.3),),
    "sgd": of_training_loops,
    "train_linear_classifier": of_training,
    "predict": of_weights_and_examples,
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


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_a_style_keeps_float32(style, sources, reference, load):
    submission = load(apply([variant for variant in STYLES if variant.name == style], sources))
    for W, X, y in problems(dtype=np.float32):
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            for name in (
                "svm_gradient",
                "softmax_gradient",
                "svm_loss",
                "softmax_loss",
                "svm_gradient_naive",
            ):
                got, expected = getattr(submission, name)(W, X, y), getattr(reference, name)(W, X, y)
                np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
                if np.ndim(expected):
                    assert got.dtype == np.float32, name
            assert submission.softmax(X).dtype == np.float32
            assert submission.add_bias(X).dtype == np.float32
            assert submission.sgd_step(W, W, 0.1).dtype == np.float32


@pytest.mark.parametrize("variant", MISCONCEPTIONS, ids=lambda variant: variant.name)
def test_a_misconception_is_far_from_the_reference_and_only_in_its_function(
    variant, sources, reference, load
):
    submission = load(apply([variant], sources))
    a_misconception_is_far_and_only_in_its_function(
        PROBES, variant, submission, reference, trainer="train_linear_classifier"
    )


def test_every_graded_function_has_misconceptions_and_there_are_at_least_sixty():
    assert {variant.function for variant in MISCONCEPTIONS} == set(PROBES)
    assert len(MISCONCEPTIONS) >= 60


@pytest.mark.parametrize("variant", MISCONCEPTIONS, ids=lambda variant: variant.name)
def test_a_misconception_names_its_own_question_and_a_hint_of_one_sentence(variant):
    a_hint_is_one_sentence_and_the_question_its_own(variant, "train_linear_classifier", "accuracy")


def test_there_are_at_least_twelve_styles():
    assert len(STYLE_NAMES) >= 12
