"""Checks of soft_threshold: towards zero, and no further."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "soft_threshold"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="soft_threshold: small arrays", points=1)
def small_arrays(soft_threshold):
    w = np.array([3.0, -2.0, 0.5, -0.25, 0.0])
    expect(soft_threshold(w.copy(), 1.0), [2, -1, 0, 0, 0], "soft_threshold([3, -2, 0.5, -0.25, 0], 1)")
    expect(soft_threshold(w.copy(), 0.25), [2.75, -1.75, 0.25, 0, 0], "soft_threshold(w, 0.25)")


@test_case(name="soft_threshold: a threshold of 0 changes nothing, a large one leaves nothing", points=0.5)
def extremes(soft_threshold):
    values = [[1.5, -0.5], [-3.0, 0.0]]
    w = np.array(values, dtype=np.float32)
    for threshold, expected in ((0.0, values), (4.0, np.zeros((2, 2)))):
        got = soft_threshold(w, threshold)
        expect(got, expected, f"soft_threshold(w, {threshold:g})")
        assert got.dtype == np.float32, (
            f"soft_threshold of a float32 array has dtype {got.dtype}; expected float32."
        )
        np.testing.assert_array_equal(w, values, err_msg="w keeps its values.")


@test_case(
    name="soft_threshold: arrays of any shape, any threshold",
    points=1,
    hidden=True,
    failure_message="Each element moves towards 0 by the threshold, from either side, and stops at 0.",
)
def any_shape(soft_threshold, reference, check):
    for shape, threshold in (((5,), 0.3), ((4, 3), 0.8), ((1, 6), 0.0), ((2, 3, 2), 1.5)):
        w = check.rng("soft_threshold", shape).standard_normal(shape)
        check.agrees(soft_threshold, reference.soft_threshold, w, threshold, unchanged=False, dtype=True)


@test_case(
    name="soft_threshold: what is smaller than the threshold becomes exactly 0",
    points=0.5,
    hidden=True,
    failure_message="Weights within the threshold become exactly 0, not small numbers, on both sides.",
)
def exact_zeros(soft_threshold, check):
    for threshold in (0.5, 2.0):
        w = threshold * check.rng("soft_threshold: zeros", threshold).uniform(0.1, 0.9, size=8)
        w *= [1, -1, 1, -1, 3, -3, 20, -20]
        got = soft_threshold(w.copy(), threshold)
        check.same(got, [*[0.0] * 4, *np.maximum(np.abs(w[4:]) - threshold, 0) * [1, -1, 1, -1]])
        assert not np.any(np.asarray(got)[:4])


@test_case(
    name="soft_threshold: w keeps its values",
    points=0.5,
    hidden=True,
    failure_message="Return a new array: w -= ... and w[...] = ... change the caller's.",
)
def leaves_weights_alone(soft_threshold, reference, check):
    for shape, threshold in (((6,), 0.4), ((3, 2), 1.0)):
        w = check.rng("soft_threshold: w", shape).standard_normal(shape)
        check.agrees(soft_threshold, reference.soft_threshold, w, threshold)


@test_case(
    name="soft_threshold: keeps float32",
    points=0.5,
    hidden=True,
    failure_message="The result has the dtype of w.",
)
def keeps_float32(soft_threshold, reference, check):
    for shape, threshold in (((4,), 0.6), ((7, 2), 0.2)):
        w = check.rng("soft_threshold: float32", shape).standard_normal(shape).astype(np.float32)
        check.agrees(soft_threshold, reference.soft_threshold, w, threshold, dtype=True)
