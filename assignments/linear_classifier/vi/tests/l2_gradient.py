"""Checks of l2_gradient: the gradient of the sum of squares."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "l2_gradient"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="l2_gradient: mảng nhỏ", points=0.5)
def small_arrays(l2_gradient):
    expect(
        l2_gradient(np.array([[1.0, -2.0], [0.5, 0.0]])),
        [[2, -4], [1, 0]],
        "l2_gradient([[1, -2], [0.5, 0]])",
    )
    expect(l2_gradient(np.array([[-3.0, 2.0, 1.0]])), [[-6, 4, 2]], "l2_gradient([[-3, 2, 1]])")


@test_case(name="l2_gradient: giữ dtype của W và giá trị của W", points=0.5)
def dtype_and_argument(l2_gradient):
    for dtype, numbers in ((np.float32, [[1.0, -2.0], [0.5, 0.0]]), (np.float64, [[[-3.0, 2.0]]])):
        W = np.array(numbers, dtype)
        got = l2_gradient(W)
        np.testing.assert_array_equal(W, numbers, err_msg="W giữ nguyên giá trị.")
        expect(got, 2 * np.array(numbers), f"l2_gradient({numbers}) với {np.dtype(dtype)}")
        assert got.dtype == dtype, f"Gradient là {got.dtype}; mong đợi {np.dtype(dtype)}, dtype của W."
