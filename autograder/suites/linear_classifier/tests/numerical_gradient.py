"""Checks of numerical_gradient: central differences."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "numerical_gradient"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="numerical_gradient: functions whose gradient is known", points=1)
def known_gradients(numerical_gradient):
    W = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]])
    A = np.array([[2.0, 1.0, 0.0], [-1.0, 4.0, 0.5]])
    for f, gradient, formula in (
        (lambda W: np.sum(A * W), A, "sum(A * W)"),
        (lambda W: np.sum(W**2), 2 * W, "sum(W ** 2)"),
        (lambda W: np.sum(W**3), 3 * W**2, "sum(W ** 3)"),
        (lambda W: np.sum(W) ** 2, np.full((2, 3), 2.0), "sum(W) ** 2"),
    ):
        expect(numerical_gradient(f, W.copy()), gradient, f"the numerical gradient of {formula}", atol=1e-6)


@test_case(name="numerical_gradient: float32 weights, another step, and W keeps its values", points=0.5)
def float32_step_and_argument(numerical_gradient):
    for dtype, h, atol in ((np.float32, 1e-5, 1e-6), (np.float64, 0.5, 1e-9), (np.float64, 0.1, 1e-9)):
        W = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]], dtype)
        kept = W.copy()
        got = numerical_gradient(lambda W: float(np.sum(W**3)), W, h=h)
        what = f"the gradient of sum(W ** 3) with W of {np.dtype(dtype)} and h = {h:g}"
        expect(got, 3 * kept.astype(float) ** 2 + h**2, what, atol=atol)
        np.testing.assert_allclose(W, kept, rtol=1e-10, atol=1e-10, err_msg="W holds its old values.")


@test_case(
    name="numerical_gradient: arrays of any shape",
    points=1,
    hidden=True,
    failure_message="Change one element of W at a time, by +h and -h, and divide the difference by 2h.",
)
def any_shape(numerical_gradient, check):
    for shape in ((5,), (4, 3), (1, 6), (2, 3, 2)):
        rng = check.rng("numerical_gradient", shape)
        W, A = rng.standard_normal(shape), rng.standard_normal(shape)
        got = numerical_gradient(
            lambda W, A=A: float(np.sum(A * W) * np.sum(W) + np.sum(np.exp(W))), W.copy()
        )
        check.same(got, A * W.sum() + np.sum(A * W) + np.exp(W), rtol=1e-6, atol=1e-7)


@test_case(
    name="numerical_gradient: the step h",
    points=0.5,
    hidden=True,
    failure_message="Use the argument h as the step: central differences go h up and h down, over 2h.",
)
def step(numerical_gradient, check):
    for h in (0.1, 0.5):
        W = check.rng("numerical_gradient: step", h).standard_normal((3, 2))
        check.same(numerical_gradient(lambda W: float(np.sum(W**3)), W.copy(), h=h), 3 * W**2 + h**2)


@test_case(
    name="numerical_gradient: float32 weights",
    points=0.5,
    hidden=True,
    failure_message="float32 cannot represent a step of 1e-5: work on a float64 copy of W.",
)
def single_precision(numerical_gradient, check):
    for shape in ((4,), (3, 2)):
        W = check.rng("numerical_gradient: float32", shape).standard_normal(shape).astype(np.float32)
        got = numerical_gradient(lambda W: float(np.sum(np.exp(W))), W.copy())
        check.same(got, np.exp(W.astype(np.float64)), rtol=1e-5, atol=1e-6)


@test_case(
    name="numerical_gradient: W holds its old values afterwards",
    points=0.5,
    hidden=True,
    failure_message="Put every element back before you turn to the next one, or work on a copy.",
)
def leaves_weights_alone(numerical_gradient, reference, check):
    for shape in ((5,), (3, 2)):
        W = check.rng("numerical_gradient: W", shape).standard_normal(shape)
        check.agrees(
            numerical_gradient,
            reference.numerical_gradient,
            lambda W: float(np.sum(W**2)),
            W,
            rtol=1e-3,
            atol=1e-3,
        )
