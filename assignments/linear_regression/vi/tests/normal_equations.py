"""Checks of normal_equations: least squares."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "normal_equations"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="normal_equations: đường thẳng đi qua các điểm", points=1)
def lines(normal_equations):
    X = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]])
    expect(
        normal_equations(X, np.array([3.0, 5.0, 7.0])), [2, 1], "đường thẳng qua (1, 3), (2, 5) và (3, 7)"
    )
    expect(
        normal_equations(X, np.array([1.0, 3.0, 2.0])), [0.5, 1], "đường thẳng gần nhất với (1, 1), (2, 3), (3, 2)"
    )


@test_case(name="normal_equations: nghiệm ngắn nhất trong nhiều nghiệm, và các cột gần phụ thuộc tuyến tính", points=1)
def shortest(normal_equations):
    equal = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    expect(normal_equations(equal, np.array([4.0, 8.0, 12.0])), [2, 2], "w với hai cột bằng nhau")
    expect(
        normal_equations(np.array([[3.0, 4.0]]), np.array([50.0])), [6, 8], "w với một mẫu, hai đặc trưng"
    )
    near = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-6], [1.0, 1.0 - 1e-6]])
    expect(normal_equations(near, near @ [1.0, 2.0]), [1, 2], "w với các cột gần bằng nhau", atol=1e-5)
    powers = np.linspace(0, 1, 20)[:, None] ** np.arange(10)
    expect(normal_equations(powers, powers @ np.arange(10.0)), np.arange(10.0), "w với mười lũy thừa", atol=1e-5)
