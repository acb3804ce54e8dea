"""Checks of elastic_net: squares and absolute values together."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "elastic_net"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="elastic_net: small arrays", points=1)
def small_arrays(elastic_net):
    W = np.array([[1.0, -2.0], [0.5, 0.0]])
    expect(elastic_net(W, 0.0), 3.5, "elastic_net([[1, -2], [0.5, 0]], 0)")
    expect(elastic_net(W, 1.0), 8.75, "elastic_net([[1, -2], [0.5, 0]], 1)")
    expect(elastic_net(W, 0.2), 4.55, "elastic_net([[1, -2], [0.5, 0]], 0.2)")
    single = np.array([0.5, -2.0, 4.0], np.float32)
    expect(elastic_net(single, 2.0), 47.0, "elastic_net([0.5, -2, 4], 2) of float32")


@test_case(
    name="elastic_net: arrays of any shape, any beta",
    points=0.5,
    hidden=True,
    failure_message="beta belongs to the squares alone: R is the sum of beta w^2 + |w|.",
)
def any_shape(elastic_net, reference, check):
    for shape, beta in (((5,), 0.3), ((4, 3), 2.5), ((1, 6), 0.0), ((2, 3, 2), 7.0)):
        W = check.rng("elastic_net", shape).standard_normal(shape)
        check.agrees(elastic_net, reference.elastic_net, W, beta)


@test_case(
    name="elastic_net: float32",
    points=0.5,
    hidden=True,
    failure_message="W may be float32; the result has to be right to the accuracy of that.",
)
def single_precision(elastic_net, reference, check):
    for shape, beta in (((4, 3), 0.6), ((7, 2), 3.0)):
        W = check.rng("elastic_net: float32", shape).standard_normal(shape).astype(np.float32)
        check.agrees(elastic_net, reference.elastic_net, W, beta)
