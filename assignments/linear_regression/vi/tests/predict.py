"""Checks of predict: a linear model's predictions."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "predict"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="predict: số nhỏ", points=0.5)
def small_numbers(predict):
    X = np.array([[1.0, 2.0, 1.0], [3.0, -1.0, 1.0]])
    expect(predict(np.array([2.0, -1.0, 0.5]), X), [0.5, 7.5], "predict(w, X)")
    expect(predict(np.array([0.0, 1.0, -2.0]), X), [0, -3], "predict với trọng số khác")
    expect(
        predict(np.array([4.0]), np.array([[0.25], [-1.0], [3.0]])), [1, -4, 12], "predict với một đặc trưng"
    )


@test_case(name="predict: vào float32, ra float32", points=0.5)
def single_precision_in_and_out(predict):
    X = np.array([[1.0, 2.0], [2.0, 1.0]], dtype=np.float32)
    for w, expected in (([2.0, -1.0], [0, 3]), ([4.0, 1.0], [6, 9])):
        got = predict(np.array(w, dtype=np.float32), X)
        expect(got, expected, "predict của các mảng float32")
        assert got.dtype == np.float32, f"predict của các mảng float32 có dtype {got.dtype}; mong đợi float32."
