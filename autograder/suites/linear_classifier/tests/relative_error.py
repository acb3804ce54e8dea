"""Checks of relative_error: how far two gradients are apart."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "relative_error"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="relative_error: numbers and arrays", points=0.5)
def numbers_and_arrays(relative_error):
    expect(relative_error(np.array([1.0]), np.array([3.0])), 0.5, "the relative error of 1 and 3")
    expect(
        relative_error(np.array([2.0, 5.0]), np.array([2.0, 5.0])), 0.0, "the relative error of equal arrays"
    )
    expect(relative_error(np.array([1.0, -2.0, 10.0]), np.array([1.0, 2.0, 30.0])), 1.0, "that of -2 and 2")
    a, b = np.array([[100.0, 1.0], [7.0, 4.0]]), np.array([[101.0, 1.5], [7.0, 4.0]])
    expect(relative_error(a, b), 0.2, "the largest relative error, that of 1 and 1.5")


@test_case(name="relative_error: where both are 0, or tiny", points=0.5)
def zeros_and_tiny_numbers(relative_error):
    for a, b, error in (
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([0.0, 1.0], [0.0, 3.0], 0.5),
        ([0.0, 2e-9], [0.0, 0.0], 0.2),
        ([0.0, 4.0], [1e-9, 4.0], 0.1),
    ):
        expect(relative_error(np.array(a), np.array(b)), error, f"the relative error of {a} and {b}")


@test_case(
    name="relative_error: other arrays",
    points=1,
    hidden=True,
    failure_message="Divide element by element, by the sum of absolute values, and take the largest.",
)
def other_arrays(relative_error, reference, check):
    for shape in ((4,), (3, 5), (1, 1), (2, 3, 2)):
        a, b = check.rng("relative_error", shape).standard_normal((2, *shape))
        check.agrees(relative_error, reference.relative_error, a, b + 2 * a)
        check.agrees(relative_error, reference.relative_error, b + 2 * a, a)


@test_case(
    name="relative_error: zeros and tiny numbers",
    points=1,
    hidden=True,
    failure_message="The denominator is at least 1e-8, so that two zeros are 0 apart and not NaN.",
)
def zeros(relative_error, reference, check):
    rng = check.rng("relative_error: zeros")
    a = np.array([0.0, *rng.uniform(1e-10, 4e-9, size=3)])
    check.agrees(relative_error, reference.relative_error, a, np.zeros(4))
    a[0], b = 0.0, rng.uniform(1.0, 2.0, size=4)
    b[0] = 0.0
    check.agrees(relative_error, reference.relative_error, a + b, b * 1.01)
