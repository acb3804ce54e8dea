"""Checks of mse_gradient: the gradient of the mean squared error."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "mse_gradient"
points = None


# A batch of four examples with three features.
w = np.array([0.5, -1.0, 2.0])
X = np.array([[1.0, 2.0, 1.0], [0.0, -1.0, 1.0], [3.0, 0.5, 1.0], [-2.0, 1.0, 1.0]])
y = np.array([1.0, 2.0, -1.0, 0.5])
NUMERICAL_GRADIENT = [6.25, -0.25, 2.0]


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="mse_gradient: a numerical gradient in float64", points=1.5)
def numerical_gradient(mse_gradient):
    expect(
        mse_gradient(w.copy(), X.copy(), y.copy()),
        NUMERICAL_GRADIENT,
        "the gradient, against central differences of the loss",
    )
    twice = mse_gradient(w.copy(), np.vstack([X, X]), np.concatenate([y, y]))
    expect(twice, NUMERICAL_GRADIENT, "the gradient of a batch that holds every example twice")
    reversed_features = mse_gradient(w[::-1].copy(), X[:, ::-1].copy(), y.copy())
    expect(reversed_features, NUMERICAL_GRADIENT[::-1], "the gradient with the features in reverse order")


@test_case(name="mse_gradient: zero where the fit is perfect, and not beside it", points=0.5)
def perfect_fit(mse_gradient):
    X, y = np.array([[1.0, 1.0], [2.0, 1.0], [4.0, 1.0]]), np.array([3.0, 5.0, 9.0])
    expect(
        mse_gradient(np.array([2.0, 1.0]), X, y), [0, 0], "the gradient at w = [2, 1], which fits all points"
    )
    expect(mse_gradient(np.array([2.0, 4.0]), X, y), [14, 6], "the gradient at w = [2, 4]")
    expect(mse_gradient(np.array([1.0, 1.0]), X, y), [-14, -14 / 3], "the gradient at w = [1, 1]")


@test_case(name="mse_gradient: float32 in, float32 out", points=0.5)
def single_precision_in_and_out(mse_gradient):
    X, y = np.array([[1.0], [2.0]], dtype=np.float32), np.array([1.0, 0.0], dtype=np.float32)
    for w, expected in (([3.0], [14]), ([1.0], [4])):
        got = mse_gradient(np.array(w, dtype=np.float32), X, y)
        expect(got, expected, "mse_gradient of float32 arrays")
        assert got.dtype == np.float32, (
            f"mse_gradient of float32 arrays has dtype {got.dtype}; expected float32."
        )
