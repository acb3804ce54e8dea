"""Checks of elastic_net_gradient: a subgradient of the elastic net."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "elastic_net_gradient"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="elastic_net_gradient: small arrays", points=0.5)
def small_arrays(elastic_net_gradient):
    w = np.array([1.0, -2.0, 0.5, 0.0])
    expect(elastic_net_gradient(w.copy(), 0.0), [1, -1, 1, 0], "elastic_net_gradient([1, -2, 0.5, 0], 0)")
    expect(elastic_net_gradient(w.copy(), 1.0), [3, -5, 2, 0], "elastic_net_gradient([1, -2, 0.5, 0], 1)")


@test_case(name="elastic_net_gradient: float32 in, float32 out", points=0.5)
def single_precision_in_and_out(elastic_net_gradient):
    for beta, expected in ((0.5, [2, -3]), (2.0, [5, -9])):
        got = elastic_net_gradient(np.array([1.0, -2.0], dtype=np.float32), beta)
        expect(got, expected, "elastic_net_gradient of a float32 array")
        assert got.dtype == np.float32, (
            f"elastic_net_gradient of a float32 array has dtype {got.dtype}; expected float32."
        )


@test_case(
    name="elastic_net_gradient: arrays of any shape, any beta",
    points=0.5,
    hidden=True,
    failure_message="The derivative of beta w^2 + |w| is 2 beta w plus the sign of w, which is 0 at 0.",
)
def any_shape(elastic_net_gradient, reference, check):
    for shape, beta in (((5,), 0.3), ((4, 3), 2.5), ((1, 6), 0.0), ((2, 3, 2), 7.0)):
        w = check.rng("elastic_net_gradient", shape).standard_normal(shape)
        w.flat[0] = 0
        check.agrees(elastic_net_gradient, reference.elastic_net_gradient, w, beta, dtype=True)


@test_case(
    name="elastic_net_gradient: keeps float32",
    points=0.5,
    hidden=True,
    failure_message="A gradient has the dtype of w.",
)
def keeps_float32(elastic_net_gradient, reference, check):
    for shape, beta in (((4,), 0.6), ((7, 2), 3.0)):
        w = check.rng("elastic_net_gradient: float32", shape).standard_normal(shape).astype(np.float32)
        check.agrees(elastic_net_gradient, reference.elastic_net_gradient, w, beta, dtype=True)
