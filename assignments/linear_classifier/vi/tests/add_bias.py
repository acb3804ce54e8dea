"""Checks of add_bias: the bias trick."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "add_bias"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="add_bias: cột toàn số 1 nằm ở cuối", points=0.5)
def column_of_ones(add_bias):
    expect(
        add_bias(np.array([[2.0, 3.0], [4.0, 5.0], [6.0, 7.0]])),
        [[2, 3, 1], [4, 5, 1], [6, 7, 1]],
        "add_bias(X)",
    )
    expect(add_bias(np.array([[0.5, -1.0, 0.0]])), [[0.5, -1.0, 0.0, 1.0]], "add_bias của một mẫu")


@test_case(name="add_bias: một mảng mới có dtype của X", points=0.5)
def dtype_and_argument(add_bias):
    for dtype, numbers in ((np.float32, [[2.0, 3.0]]), (np.float64, [[0.5], [-4.0]])):
        X = np.array(numbers, dtype)
        got = add_bias(X)
        expect(got, [[*row, 1] for row in numbers], f"add_bias của {X.dtype}")
        assert got.dtype == dtype, f"Kết quả là {got.dtype}; mong đợi {X.dtype}, dtype của X."
        np.testing.assert_array_equal(X, numbers, err_msg="X giữ nguyên giá trị.")
