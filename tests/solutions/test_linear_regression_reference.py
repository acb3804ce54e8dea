"""The reference solutions against PyTorch, numerical gradients and what defines them."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.nn import functional

ASSIGNMENT = "linear_regression"
PROPERTY = settings(max_examples=40, deadline=None)

sizes = st.integers(1, 6)


@st.composite
def problems(draw, dtypes=(np.float32, np.float64)):
    """w (D,), X (N, D), y (N,) of order one, N = 1 and D = 1 among them."""
    N, D = draw(sizes), draw(sizes)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    dtype = draw(st.sampled_from(dtypes))
    return tuple(
        part.astype(dtype)
        for part in (rng.standard_normal(D), rng.standard_normal((N, D)), 3 * rng.standard_normal(N))
    )


SMALLEST = (np.array([0.5]), np.array([[2.0]]), np.array([-1.0]))  # N = 1, D = 1


def tolerance(array):
    return {"rtol": 1e-4, "atol": 1e-4} if array.dtype == np.float32 else {"rtol": 1e-9, "atol": 1e-9}


@PROPERTY
@given(problem=problems())
@example(problem=SMALLEST)
def test_loss_and_gradient_are_torch_s(reference, problem):
    w, X, y = (torch.tensor(part, dtype=torch.float64) for part in problem)
    loss = functional.mse_loss(X @ w.requires_grad_(), y)
    loss.backward()
    for twin in ("mse_loss", "mse_loss_matrix"):
        np.testing.assert_allclose(getattr(reference, twin)(*problem), loss.item(), **tolerance(problem[0]))
    np.testing.assert_allclose(reference.mse_gradient(*problem), w.grad.numpy(), **tolerance(problem[0]))


@PROPERTY
@given(problem=problems(dtypes=(np.float64,)))
def test_the_gradient_agrees_with_central_differences(reference, problem):
    w, X, y = problem
    numerical = reference.numerical_gradient(lambda w: reference.mse_loss(w, X, y), w)
    np.testing.assert_allclose(reference.mse_gradient(w, X, y), numerical, rtol=1e-6, atol=1e-6)


@PROPERTY
@given(problem=problems(), beta=st.floats(0, 3), threshold=st.floats(0, 2))
def test_penalties_and_their_gradients_are_torch_s(reference, problem, beta, threshold):
    w = problem[0].astype(np.float64)
    w[0] = 0
    for name, penalty, more in (
        ("l2", lambda w: (w**2).sum(), ()),
        ("l1", lambda w: w.abs().sum(), ()),
        ("elastic_net", lambda w: (beta * w**2 + w.abs()).sum(), (beta,)),
    ):
        leaf = torch.tensor(w, requires_grad=True)
        penalty(leaf).backward()
        np.testing.assert_allclose(getattr(reference, name)(w, *more), penalty(leaf).item(), rtol=1e-12)
        gradient = getattr(reference, f"{name}_gradient")(w, *more)
        np.testing.assert_allclose(gradient, leaf.grad.numpy(), rtol=1e-12)
    shrunk = functional.softshrink(torch.tensor(w), threshold).numpy()
    np.testing.assert_allclose(reference.soft_threshold(w, threshold), shrunk, atol=1e-12)


@PROPERTY
@given(problem=problems(), degree=st.integers(0, 5))
def test_polynomial_features_are_powers_and_a_bias_column_adds_the_last_weight(reference, problem, degree):
    w, X, _ = problem
    expected = X[:, 0].astype(np.float64)[:, None] ** np.arange(degree + 1)
    np.testing.assert_allclose(reference.polynomial_features(X[:, 0], degree), expected, **tolerance(w))
    with_bias = reference.add_bias(X)
    np.testing.assert_array_equal(with_bias, np.column_stack([X, np.ones(len(X))]))
    predictions = reference.predict(np.append(w, w.dtype.type(0.5)), with_bias)
    np.testing.assert_allclose(predictions, X @ w + 0.5, rtol=1e-5, atol=1e-5)


@PROPERTY
@given(problem=problems(dtypes=(np.float64,)), reg=st.floats(0.01, 10))
def test_at_ridge_s_weights_the_regularised_gradient_is_zero(reference, problem, reg):
    _, X, y = problem
    w = reference.ridge(X, y, reg)
    gradient = reference.mse_gradient(w, X, y) + reg * reference.l2_gradient(w)
    np.testing.assert_allclose(gradient, 0, atol=1e-9)


@PROPERTY
@given(problem=problems(dtypes=(np.float64,)))
def test_the_normal_equations_hold_and_the_shortest_of_their_solutions_comes_out(reference, problem):
    _, X, y = problem
    X = np.hstack([X, X[:, :1]])
    w = reference.normal_equations(X, y)
    np.testing.assert_allclose(X.T @ (X @ w - y), 0, atol=1e-9)
    np.testing.assert_allclose(
        np.linalg.pinv(X, rcond=1e-12) @ X @ w, w, atol=1e-9
    )  # nothing in the null space


def test_the_normal_equations_are_solved_to_many_digits_where_columns_nearly_depend(reference):
    X = reference.polynomial_features(np.linspace(0, 1, 40), 11)
    assert np.abs(reference.normal_equations(X, X @ np.ones(12)) - 1).max() < 1e-6
    assert np.abs(np.linalg.solve(X.T @ X, X.T @ X @ np.ones(12)) - 1).max() > 1e-3


@pytest.mark.parametrize("learning_rate", [0.2, 0.3])
def test_gradient_descent_follows_torch_s_gradient_until_it_is_flat(reference, learning_rate):
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((8, 3)), rng.standard_normal(8)
    path = reference.gradient_descent(
        lambda w: reference.mse_gradient(w, X, y),
        np.zeros(3),
        learning_rate=learning_rate,
        max_steps=2000,
        tolerance=1e-2,
    )
    w = torch.zeros(3, dtype=torch.float64)
    for step, expected in enumerate(path):
        np.testing.assert_allclose(w.numpy(), expected, atol=1e-12)
        leaf = w.clone().requires_grad_()
        functional.mse_loss(torch.tensor(X) @ leaf, torch.tensor(y)).backward()
        assert (leaf.grad.norm() <= 1e-2) == (step == len(path) - 1)
        w = w - learning_rate * leaf.grad
    assert 10 < len(path) < 2000


def test_an_epoch_uses_every_example_once_in_an_order_of_its_own(reference):
    X, y = np.arange(10.0)[:, None], np.arange(10.0)
    batches = []
    path = reference.minibatch_sgd(
        lambda w, X, y: batches.append(y.copy()) or np.ones(1),
        np.zeros(1),
        X,
        y,
        learning_rate=0.5,
        batch_size=4,
        num_epochs=3,
        rng=np.random.default_rng(0),
    )
    assert [len(batch) for batch in batches] == 3 * [4, 4, 2]
    epochs = [np.concatenate(batches[start : start + 3]) for start in (0, 3, 6)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3
    np.testing.assert_allclose(path[:, 0], -0.5 * np.arange(10))


@PROPERTY
@given(n=st.integers(2, 12), seed=st.integers(0, 2**32), data=st.data())
def test_a_split_puts_every_example_into_one_part(reference, n, seed, data):
    X, y = np.arange(2.0 * n).reshape(n, 2), np.arange(float(n))
    num_test = data.draw(st.integers(1, n - 1))
    X_train, y_train, X_test, y_test = reference.train_test_split(X, y, num_test, np.random.default_rng(seed))
    assert len(y_test) == num_test
    assert sorted([*y_train, *y_test]) == list(range(n))
    np.testing.assert_array_equal(
        np.vstack([X_train, X_test]), X[[*y_train.astype(int), *y_test.astype(int)]]
    )


def test_bias_and_variance_add_up_to_the_error_against_the_truth(reference):
    rng = np.random.default_rng(2)
    x_train, x = np.linspace(-1, 1, 12), np.linspace(-0.8, 0.8, 7)
    targets = [np.sin(3 * x_train) + rng.standard_normal(12) for _ in range(5)]
    sets = iter([(x_train, target) for target in targets])
    bias_squared, variance = reference.bias_variance([0, 2, 5], lambda: next(sets), 5, x, np.sin(3 * x))
    for degree, bias, spread in zip((0, 2, 5), bias_squared, variance, strict=True):
        fits = [np.polyval(np.polyfit(x_train, target, degree), x) for target in targets]
        np.testing.assert_allclose(bias + spread, np.mean((fits - np.sin(3 * x)) ** 2))
        np.testing.assert_allclose(spread, np.mean(np.var(fits, axis=0)))


@pytest.mark.parametrize("penalty", ["l2", "l1"])
def test_training_comes_to_where_the_regularised_gradient_is_zero(reference, penalty):
    rng = np.random.default_rng(3)
    X, reg = reference.add_bias(rng.standard_normal((30, 3))), 0.1
    y = X @ np.array([2.0, -1.0, 1.5, 3.0]) + 0.1 * rng.standard_normal(30)
    train = {"penalty": penalty, "reg": reg, "learning_rate": 0.05, "rng": rng}
    w = reference.train_linear_regression(X, y, batch_size=30, num_epochs=800, **train)
    slope = reference.mse_gradient(w, X, y) + reg * getattr(reference, f"{penalty}_gradient")(w)
    np.testing.assert_allclose(slope, 0, atol=1e-6)
    if penalty == "l2":
        np.testing.assert_allclose(w, reference.ridge(X, y, reg), atol=1e-6)
    rough = reference.train_linear_regression(X, y, batch_size=5, num_epochs=100, **train)
    np.testing.assert_allclose(rough, w, atol=0.1)


def test_training_refuses_an_unknown_penalty(reference):
    with pytest.raises(ValueError, match="l0"):
        reference.train_linear_regression(
            np.ones((2, 1)),
            np.ones(2),
            penalty="l0",
            learning_rate=1,
            batch_size=1,
            num_epochs=1,
            rng=np.random.default_rng(0),
        )


@PROPERTY
@given(problem=problems(dtypes=(np.float32,)), beta=st.floats(0, 3))
def test_float32_in_gives_float32_out(reference, problem, beta):
    w, X, y = problem
    arrays = [
        reference.add_bias(X),
        reference.predict(w, X),
        reference.polynomial_features(w, 3),
        reference.mse_gradient(w, X, y),
        reference.l1_gradient(w),
        reference.l2_gradient(w),
        reference.elastic_net_gradient(w, beta),
        reference.soft_threshold(w, beta),
    ]
    assert [array.dtype for array in arrays] == [np.float32] * len(arrays)
    assert reference.numerical_gradient(lambda w: float(w.sum()), w).dtype == np.float64


@pytest.mark.slow
@PROPERTY
@given(problem=problems(dtypes=(np.float64,)))
def test_no_function_modifies_its_arguments(reference, problem):
    w, X, y = problem
    X, y = np.vstack([X, X]), np.concatenate([y, y])
    rng = np.random.default_rng(0)
    given = {"w": w, "X": X, "y": y, "x": X[:, 0], "truth": y, "beta": 0.5, "threshold": 0.3, "reg": 0.2}
    given |= {"degree": 2, "degrees": [0, 1], "h": 1e-3, "f": lambda w: float(np.sum(w * w))}
    given |= {"learning_rate": 0.1, "batch_size": 2, "num_epochs": 2, "max_steps": 2, "tolerance": 0.0}
    given |= {"num_test": 1, "num_sets": 2, "draw": lambda: (X[:, 0], y), "rng": rng, "penalty": "l1"}
    for value in given.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    for name, function in vars(reference).items():
        gradient_fn = {"minibatch_sgd": reference.mse_gradient}.get(name, reference.l2_gradient)
        arguments = given | {"gradient_fn": gradient_fn}
        result = function(**{name: arguments[name] for name in inspect.signature(function).parameters})
        results = result if isinstance(result, tuple) else (result,)
        for value in given.values():
            assert not any(value is returned for returned in results if isinstance(value, np.ndarray)), name
