"""Checks of l1: the sum of absolute values."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "l1"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="l1: small arrays", points=0.5)
def small_arrays(l1):
    expect(l1(np.array([[1.0, -2.0], [0.5, 0.0]])), 3.5, "l1([[1, -2], [0.5, 0]])")
    expect(l1(np.array([[-3.0, 2.0, 1.0]])), 6.0, "l1([[-3, 2, 1]])")
    expect(l1(np.zeros((2, 3))), 0.0, "l1 of zeros")
    expect(l1(np.array([[[0.5, -2.0]], [[4.0, -1.0]]], np.float32)), 7.5, "l1 of float32, of shape (2, 1, 2)")


@test_case(
    name="l1: arrays of any shape",
    points=0.5,
    hidden=True,
    failure_message="R is the sum of all absolute values, without a mean.",
)
def any_shape(l1, reference, check):
    for shape in ((5,), (4, 3), (1, 6), (2, 3, 2)):
        check.agrees(l1, reference.l1, 2 * check.rng("l1", shape).standard_normal(shape))


@test_case(
    name="l1: float32",
    points=0.5,
    hidden=True,
    failure_message="W may be float32; the result has to be right to the accuracy of that.",
)
def single_precision(l1, reference, check):
    for shape in ((4, 3), (7, 2)):
        W = check.rng("l1: float32", shape).standard_normal(shape).astype(np.float32)
        check.agrees(l1, reference.l1, W)
