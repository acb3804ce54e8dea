"""Checks of soft_threshold: towards zero, and no further."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "soft_threshold"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="soft_threshold: mảng nhỏ", points=1)
def small_arrays(soft_threshold):
    w = np.array([3.0, -2.0, 0.5, -0.25, 0.0])
    expect(soft_threshold(w.copy(), 1.0), [2, -1, 0, 0, 0], "soft_threshold([3, -2, 0.5, -0.25, 0], 1)")
    expect(soft_threshold(w.copy(), 0.25), [2.75, -1.75, 0.25, 0, 0], "soft_threshold(w, 0.25)")


@test_case(name="soft_threshold: ngưỡng 0 không thay đổi gì, ngưỡng lớn không để lại gì", points=0.5)
def extremes(soft_threshold):
    values = [[1.5, -0.5], [-3.0, 0.0]]
    w = np.array(values, dtype=np.float32)
    for threshold, expected in ((0.0, values), (4.0, np.zeros((2, 2)))):
        got = soft_threshold(w, threshold)
        expect(got, expected, f"soft_threshold(w, {threshold:g})")
        assert got.dtype == np.float32, (
            f"soft_threshold của một mảng float32 có dtype {got.dtype}; mong đợi float32."
        )
        np.testing.assert_array_equal(w, values, err_msg="w giữ nguyên giá trị.")
