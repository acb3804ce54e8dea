"""Checks of sgd_step: one step downhill."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "sgd_step"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="sgd_step: W trừ learning_rate nhân grad", points=0.5)
def one_step(sgd_step):
    W, grad = np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([[10.0, 20.0], [-5.0, 1.0]])
    expect(sgd_step(W.copy(), grad, 0.1), [[0.0, -4.0], [1.0, -0.1]], "sgd_step với tốc độ học 0.1")
    expect(sgd_step(W.copy(), grad, 1.0), [[-9.0, -22.0], [5.5, -1.0]], "sgd_step với tốc độ học 1")


@test_case(name="sgd_step: một mảng mới; W và grad giữ nguyên giá trị", points=0.5)
def new_array(sgd_step):
    for dtype, learning_rate, after in (
        (np.float32, 0.5, [0.0, 2.0, 3.0]),
        (np.float64, 2.0, [-3.0, 8.0, 3.0]),
    ):
        W, grad = np.array([1.0, 0.0, 3.0], dtype), np.array([2.0, -4.0, 0.0], dtype)
        got = sgd_step(W, grad, learning_rate)
        np.testing.assert_array_equal(W, [1, 0, 3], err_msg="W giữ nguyên giá trị.")
        np.testing.assert_array_equal(grad, [2, -4, 0], err_msg="grad giữ nguyên giá trị.")
        expect(got, after, f"sgd_step của {np.dtype(dtype)} với tốc độ học {learning_rate:g}")
