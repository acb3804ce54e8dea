"""Checks of elastic_net: squares and absolute values together."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "elastic_net"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="elastic_net: mảng nhỏ", points=1)
def small_arrays(elastic_net):
    W = np.array([[1.0, -2.0], [0.5, 0.0]])
    expect(elastic_net(W, 0.0), 3.5, "elastic_net([[1, -2], [0.5, 0]], 0)")
    expect(elastic_net(W, 1.0), 8.75, "elastic_net([[1, -2], [0.5, 0]], 1)")
    expect(elastic_net(W, 0.2), 4.55, "elastic_net([[1, -2], [0.5, 0]], 0.2)")
    single = np.array([0.5, -2.0, 4.0], np.float32)
    expect(elastic_net(single, 2.0), 47.0, "elastic_net([0.5, -2, 4], 2) với float32")
