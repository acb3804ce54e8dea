"""Checks of train_linear_classifier: everything together."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "accuracy"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="accuracy: training returns the weights and a history of losses", points=0.5)
def weights_and_history(train_linear_classifier):
    rng = np.random.default_rng(3)
    for N, D, C, num_steps in ((12, 4, 3, 5), (9, 2, 6, 8)):
        X, y = rng.standard_normal((N, D)), np.arange(N) % C
        for loss, first in (("svm", C - 1), ("softmax", np.log(C))):
            W, history = train_linear_classifier(
                X.copy(),
                y.copy(),
                loss=loss,
                reg=0.1,
                learning_rate=0.01,
                batch_size=4,
                num_steps=num_steps,
                rng=np.random.default_rng(4),
            )
            assert np.shape(W) == (D, C), f"W has shape {np.shape(W)}; expected {(D, C)}."
            assert np.shape(history) == (num_steps,), (
                f"history has shape {np.shape(history)}; expected {(num_steps,)}."
            )
            assert np.all(np.isfinite(W)), "W holds inf or NaN."
            expect(history[0], first, f"the first {loss} loss, with weights near zero", atol=0.02)
    W, history = train_linear_classifier(
        np.zeros((8, 300)),
        np.arange(8) % 4,
        learning_rate=0.01,
        batch_size=4,
        num_steps=0,
        rng=np.random.default_rng(5),
    )
    expect(history, [], "the history of no steps")
    size = np.std(W)  # of 1,200 numbers, of which chance moves it by 2 %
    assert 0.8e-4 < size < 1.25e-4, (
        f"The standard deviation of the weights to start from is {size:.3g}; expected 1e-4."
    )
    kinds = np.arange(64) % 2  # a batch of 64 has examples of both kinds, however it is drawn
    W, _ = train_linear_classifier(
        np.eye(2)[kinds],
        kinds,
        learning_rate=1.0,
        batch_size=64,
        num_steps=1,
        rng=np.random.default_rng(6),
    )
    assert np.all(np.abs(W) > 0.02), (
        "A step with a batch of 64 moves the weights of all kinds of examples in it."
    )


@test_case(name="accuracy: training separates three clusters", points=0.5)
def separates_clusters(train_linear_classifier):
    rng = np.random.default_rng(5)
    clusters = np.array(
        [[3.0, 0.0, 1.0], [-3.0, 2.0, 1.0], [0.0, -4.0, 1.0]]
    )  # the last column is the bias's
    for order in ((0, 1, 2), (2, 0, 1)):
        y = np.arange(60) % 3
        X = clusters[list(order)][y]
        X[:, :2] += 0.2 * rng.standard_normal((60, 2))
        for loss in ("svm", "softmax"):
            W, history = train_linear_classifier(
                X.copy(),
                y.copy(),
                loss=loss,
                reg=1e-3,
                learning_rate=0.1,
                batch_size=20,
                num_steps=60,
                rng=np.random.default_rng(6),
            )
            right = np.mean(np.argmax(X @ np.asarray(W), axis=1) == y)
            assert right == 1, (
                f"The {loss} classifier is right on {right:.0%} of three well-separated clusters."
            )
            assert history[-1] < history[0] / 2, (
                f"The {loss} loss did not fall: {history[0]} to {history[-1]}."
            )


@test_case(name="accuracy: the penalty is part of the history and of every step", points=0.5)
def penalty(train_linear_classifier):
    # Six times the same example: every batch is the same, however it is drawn.
    X, y = np.tile([0.15, 0.12, 0.18], (6, 1)), np.full(6, 2)
    for loss, row, losses in (
        ("svm", [-0.7068, -0.7068, 1.4135], [2.0, 1.4699, 1.2101, 1.0828, 1.0204, 0.9899, 0.9749, 0.9676]),
        (
            "softmax",
            [-0.2147, -0.2147, 0.4295],
            [1.0986, 1.0409, 1.0154, 1.0042, 0.9993, 0.9971, 0.9962, 0.9957],
        ),
    ):
        W, history = train_linear_classifier(
            X.copy(),
            y.copy(),
            loss=loss,
            reg=0.1,
            learning_rate=1.5,
            batch_size=3,
            num_steps=8,
            rng=np.random.default_rng(2),
        )
        expect(history, losses, f"history with loss = {loss!r} and reg = 0.1", atol=1e-3)
        expect(W, np.outer([1.0, 0.8, 1.2], row), f"W with loss = {loss!r} and reg = 0.1", atol=1e-3)


@test_case(name="accuracy: a loss of another name raises ValueError", points=0.5)
def other_losses(train_linear_classifier):
    X, y = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]), np.array([1, 2, 0])
    for loss, name in (("svm", "SVM"), ("softmax", "hinge")):
        settings = {"learning_rate": 0.5, "batch_size": 3, "num_steps": 40}
        W, _ = train_linear_classifier(
            X.copy(), y.copy(), loss=loss, rng=np.random.default_rng(3), **settings
        )
        expect(np.argmax(X @ np.asarray(W), axis=1), y, f"what is learnt with loss = {loss!r}")
        try:
            train_linear_classifier(X.copy(), y.copy(), loss=name, rng=np.random.default_rng(3), **settings)
        except Exception as error:  # where it is graded, an error carries the name of the student's
            if getattr(error, "exception", type(error).__name__) != "ValueError":
                raise
            continue
        raise AssertionError(f"loss = {name!r} was taken; expected a ValueError.")
