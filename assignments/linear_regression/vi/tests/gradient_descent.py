"""Checks of gradient_descent: constant steps, until it is flat."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "gradient_descent"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="gradient_descent: một đường đi mà mọi bước đều biết trước", points=1)
def known_steps(gradient_descent):
    target, start = np.array([1.0, -2.0]), np.zeros(2)
    for max_steps, learning_rate in ((1, 0.25), (0, 0.5), (4, 0.1), (6, 0.6)):
        path = gradient_descent(
            lambda w: 2 * (w - target),
            start,
            learning_rate=learning_rate,
            max_steps=max_steps,
            tolerance=0.0,
        )
        shrinkage = (1 - 2 * learning_rate) ** np.arange(max_steps + 1)  # w - target shrinks by this
        expect(path, target * (1 - shrinkage[:, None]), f"đường đi gồm {max_steps} bước {learning_rate}")
        np.testing.assert_array_equal(start, [0, 0], err_msg="w được truyền vào giữ nguyên giá trị.")


@test_case(name="gradient_descent: dừng khi chuẩn của gradient không lớn hơn dung sai", points=1)
def stopping(gradient_descent):
    for tolerance, w in ((1.0, [16, 8, 4, 2, 1, 0.5]), (4.0, [16, 8, 4, 2]), (40.0, [16])):
        path = gradient_descent(
            lambda w: 2 * w, np.array([16.0]), learning_rate=0.25, max_steps=50, tolerance=tolerance
        )
        expect(path, np.array(w, dtype=float)[:, None], f"đường đi với tolerance = {tolerance:g}")
    path = gradient_descent(
        lambda w: 2 * w, np.array([0.0, 0.0]), learning_rate=0.25, max_steps=9, tolerance=0.0
    )
    expect(path, [[0.0, 0.0]], "đường đi từ chỗ gradient bằng 0, với tolerance = 0")
    path = gradient_descent(
        lambda w: 2 * w, np.array([24.0, -32.0]), learning_rate=0.25, max_steps=9, tolerance=18.0
    )
    expect(path, [[24, -32], [12, -16], [6, -8], [3, -4]], "đường đi trong hai chiều với tolerance = 18")
