"""Checks of mse_loss_matrix: the mean squared error in matrix form."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "mse_loss_matrix"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="mse_loss_matrix: một đường thẳng và ba điểm", points=1)
def line_and_points(mse_loss_matrix):
    X, y = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]), np.array([1.0, 3.0, 2.0])
    expect(mse_loss_matrix(np.array([1.0, 0.0]), X, y), 2 / 3, "mất mát của đường thẳng f(x) = x")
    expect(mse_loss_matrix(np.array([0.0, 2.0]), X, y), 2 / 3, "mất mát của đường ngang f(x) = 2")
    expect(mse_loss_matrix(np.array([0.5, 1.0]), X, y), 0.5, "mất mát của đường thẳng f(x) = x / 2 + 1")
    expect(
        mse_loss_matrix(np.array([1.0, 0.0]), X, np.array([1.0, 2.0, 3.0])), 0, "mất mát khi khớp hoàn hảo"
    )


@test_case(name="mse_loss_matrix: là trung bình, với số mẫu bất kỳ", points=1)
def mean(mse_loss_matrix):
    X, y = np.array([[2.0], [-1.0]]), np.array([1.0, 1.0])
    for w, loss in ((1.0, 2.5), (-2.0, 13.0)):
        expect(mse_loss_matrix(np.array([w]), X, y), loss, f"mất mát của hai mẫu tại w = [{w:g}]")
        four = mse_loss_matrix(np.array([w]), np.vstack([X, X]), np.concatenate([y, y]))
        expect(four, loss, f"mất mát tại w = [{w:g}] của một lô chứa cả hai mẫu hai lần")
        single = mse_loss_matrix(np.array([w], dtype=np.float32), X.astype(np.float32), y.astype(np.float32))
        expect(single, loss, f"mất mát tại w = [{w:g}] với float32")
