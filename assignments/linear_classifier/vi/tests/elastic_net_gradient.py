"""Checks of elastic_net_gradient: the gradient of the elastic net."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "elastic_net_gradient"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="elastic_net_gradient: mảng nhỏ", points=0.5)
def small_arrays(elastic_net_gradient):
    W = np.array([[1.0, -2.0], [0.5, -0.1]])
    expect(
        elastic_net_gradient(W.copy(), 0.0),
        [[1, -1], [1, -1]],
        "elastic_net_gradient([[1, -2], [0.5, -0.1]], 0)",
    )
    expect(
        elastic_net_gradient(W.copy(), 1.0),
        [[3, -5], [2, -1.2]],
        "elastic_net_gradient([[1, -2], [0.5, -0.1]], 1)",
    )


@test_case(name="elastic_net_gradient: có số không trong trọng số, và W giữ nguyên giá trị", points=0.5)
def zeros_and_argument(elastic_net_gradient):
    for dtype, beta, gradient in ((np.float32, 0.5, [2, 0, -3, 0]), (np.float64, 2.0, [5, 0, -9, 0])):
        W = np.array([1.0, 0.0, -2.0, 0.0], dtype)
        got = elastic_net_gradient(W, beta)
        np.testing.assert_array_equal(W, [1, 0, -2, 0], err_msg="W giữ nguyên giá trị.")
        expect(got, gradient, f"elastic_net_gradient([1, 0, -2, 0], {beta:g}) với {np.dtype(dtype)}")
