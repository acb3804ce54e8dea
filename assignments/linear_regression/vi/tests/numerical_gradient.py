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
    for shape in ((6,), (3, 2)):
        w = np.array([1.0, -2.0, 0.5, 3.0, 0.0, -1.5]).reshape(shape)
        a = np.array([2.0, 1.0, 0.0, -1.0, 4.0, 0.5]).reshape(shape)
        for f, gradient, formula in (
            (lambda w, a=a: np.sum(a * w), a, "sum(a * w)"),
            (lambda w: np.sum(w**2), 2 * w, "sum(w ** 2)"),
            (lambda w: np.sum(w**3), 3 * w**2, "sum(w ** 3)"),
            (lambda w: np.sum(w) ** 2, np.full(shape, 2.0), "sum(w) ** 2"),
        ):
            what = f"gradient số của {formula}"
            expect(numerical_gradient(f, w.copy()), gradient, what, atol=1e-6)


@test_case(name="numerical_gradient: bước h, trọng số float32, và w về sau", points=0.5)
def step_and_precision(numerical_gradient):
    values = [1.0, -2.0, 0.5]
    w = np.array(values, dtype=np.float32)
    for h in (1e-5, 0.5):
        got = numerical_gradient(lambda w: np.sum(w**3), w, h=h)
        expect(
            got,
            3 * np.square(values) + h**2,
            f"gradient số của sum(w ** 3) với h = {h:g}",
            atol=1e-5,
        )
        np.testing.assert_array_equal(w, values, err_msg="sau đó w giữ các giá trị cũ.")
