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
    for shape in ((6,), (3, 2)):
        w = np.array([1.0, -2.0, 0.5, 3.0, 0.0, -1.5]).reshape(shape)
        a = np.array([2.0, 1.0, 0.0, -1.0, 4.0, 0.5]).reshape(shape)
        for f, gradient, formula in (
            (lambda w, a=a: np.sum(a * w), a, "sum(a * w)"),
            (lambda w: np.sum(w**2), 2 * w, "sum(w ** 2)"),
            (lambda w: np.sum(w**3), 3 * w**2, "sum(w ** 3)"),
            (lambda w: np.sum(w) ** 2, np.full(shape, 2.0), "sum(w) ** 2"),
        ):
            what = f"the numerical gradient of {formula}"
            expect(numerical_gradient(f, w.copy()), gradient, what, atol=1e-6)


@test_case(name="numerical_gradient: the step h, float32 weights, and w afterwards", points=0.5)
def step_and_precision(numerical_gradient):
    values = [1.0, -2.0, 0.5]
    w = np.array(values, dtype=np.float32)
    for h in (1e-5, 0.5):
        got = numerical_gradient(lambda w: np.sum(w**3), w, h=h)
        expect(
            got,
            3 * np.square(values) + h**2,
            f"the numerical gradient of sum(w ** 3) with h = {h:g}",
            atol=1e-5,
        )
        np.testing.assert_array_equal(w, values, err_msg="w holds its old values afterwards.")


@test_case(
    name="numerical_gradient: arrays of any shape",
    points=1.5,
    hidden=True,
    failure_message="Change one element of w at a time, by +h and -h, and divide the difference by 2h.",
)
def any_shape(numerical_gradient, check):
    for shape in ((5,), (4, 3), (1, 6), (2, 3, 2)):
        rng = check.rng("numerical_gradient", shape)
        w, a = rng.standard_normal(shape), rng.standard_normal(shape)
        got = numerical_gradient(
            lambda w, a=a: float(np.sum(a * w) * np.sum(w) + np.sum(np.exp(w))), w.copy()
        )
        check.same(got, a * w.sum() + np.sum(a * w) + np.exp(w), rtol=1e-6, atol=1e-7, dtype=True)


@test_case(
    name="numerical_gradient: the step h",
    points=1,
    hidden=True,
    failure_message="Use the argument h as the step: central differences go h up and h down, over 2h.",
)
def step(numerical_gradient, check):
    for h in (0.1, 0.5):
        w = check.rng("numerical_gradient: step", h).standard_normal(4)
        got = numerical_gradient(lambda w: float(np.sum(w**3) + np.sum(w) ** 2), w.copy(), h=h)
        check.same(got, 3 * w**2 + h**2 + 2 * np.sum(w))


@test_case(
    name="numerical_gradient: float32 weights",
    points=0.5,
    hidden=True,
    failure_message="float32 cannot represent a step of 1e-5: work on a float64 copy of w.",
)
def single_precision(numerical_gradient, check):
    for shape in ((4,), (3, 2)):
        w = check.rng("numerical_gradient: float32", shape).standard_normal(shape).astype(np.float32)
        got = numerical_gradient(lambda w: float(np.sum(np.exp(w))), w.copy())
        check.same(got, np.exp(w.astype(np.float64)), rtol=1e-5, atol=1e-6)


@test_case(
    name="numerical_gradient: w holds its old values afterwards",
    points=0.5,
    hidden=True,
    failure_message="Put every element back before you turn to the next one, or work on a copy.",
)
def leaves_weights_alone(numerical_gradient, reference, check):
    for shape in ((5,), (3, 2)):
        w = check.rng("numerical_gradient: w", shape).standard_normal(shape)
        check.agrees(
            numerical_gradient,
            reference.numerical_gradient,
            lambda w: float(np.sum(w**3)),
            w,
            rtol=1e-3,
            atol=1e-3,
        )
