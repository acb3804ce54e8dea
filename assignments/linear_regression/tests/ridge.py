"""Checks of ridge: least squares with an L2 penalty, in closed form."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "ridge"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="ridge: one feature, by hand", points=1)
def one_feature(ridge):
    X, y = np.array([[1.0], [2.0]]), np.array([1.0, 2.0])
    expect(ridge(X, y, 2.5), [0.5], "ridge([[1], [2]], [1, 2], 2.5)")
    expect(ridge(X, y, 7.5), [0.25], "ridge([[1], [2]], [1, 2], 7.5)")
    expect(ridge(np.vstack([X, X]), np.concatenate([y, y]), 2.5), [0.5], "ridge with both examples twice")
    single = ridge(X.astype(np.float32), y.astype(np.float32), 2.5)
    expect(single, [0.5], "ridge of float32 arrays", atol=1e-5)


@test_case(name="ridge: the bias is regularised, and equal columns share a weight", points=1)
def bias_and_equal_columns(ridge):
    ones, y = np.ones((3, 1)), np.array([4.0, 5.0, 6.0])
    expect(ridge(ones, y, 1.0), [2.5], "ridge with nothing but a bias column, reg = 1")
    expect(ridge(np.hstack([ones, ones]), y, 2.0), [1.25, 1.25], "ridge with two equal columns, reg = 2")
