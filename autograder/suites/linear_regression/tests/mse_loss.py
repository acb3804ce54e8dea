"""Checks of mse_loss: the mean squared error as a sum."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "mse_loss"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="mse_loss: a line and three points", points=1)
def line_and_points(mse_loss):
    X, y = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]), np.array([1.0, 3.0, 2.0])
    expect(mse_loss(np.array([1.0, 0.0]), X, y), 2 / 3, "the loss of the line f(x) = x")
    expect(mse_loss(np.array([0.0, 2.0]), X, y), 2 / 3, "the loss of the level line f(x) = 2")
    expect(mse_loss(np.array([0.5, 1.0]), X, y), 0.5, "the loss of the line f(x) = x / 2 + 1")
    expect(mse_loss(np.array([1.0, 0.0]), X, np.array([1.0, 2.0, 3.0])), 0, "the loss of a perfect fit")


@test_case(name="mse_loss: a mean, whatever the number of examples", points=0.5)
def mean(mse_loss):
    X, y = np.array([[2.0], [-1.0]]), np.array([1.0, 1.0])
    for w, loss in ((1.0, 2.5), (-2.0, 13.0)):
        expect(mse_loss(np.array([w]), X, y), loss, f"the loss of two examples at w = [{w:g}]")
        four = mse_loss(np.array([w]), np.vstack([X, X]), np.concatenate([y, y]))
        expect(four, loss, f"the loss at w = [{w:g}] of a batch that holds both examples twice")
        single = mse_loss(np.array([w], dtype=np.float32), X.astype(np.float32), y.astype(np.float32))
        expect(single, loss, f"the loss at w = [{w:g}] in float32")


@test_case(
    name="mse_loss: other batches",
    points=2.5,
    hidden=True,
    failure_message="Per example: the sum over the features, minus y_i, squared. Then the mean over N.",
)
def other_batches(mse_loss, reference, check, problems):
    for w, X, y in problems.each("mse_loss"):
        check.agrees(mse_loss, reference.mse_loss, w, X, y)


@test_case(
    name="mse_loss: float32",
    points=1,
    hidden=True,
    failure_message="All arrays may be float32; the result has to be right to the accuracy of that.",
)
def single_precision(mse_loss, reference, check, problems):
    for w, X, y in problems.each("mse_loss: float32", dtype=np.float32):
        check.agrees(mse_loss, reference.mse_loss, w, X, y)
