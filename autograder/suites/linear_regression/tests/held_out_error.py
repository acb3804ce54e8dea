"""Checks of train_linear_regression: everything together."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "held_out_error"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


X = np.array([[1.0, 0.0, 1.0], [0.0, 2.0, 1.0], [-1.0, 1.0, 1.0], [2.0, 1.0, 1.0]])
y = np.array([3.0, -1.0, 1.0, 2.0])


@test_case(name="held_out_error: one step from zeros", points=1)
def one_step(train_linear_regression):
    for penalty in ("l2", "l1"):
        for learning_rate in (0.1, 0.2):
            w = train_linear_regression(
                X.copy(),
                y.copy(),
                penalty=penalty,
                reg=0.5,
                learning_rate=learning_rate,
                batch_size=4,
                num_epochs=1,
                rng=np.random.default_rng(0),
            )
            expect(
                w,
                learning_rate * np.array([3.0, 0.5, 2.5]),
                f"w after one step of {learning_rate} on all examples",
            )


@test_case(name="held_out_error: the second step feels the penalty, which is l2 or l1", points=0.5)
def second_step(train_linear_regression):
    for penalty, reg, expected in (
        ("l2", 0.0, [0.4825, 0.02, 0.41]),
        ("l2", 0.5, [0.4525, 0.015, 0.385]),
        ("l1", 0.5, [0.4325, -0.03, 0.36]),
    ):
        w = train_linear_regression(
            X.copy(),
            y.copy(),
            penalty=penalty,
            reg=reg,
            learning_rate=0.1,
            batch_size=4,
            num_epochs=2,
            rng=np.random.default_rng(0),
        )
        expect(w, expected, f"w after two steps with penalty={penalty!r}, reg={reg}")
    raised = "nothing"
    try:
        train_linear_regression(
            X.copy(),
            y.copy(),
            penalty="l3",
            learning_rate=0.1,
            batch_size=4,
            num_epochs=1,
            rng=np.random.default_rng(0),
        )
    except Exception as error:  # which is another one with the same name when this is graded
        raised = getattr(error, "exception", type(error).__name__)
    assert raised == "ValueError", f"penalty='l3' raised {raised}; expected ValueError."


@test_case(
    name="held_out_error: the weights follow the L2 penalty",
    points=1.5,
    hidden=True,
    failure_message="Each step goes against the gradient of the mean squared error plus reg times that of l2.",
)
def l2_steps(train_linear_regression, reference, check):
    agree_on_one_example(train_linear_regression, reference, check, "l2")


@test_case(
    name="held_out_error: the weights follow the L1 penalty",
    points=1.5,
    hidden=True,
    failure_message="Each step goes against the gradient of the mean squared error plus reg times that of l1.",
)
def l1_steps(train_linear_regression, reference, check):
    agree_on_one_example(train_linear_regression, reference, check, "l1")


def agree_on_one_example(train, reference, check, penalty):
    """Six times the same example: every batch is the same, so that any way of shuffling gives the same w."""
    for batch_size, num_epochs in ((3, 4), (4, 5)):
        rng = check.rng("held_out_error: one example", penalty, batch_size)
        x = rng.uniform(0.3, 0.9, size=4) * rng.choice([-1, 1], 4)
        check.agrees(
            train,
            reference.train_linear_regression,
            np.tile(x, (6, 1)),
            np.full(6, 3.0),
            penalty=penalty,
            reg=0.4,
            learning_rate=0.15,
            batch_size=batch_size,
            num_epochs=num_epochs,
            rng=check.rng("held_out_error: order"),
        )


@test_case(
    name="held_out_error: an unknown penalty raises ValueError",
    points=0.5,
    hidden=True,
    failure_message='The penalty is "l2" or "l1": for anything else, raise ValueError.',
)
def unknown_penalty(train_linear_regression, check):
    rng = check.rng("held_out_error: unknown")
    x = rng.uniform(0.3, 0.9, size=4) * rng.choice([-1, 1], 4)
    X, y = np.tile(x, (6, 1)), np.full(6, 3.0)
    settings = {"reg": 0.0, "learning_rate": 0.1, "batch_size": 2, "num_epochs": 1, "rng": rng}
    for penalty in ("l2", "l1"):  # who learns with these has refused the other one for its name
        w = np.asarray(train_linear_regression(X, y, penalty=penalty, **settings))
        check.same(w / np.linalg.norm(w), x / np.linalg.norm(x))
    check.raises(ValueError, train_linear_regression, X, y, penalty="l0", **settings)


@test_case(
    name="held_out_error: L2, the first tier",
    points=0.5,
    hidden=True,
    failure_message="Check the gradient, the sign of the step, and that every example is used.",
)
def l2_low(train_linear_regression, training):
    training.reaches(train_linear_regression, recipe="l2", tier="low")


@test_case(
    name="held_out_error: L2, the second tier",
    points=1,
    hidden=True,
    failure_message="It predicts worse than it could: is everything a mean, and is the penalty added?",
)
def l2_high(train_linear_regression, training):
    training.reaches(train_linear_regression, recipe="l2", tier="high")


@test_case(
    name="held_out_error: L1, the first tier",
    points=0.5,
    hidden=True,
    failure_message="Check the gradient, the sign of the step, and that every example is used.",
)
def l1_low(train_linear_regression, training):
    training.reaches(train_linear_regression, recipe="l1", tier="low")


@test_case(
    name="held_out_error: L1, the second tier",
    points=1,
    hidden=True,
    failure_message="It predicts worse than it could: is everything a mean, and is the penalty added?",
)
def l1_high(train_linear_regression, training):
    training.reaches(train_linear_regression, recipe="l1", tier="high")
