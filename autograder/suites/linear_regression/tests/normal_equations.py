"""Checks of normal_equations: least squares."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "normal_equations"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="normal_equations: lines through points", points=1)
def lines(normal_equations):
    X = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]])
    expect(
        normal_equations(X, np.array([3.0, 5.0, 7.0])), [2, 1], "the line through (1, 3), (2, 5) and (3, 7)"
    )
    expect(
        normal_equations(X, np.array([1.0, 3.0, 2.0])), [0.5, 1], "the line nearest to (1, 1), (2, 3), (3, 2)"
    )


@test_case(name="normal_equations: the shortest of many, and columns that nearly depend", points=1)
def shortest(normal_equations):
    equal = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    expect(normal_equations(equal, np.array([4.0, 8.0, 12.0])), [2, 2], "w for two equal columns")
    expect(
        normal_equations(np.array([[3.0, 4.0]]), np.array([50.0])), [6, 8], "w for one example, two features"
    )
    near = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-6], [1.0, 1.0 - 1e-6]])
    expect(normal_equations(near, near @ [1.0, 2.0]), [1, 2], "w for nearly equal columns", atol=1e-5)
    powers = np.linspace(0, 1, 20)[:, None] ** np.arange(10)
    expect(normal_equations(powers, powers @ np.arange(10.0)), np.arange(10.0), "w for ten powers", atol=1e-5)


@test_case(
    name="normal_equations: other problems",
    points=1.5,
    hidden=True,
    failure_message="w makes X^T (X w - y) zero; it is (D,), and X and y keep their values.",
)
def other_problems(normal_equations, reference, check, problems):
    for n, d in ((9, 4), (30, 6), (5, 1)):
        _, X, y = problems.one(n, d, "normal_equations")
        check.agrees(normal_equations, reference.normal_equations, X, y)


@test_case(
    name="normal_equations: more features than examples",
    points=1,
    hidden=True,
    failure_message="Where many w fit as well, the shortest is asked for: X^T X has no inverse then.",
)
def wide(normal_equations, reference, check, problems):
    for n, d in ((3, 7), (1, 5)):
        _, X, y = problems.one(n, d, "normal_equations: wide")
        check.agrees(normal_equations, reference.normal_equations, X, y)


@test_case(
    name="normal_equations: dependent columns",
    points=1.5,
    hidden=True,
    failure_message="A column may be zero, or the sum of others: X^T X is singular, and w the shortest solution.",
)
def dependent_columns(normal_equations, reference, check):
    for make in (with_zeros, with_a_copy, with_a_sum):
        X, y = singular(check, make)
        check.agrees(normal_equations, reference.normal_equations, X, y)


@test_case(
    name="normal_equations: nearly dependent columns",
    points=1,
    hidden=True,
    failure_message="Forming X^T X loses the digits that tell such columns apart: work on X itself.",
)
def nearly_dependent(normal_equations, check):
    for n, distance in ((8, 3e-8), (20, 2e-8)):
        rng = check.rng("normal_equations: near", n)
        X, w = rng.standard_normal((n, 3)), rng.standard_normal(3)
        X[:, 2] = X[:, 0] + distance * rng.standard_normal(n)
        check.same(normal_equations(X.copy(), X @ w), w, rtol=1e-6, atol=1e-6)


@test_case(
    name="normal_equations: high powers of one feature",
    points=1,
    hidden=True,
    failure_message="High powers of one feature are nearly dependent: solve on X itself, drop no column.",
)
def high_powers(normal_equations, check):
    for degree, sizes in ((11, [0]), (10, [-1, 0, 1])):
        rng = check.rng("normal_equations: powers", degree)
        X = np.linspace(0, 1, 30)[:, None] ** np.arange(degree + 1) * 10.0 ** rng.choice(sizes, degree + 1)
        w = rng.choice([-1, 1], degree + 1) * rng.uniform(1, 2, degree + 1)
        check.same(normal_equations(X.copy(), X @ w), w, rtol=1e-5, atol=1e-5)


def with_zeros(X):
    """One column is zero."""
    X[:, 1] = 0


def with_a_copy(X):
    """The last column is the first one."""
    X[:, -1] = X[:, 0]


def with_a_sum(X):
    """The last column is the sum of the first two."""
    X[:, -1] = X[:, 0] + X[:, 1]


def singular(check, make):
    """X and y, where what should be a singular value of 0 is small enough for any usual limit."""
    rng = check.rng("normal_equations: singular", make.__name__)
    while True:
        X, y = rng.integers(-8, 9, size=(10, 4)) / 4, rng.standard_normal(10)
        make(X)
        values = np.linalg.svd(X, compute_uv=False)
        if values[-1] < 3e-16 * values[0] and values[-2] > 0.05 * values[0]:
            return X, y
