"""Checks of linear_scores: the scores of a linear classifier."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "linear_scores"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="linear_scores: bốn điểm ảnh, ba lớp", points=0.5)
def four_pixels(linear_scores):
    W = np.array(
        [[0.01, 0.7, 0.0], [-0.05, 0.2, -0.45], [0.1, 0.05, -0.2], [0.05, 0.16, 0.03], [0.0, 0.2, -0.3]]
    )
    X = np.array(
        [[-15.0, 22.0, -44.0, 56.0, 1.0], [0.0, 0.0, 0.0, 0.0, 1.0]]
    )  # the last column is the bias's
    expect(linear_scores(W, X), [[-2.85, 0.86, 0.28], [0.0, 0.2, -0.3]], "linear_scores(W, X)")
    expect(linear_scores(W[:, 1:], X[:1]), [[0.86, 0.28]], "linear_scores của một mẫu và hai lớp")


@test_case(name="linear_scores: float32 vẫn là float32", points=0.5)
def dtype(linear_scores):
    for dtype, x in ((np.float32, 2.0), (np.float64, -3.0)):
        got = linear_scores(np.array([[1.0, 0.5]], dtype), np.array([[x], [4.0]], dtype))
        expect(got, [[x, x / 2], [4, 2]], f"điểm số của {np.dtype(dtype)}")
        assert got.dtype == dtype, f"Điểm số là {got.dtype}; mong đợi {np.dtype(dtype)}, như X và W."
