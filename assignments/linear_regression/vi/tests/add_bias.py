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


@test_case(name="add_bias: vào float32, ra float32", points=0.5)
def single_precision_in_and_out(add_bias):
    for values in ([[2.0], [4.0]], [[1.0, 3.0]]):
        got = add_bias(np.array(values, dtype=np.float32))
        expect(got, [[*row, 1] for row in values], "add_bias của một mảng float32")
        assert got.dtype == np.float32, (
            f"add_bias của một mảng float32 có dtype {got.dtype}; mong đợi float32."
        )
