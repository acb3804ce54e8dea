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
    expect(l2_gradient(np.array([3.0, -4.0, 0.5])), [6, -8, 1], "l2_gradient([3, -4, 0.5])")
    expect(
        l2_gradient(np.array([[1.0, 0.0], [-2.0, 5.0]])), [[2, 0], [-4, 10]], "l2_gradient của một mảng 2 x 2"
    )


@test_case(name="l2_gradient: một mảng mới có dtype của w", points=0.5)
def new_array(l2_gradient):
    for values in ([1.0, -0.5], [3.0]):
        w = np.array(values, dtype=np.float32)
        got = l2_gradient(w)
        expect(got, 2 * np.array(values), "l2_gradient của một mảng float32")
        assert got.dtype == np.float32, (
            f"l2_gradient của một mảng float32 có dtype {got.dtype}; mong đợi float32."
        )
        np.testing.assert_array_equal(w, values, err_msg="w giữ nguyên giá trị.")
