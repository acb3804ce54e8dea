"""Checks of sgd_step: one step downhill."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "sgd_step"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="sgd_step: W minus learning_rate times grad", points=0.5)
def one_step(sgd_step):
    W, grad = np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([[10.0, 20.0], [-5.0, 1.0]])
    expect(sgd_step(W.copy(), grad, 0.1), [[0.0, -4.0], [1.0, -0.1]], "sgd_step with a learning rate of 0.1")
    expect(sgd_step(W.copy(), grad, 1.0), [[-9.0, -22.0], [5.5, -1.0]], "sgd_step with a learning rate of 1")


@test_case(name="sgd_step: a new array; W and grad keep their values", points=0.5)
def new_array(sgd_step):
    for dtype, learning_rate, after in (
        (np.float32, 0.5, [0.0, 2.0, 3.0]),
        (np.float64, 2.0, [-3.0, 8.0, 3.0]),
    ):
        W, grad = np.array([1.0, 0.0, 3.0], dtype), np.array([2.0, -4.0, 0.0], dtype)
        got = sgd_step(W, grad, learning_rate)
        np.testing.assert_array_equal(W, [1, 0, 3], err_msg="W keeps its values.")
        np.testing.assert_array_equal(grad, [2, -4, 0], err_msg="grad keeps its values.")
        expect(got, after, f"sgd_step of {np.dtype(dtype)} with a learning rate of {learning_rate:g}")


@test_case(
    name="sgd_step: other shapes, float32",
    points=1,
    hidden=True,
    failure_message="Go against the gradient, by learning_rate times grad as it is.",
)
def other_shapes(sgd_step, reference, check):
    for shape, dtype in (((4, 3), np.float64), ((1, 6), np.float64), ((5, 2), np.float32)):
        W, grad = check.rng("sgd_step", shape).standard_normal((2, *shape)).astype(dtype)
        check.agrees(sgd_step, reference.sgd_step, W, grad, 0.3, unchanged=False)


@test_case(
    name="sgd_step: returns a new array and leaves W and grad alone",
    points=1,
    hidden=True,
    failure_message="W -= ... changes the caller's array. Return W - ... instead.",
)
def leaves_weights_alone(sgd_step, reference, check):
    for shape in ((4, 3), (2, 7)):
        W, grad = check.rng("sgd_step: W", shape).standard_normal((2, *shape))
        check.agrees(sgd_step, reference.sgd_step, W, grad, 0.7, dtype=True)
