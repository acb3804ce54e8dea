"""Checks of l2: the sum of squares."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "l2"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="l2: small arrays", points=0.5)
def small_arrays(l2):
    expect(l2(np.array([3.0, -4.0])), 25, "l2([3, -4])")
    expect(l2(np.array([[1.0, 2.0], [0.0, -2.0]])), 9, "l2([[1, 2], [0, -2]])")
    expect(l2(np.zeros(3)), 0, "l2 of zeros")


@test_case(
    name="l2: arrays of any shape",
    points=0.5,
    hidden=True,
    failure_message="R is the sum of the squares of all elements, the bias included: no root, no half, no mean.",
)
def any_shape(l2, reference, check):
    for shape in ((5,), (4, 3), (1,), (2, 3, 2)):
        check.agrees(l2, reference.l2, check.rng("l2", shape).standard_normal(shape))


@test_case(
    name="l2: float32",
    points=0.5,
    hidden=True,
    failure_message="w may be float32; the result has to be right to the accuracy of that.",
)
def single_precision(l2, reference, check):
    for shape in ((6,), (7, 2)):
        check.agrees(
            l2, reference.l2, check.rng("l2: float32", shape).standard_normal(shape).astype(np.float32)
        )
