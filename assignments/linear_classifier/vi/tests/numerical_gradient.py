"""Checks of numerical_gradient: central differences."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "numerical_gradient"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="numerical_gradient: các hàm có gradient đã biết", points=1)
def known_gradients(numerical_gradient):
    W = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]])
    A = np.array([[2.0, 1.0, 0.0], [-1.0, 4.0, 0.5]])
    for f, gradient, formula in (
        (lambda W: np.sum(A * W), A, "sum(A * W)"),
        (lambda W: np.sum(W**2), 2 * W, "sum(W ** 2)"),
        (lambda W: np.sum(W**3), 3 * W**2, "sum(W ** 3)"),
        (lambda W: np.sum(W) ** 2, np.full((2, 3), 2.0), "sum(W) ** 2"),
    ):
        expect(numerical_gradient(f, W.copy()), gradient, f"gradient số của {formula}", atol=1e-6)


@test_case(name="numerical_gradient: trọng số float32, một bước khác, và W giữ nguyên giá trị", points=0.5)
def float32_step_and_argument(numerical_gradient):
    for dtype, h, atol in ((np.float32, 1e-5, 1e-6), (np.float64, 0.5, 1e-9), (np.float64, 0.1, 1e-9)):
        W = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]], dtype)
        kept = W.copy()
        got = numerical_gradient(lambda W: float(np.sum(W**3)), W, h=h)
        what = f"gradient của sum(W ** 3) với W kiểu {np.dtype(dtype)} và h = {h:g}"
        expect(got, 3 * kept.astype(float) ** 2 + h**2, what, atol=atol)
        np.testing.assert_allclose(W, kept, rtol=1e-10, atol=1e-10, err_msg="W giữ các giá trị cũ.")
