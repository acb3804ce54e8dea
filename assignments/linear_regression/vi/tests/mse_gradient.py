"""Checks of mse_gradient: the gradient of the mean squared error."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "mse_gradient"
points = None


# A batch of four examples with three features.
w = np.array([0.5, -1.0, 2.0])
X = np.array([[1.0, 2.0, 1.0], [0.0, -1.0, 1.0], [3.0, 0.5, 1.0], [-2.0, 1.0, 1.0]])
y = np.array([1.0, 2.0, -1.0, 0.5])
NUMERICAL_GRADIENT = [6.25, -0.25, 2.0]


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="mse_gradient: gradient số với float64", points=1.5)
def numerical_gradient(mse_gradient):
    expect(
        mse_gradient(w.copy(), X.copy(), y.copy()),
        NUMERICAL_GRADIENT,
        "gradient, so với sai phân trung tâm của mất mát",
    )
    twice = mse_gradient(w.copy(), np.vstack([X, X]), np.concatenate([y, y]))
    expect(twice, NUMERICAL_GRADIENT, "gradient của một lô chứa mỗi mẫu hai lần")
    reversed_features = mse_gradient(w[::-1].copy(), X[:, ::-1].copy(), y.copy())
    expect(reversed_features, NUMERICAL_GRADIENT[::-1], "gradient với thứ tự các đặc trưng đảo ngược")


@test_case(name="mse_gradient: bằng không khi khớp hoàn hảo, và khác không ở bên cạnh", points=0.5)
def perfect_fit(mse_gradient):
    X, y = np.array([[1.0, 1.0], [2.0, 1.0], [4.0, 1.0]]), np.array([3.0, 5.0, 9.0])
    expect(
        mse_gradient(np.array([2.0, 1.0]), X, y), [0, 0], "gradient tại w = [2, 1], điểm khớp mọi điểm"
    )
    expect(mse_gradient(np.array([2.0, 4.0]), X, y), [14, 6], "gradient tại w = [2, 4]")
    expect(mse_gradient(np.array([1.0, 1.0]), X, y), [-14, -14 / 3], "gradient tại w = [1, 1]")


@test_case(name="mse_gradient: vào float32, ra float32", points=0.5)
def single_precision_in_and_out(mse_gradient):
    X, y = np.array([[1.0], [2.0]], dtype=np.float32), np.array([1.0, 0.0], dtype=np.float32)
    for w, expected in (([3.0], [14]), ([1.0], [4])):
        got = mse_gradient(np.array(w, dtype=np.float32), X, y)
        expect(got, expected, "mse_gradient của các mảng float32")
        assert got.dtype == np.float32, (
            f"mse_gradient của các mảng float32 có dtype {got.dtype}; mong đợi float32."
        )
