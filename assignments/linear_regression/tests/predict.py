"""Checks of predict: a linear model's predictions."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "predict"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="predict: small numbers", points=0.5)
def small_numbers(predict):
    X = np.array([[1.0, 2.0, 1.0], [3.0, -1.0, 1.0]])
    expect(predict(np.array([2.0, -1.0, 0.5]), X), [0.5, 7.5], "predict(w, X)")
    expect(predict(np.array([0.0, 1.0, -2.0]), X), [0, -3], "predict with other weights")
    expect(
        predict(np.array([4.0]), np.array([[0.25], [-1.0], [3.0]])), [1, -4, 12], "predict with one feature"
    )


@test_case(name="predict: float32 in, float32 out", points=0.5)
def single_precision_in_and_out(predict):
    X = np.array([[1.0, 2.0], [2.0, 1.0]], dtype=np.float32)
    for w, expected in (([2.0, -1.0], [0, 3]), ([4.0, 1.0], [6, 9])):
        got = predict(np.array(w, dtype=np.float32), X)
        expect(got, expected, "predict of float32 arrays")
        assert got.dtype == np.float32, f"predict of float32 arrays has dtype {got.dtype}; expected float32."
