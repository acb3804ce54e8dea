"""Checks of polynomial_features: the powers of one feature."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "polynomial_features"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="polynomial_features: cột k là x lũy thừa k", points=1)
def powers(polynomial_features):
    x = np.array([2.0, -3.0, 0.5])
    expect(
        polynomial_features(x, 3),
        [[1, 2, 4, 8], [1, -3, 9, -27], [1, 0.5, 0.25, 0.125]],
        "polynomial_features([2, -3, 0.5], 3)",
    )
    expect(
        polynomial_features(np.array([0.0, 1.0]), 2), [[1, 0, 0], [1, 1, 1]], "polynomial_features([0, 1], 2)"
    )


@test_case(name="polynomial_features: bậc thấp", points=0.5)
def low_degrees(polynomial_features):
    x = np.array([4.0, 0.0, -1.0])
    expect(polynomial_features(x, 0), [[1], [1], [1]], "polynomial_features([4, 0, -1], 0)")
    expect(polynomial_features(x, 1), [[1, 4], [1, 0], [1, -1]], "polynomial_features([4, 0, -1], 1)")


@test_case(name="polynomial_features: vào float32, ra float32", points=0.5)
def single_precision_in_and_out(polynomial_features):
    for degree in (1, 3):
        got = polynomial_features(np.array([2.0, -1.0], dtype=np.float32), degree)
        expect(
            got,
            [[1, 2, 4, 8][: degree + 1], [1, -1, 1, -1][: degree + 1]],
            "polynomial_features của một mảng float32",
        )
        assert got.dtype == np.float32, (
            f"polynomial_features của một mảng float32 có dtype {got.dtype}; mong đợi float32."
        )
