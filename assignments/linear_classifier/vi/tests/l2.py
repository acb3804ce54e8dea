"""Checks of l2: the sum of squares."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "l2"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="l2: mảng nhỏ", points=0.5)
def small_arrays(l2):
    expect(l2(np.array([[1.0, -2.0], [0.5, 0.0]])), 5.25, "l2([[1, -2], [0.5, 0]])")
    expect(l2(np.array([[-3.0, 2.0, 1.0]])), 14.0, "l2([[-3, 2, 1]])")
    expect(l2(np.zeros((2, 3))), 0.0, "l2 của mảng toàn số không")
    expect(
        l2(np.array([[[0.5, -2.0]], [[4.0, -1.0]]], np.float32)), 21.25, "l2 của float32, kích thước (2, 1, 2)"
    )
