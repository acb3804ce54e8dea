"""Checks of l1_gradient: the gradient of the sum of absolute values."""

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
    expect(
        l1_gradient(np.array([[1.0, -2.0], [0.5, -0.1]])),
        [[1, -1], [1, -1]],
        "l1_gradient([[1, -2], [0.5, -0.1]])",
    )
    expect(l1_gradient(np.array([[-3.0, 2.0, 1.0]])), [[-1, 1, 1]], "l1_gradient([[-3, 2, 1]])")


@test_case(name="l1_gradient: zeros among the weights, and W keeps its values", points=0.5)
def zeros_and_argument(l1_gradient):
    for dtype, numbers, signs in (
        (np.float32, [2.0, 0.0, -3.0], [1, 0, -1]),
        (np.float64, [[0.0, -0.5]], [[0, -1]]),
    ):
        W = np.array(numbers, dtype)
        got = l1_gradient(W)
        np.testing.assert_array_equal(W, numbers, err_msg="W keeps its values.")
        expect(got, signs, f"l1_gradient({numbers}) of {np.dtype(dtype)}")


@test_case(
    name="l1_gradient: arrays of any shape, with a zero",
    points=0.5,
    hidden=True,
    failure_message="The derivative of |w| is 1 where w is positive, -1 where it is negative; take 0 at 0.",
)
def any_shape(l1_gradient, reference, check):
    for shape in ((5,), (4, 3), (1, 6), (2, 3, 2)):
        W = check.rng("l1_gradient", shape).standard_normal(shape)
        W.flat[2] = 0.0
        check.agrees(l1_gradient, reference.l1_gradient, W, dtype=True, unchanged=False)


@test_case(
    name="l1_gradient: float32, and leaves W alone",
    points=0.5,
    hidden=True,
    failure_message="The function must work for float32 and must not change the array that it is given.",
)
def leaves_weights_alone(l1_gradient, reference, check):
    for shape in ((4, 3), (7, 2)):
        W = check.rng("l1_gradient: float32", shape).standard_normal(shape).astype(np.float32)
        check.agrees(l1_gradient, reference.l1_gradient, W)
