"""Checks of kl_divergence: how far one distribution is from another."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "kl_divergence"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="kl_divergence: small distributions", points=0.5)
def small_distributions(kl_divergence):
    half, quarter = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    expect(kl_divergence(half, quarter), 0.1438410, "kl_divergence of (1/2, 1/2) and (1/4, 3/4)", atol=1e-7)
    expect(kl_divergence(quarter, half), 0.1308120, "kl_divergence of (1/4, 3/4) and (1/2, 1/2)", atol=1e-7)
    expect(kl_divergence(quarter, quarter), 0.0, "kl_divergence of a distribution and itself")
    true, predicted = np.array([1.0, 0.0, 0.0]), np.array([0.13, 0.86, 0.01])
    expect(
        kl_divergence(true, predicted),
        -np.log(0.13),
        "kl_divergence of one-hot (1, 0, 0) and (0.13, 0.86, 0.01)",
    )
    tiny = np.array([1e-6, 1 - 1e-6])
    expect(
        kl_divergence(half, tiny),
        -np.log(4e-6 * (1 - 1e-6)) / 2,
        "kl_divergence of (1/2, 1/2) and (1e-6, 1 - 1e-6)",
    )


@test_case(name="kl_divergence: zeros in both, and p and q keep their values", points=0.5)
def zeros_and_arguments(kl_divergence):
    for zero in range(3):
        p, q = (np.insert(values, zero, 0.0) for values in ([0.5, 0.5], [0.25, 0.75]))
        kept = p.copy(), q.copy()
        what = f"kl_divergence of {p.tolist()} and {q.tolist()}"
        expect(kl_divergence(p, q), 0.1438410, what, atol=1e-7)
        q[zero], p[zero] = 0.25, 0.0
        expect(
            kl_divergence(p, q / q.sum()),
            0.1438410 + np.log(1.25),
            f"{what}, q / 1.25 with 0.2 for its 0",
            atol=1e-7,
        )
        q[zero] = 0.0
        np.testing.assert_array_equal([p, q], kept, err_msg="p and q keep their values.")


@test_case(
    name="kl_divergence: other distributions",
    points=1,
    hidden=True,
    failure_message="Sum p log(p / q) over the classes, with natural logarithms. The order matters.",
)
def other_distributions(kl_divergence, reference, check):
    for c in (2, 3, 10):
        p, q = check.rng("kl_divergence", c).dirichlet(np.full(c, 3.0), size=2)
        check.agrees(kl_divergence, reference.kl_divergence, p, q, unchanged=False)
        check.agrees(kl_divergence, reference.kl_divergence, q, p, unchanged=False)
        q[-1] *= 1e-5
        check.agrees(kl_divergence, reference.kl_divergence, p, q / q.sum(), unchanged=False)


@test_case(
    name="kl_divergence: zeros in p, and in p and q together",
    points=0.5,
    hidden=True,
    failure_message="A term with p = 0 counts as 0, also where q is 0: 0 log 0 must not become NaN.",
)
def zeros(kl_divergence, reference, check):
    for c in (3, 6):
        p, q = check.rng("kl_divergence: zeros", c).dirichlet(np.full(c, 3.0), size=2)
        p[1] = 0.0
        check.agrees(kl_divergence, reference.kl_divergence, p / p.sum(), q, unchanged=False)
        q[1] = 0.0
        check.agrees(kl_divergence, reference.kl_divergence, p / p.sum(), q / q.sum(), unchanged=False)


@test_case(
    name="kl_divergence: leaves p and q alone",
    points=0.5,
    hidden=True,
    failure_message="The function must not change the arrays that it is given.",
)
def leaves_arguments_alone(kl_divergence, reference, check):
    for c in (3, 6):
        p, q = check.rng("kl_divergence: arguments", c).dirichlet(np.full(c, 3.0), size=2)
        p[-1] = 0.0
        check.agrees(kl_divergence, reference.kl_divergence, p / p.sum(), q)
