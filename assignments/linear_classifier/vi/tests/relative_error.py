"""Checks of relative_error: how far two gradients are apart."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "relative_error"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="relative_error: số và mảng", points=0.5)
def numbers_and_arrays(relative_error):
    expect(relative_error(np.array([1.0]), np.array([3.0])), 0.5, "sai số tương đối của 1 và 3")
    expect(
        relative_error(np.array([2.0, 5.0]), np.array([2.0, 5.0])), 0.0, "sai số tương đối của hai mảng bằng nhau"
    )
    expect(relative_error(np.array([1.0, -2.0, 10.0]), np.array([1.0, 2.0, 30.0])), 1.0, "của -2 và 2")
    a, b = np.array([[100.0, 1.0], [7.0, 4.0]]), np.array([[101.0, 1.5], [7.0, 4.0]])
    expect(relative_error(a, b), 0.2, "sai số tương đối lớn nhất, của 1 và 1.5")


@test_case(name="relative_error: khi cả hai bằng 0, hoặc rất nhỏ", points=0.5)
def zeros_and_tiny_numbers(relative_error):
    for a, b, error in (
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([0.0, 1.0], [0.0, 3.0], 0.5),
        ([0.0, 2e-9], [0.0, 0.0], 0.2),
        ([0.0, 4.0], [1e-9, 4.0], 0.1),
    ):
        expect(relative_error(np.array(a), np.array(b)), error, f"sai số tương đối của {a} và {b}")
