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


@test_case(
    name="ridge: other problems and strengths",
    points=2,
    hidden=True,
    failure_message="Set the gradient of 1/N ||X w - y||^2 + reg * l2(w) to 0: what does the mean do to reg?",
)
def other_problems(ridge, reference, check, problems):
    for reg in (0.01, 0.5, 20.0):
        _, X, y = problems.one(12, 4, "ridge", reg)
        check.agrees(ridge, reference.ridge, X, y, reg)


@test_case(
    name="ridge: more features than examples, and equal columns",
    points=1.5,
    hidden=True,
    failure_message="With reg > 0 the equations are soluble for any X: do not invert X^T X by itself.",
)
def dependent_columns(ridge, reference, check, problems):
    for n, d in ((3, 7), (1, 4), (8, 3)):
        _, X, y = problems.one(n, d, "ridge: dependent")
        check.agrees(ridge, reference.ridge, np.hstack([X, X[:, :1]]), y, 0.3)


@test_case(
    name="ridge: a bias column is regularised like the rest",
    points=1,
    hidden=True,
    failure_message="No column of X is an exception: the bias is regularised, and nothing is centred.",
)
def bias_column(ridge, reference, check, problems):
    for reg in (0.2, 3.0):
        _, X, y = problems.one(9, 3, "ridge: bias", reg)
        X[:, -1] = 1
        check.agrees(ridge, reference.ridge, X, y + 5, reg)


@test_case(
    name="ridge: float32",
    points=0.5,
    hidden=True,
    failure_message="X and y may be float32; the result has to be right to the accuracy of that.",
)
def single_precision(ridge, reference, check, problems):
    for n, d in ((9, 3), (4, 6)):
        _, X, y = problems.one(n, d, "ridge: float32", dtype=np.float32)
        check.agrees(ridge, reference.ridge, X, y, 0.5)
