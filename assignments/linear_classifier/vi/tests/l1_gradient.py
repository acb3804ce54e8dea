"""Checks of l1_gradient: the gradient of the sum of absolute values."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "l1_gradient"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="l1_gradient: mảng nhỏ", points=0.5)
def small_arrays(l1_gradient):
    expect(
        l1_gradient(np.array([[1.0, -2.0], [0.5, -0.1]])),
        [[1, -1], [1, -1]],
        "l1_gradient([[1, -2], [0.5, -0.1]])",
    )
    expect(l1_gradient(np.array([[-3.0, 2.0, 1.0]])), [[-1, 1, 1]], "l1_gradient([[-3, 2, 1]])")


@test_case(name="l1_gradient: có số không trong trọng số, và W giữ nguyên giá trị", points=0.5)
def zeros_and_argument(l1_gradient):
    for dtype, numbers, signs in (
        (np.float32, [2.0, 0.0, -3.0], [1, 0, -1]),
        (np.float64, [[0.0, -0.5]], [[0, -1]]),
    ):
        W = np.array(numbers, dtype)
        got = l1_gradient(W)
        np.testing.assert_array_equal(W, numbers, err_msg="W giữ nguyên giá trị.")
        expect(got, signs, f"l1_gradient({numbers}) với {np.dtype(dtype)}")
