"""Checks of l1_gradient: a subgradient of the sum of absolute values."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "l1_gradient"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="l1_gradient: small arrays", points=0.5)
def small_arrays(l1_gradient):
    expect(l1_gradient(np.array([3.0, -4.0, 0.0])), [1, -1, 0], "l1_gradient([3, -4, 0])")
    expect(
        l1_gradient(np.array([[-0.5, 2.0], [7.0, -1.0]])), [[-1, 1], [1, -1]], "l1_gradient of a 2 x 2 array"
    )
    got = l1_gradient(np.array([-2.0, 0.5], dtype=np.float32))
    expect(got, [-1, 1], "l1_gradient of a float32 array")
    assert got.dtype == np.float32, f"l1_gradient of a float32 array has dtype {got.dtype}; expected float32."


@test_case(
    name="l1_gradient: arrays of any shape",
    points=0.5,
    hidden=True,
    failure_message="The derivative of |w| is 1 for a positive w and -1 for a negative one.",
)
def any_shape(l1_gradient, reference, check):
    for shape in ((5,), (4, 3), (8,), (2, 3, 2)):
        w = check.rng("l1_gradient", shape).standard_normal(shape)
        check.agrees(l1_gradient, reference.l1_gradient, w, unchanged=False, dtype=True)


@test_case(
    name="l1_gradient: zeros",
    points=0.5,
    hidden=True,
    failure_message="Where w is 0 the subgradient is 0: w / |w| is not a number there.",
)
def zeros(l1_gradient, reference, check):
    for shape in ((6,), (3, 4)):
        w = check.rng("l1_gradient: zeros", shape).standard_normal(shape)
        w.flat[::2] = 0
        check.agrees(l1_gradient, reference.l1_gradient, w, unchanged=False)


@test_case(
    name="l1_gradient: float32, and w keeps its values",
    points=0.5,
    hidden=True,
    failure_message="A gradient has the dtype of w and is a new array: do not write into w.",
)
def keeps_float32(l1_gradient, reference, check):
    for shape in ((6,), (7, 2)):
        w = check.rng("l1_gradient: float32", shape).standard_normal(shape).astype(np.float32)
        check.agrees(l1_gradient, reference.l1_gradient, w, dtype=True)
