"""Checks of elastic_net_gradient: a subgradient of the elastic net."""

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
    w = np.array([1.0, -2.0, 0.5, 0.0])
    expect(elastic_net_gradient(w.copy(), 0.0), [1, -1, 1, 0], "elastic_net_gradient([1, -2, 0.5, 0], 0)")
    expect(elastic_net_gradient(w.copy(), 1.0), [3, -5, 2, 0], "elastic_net_gradient([1, -2, 0.5, 0], 1)")


@test_case(name="elastic_net_gradient: vào float32, ra float32", points=0.5)
def single_precision_in_and_out(elastic_net_gradient):
    for beta, expected in ((0.5, [2, -3]), (2.0, [5, -9])):
        got = elastic_net_gradient(np.array([1.0, -2.0], dtype=np.float32), beta)
        expect(got, expected, "elastic_net_gradient của một mảng float32")
        assert got.dtype == np.float32, (
            f"elastic_net_gradient của một mảng float32 có dtype {got.dtype}; mong đợi float32."
        )
