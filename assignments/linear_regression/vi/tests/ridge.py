"""Checks of ridge: least squares with an L2 penalty, in closed form."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "ridge"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="ridge: một đặc trưng, tính bằng tay", points=1)
def one_feature(ridge):
    X, y = np.array([[1.0], [2.0]]), np.array([1.0, 2.0])
    expect(ridge(X, y, 2.5), [0.5], "ridge([[1], [2]], [1, 2], 2.5)")
    expect(ridge(X, y, 7.5), [0.25], "ridge([[1], [2]], [1, 2], 7.5)")
    expect(ridge(np.vstack([X, X]), np.concatenate([y, y]), 2.5), [0.5], "ridge với cả hai mẫu hai lần")
    single = ridge(X.astype(np.float32), y.astype(np.float32), 2.5)
    expect(single, [0.5], "ridge của các mảng float32", atol=1e-5)


@test_case(name="ridge: bias cũng được điều chuẩn, và các cột bằng nhau chia nhau trọng số", points=1)
def bias_and_equal_columns(ridge):
    ones, y = np.ones((3, 1)), np.array([4.0, 5.0, 6.0])
    expect(ridge(ones, y, 1.0), [2.5], "ridge chỉ với một cột bias, reg = 1")
    expect(ridge(np.hstack([ones, ones]), y, 2.0), [1.25, 1.25], "ridge với hai cột bằng nhau, reg = 2")
