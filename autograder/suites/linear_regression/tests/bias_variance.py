"""Checks of bias_variance: over training sets drawn anew."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "bias_variance"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


def drawing(sets):
    """A function that returns one set after the other, again and again, and the list of its calls so far."""
    calls = []

    def draw():
        calls.append(len(calls))
        return sets[calls[-1] % len(sets)]

    return draw, calls


@test_case(name="bias_variance: constants and lines, by hand", points=1)
def by_hand(bias_variance):
    x_train = np.array([0.0, 1.0, 2.0])
    sets = [(x_train, np.array([0.0, 1.0, 2.0])), (x_train, np.array([4.0, 3.0, 2.0]))]  # lines x and 4 - x
    x = np.array([0.0, 2.0, 3.0])
    bias_squared, variance = bias_variance([0, 1], drawing(sets)[0], 2, x, np.array([2.0, 2.0, 2.0]))
    expect(bias_squared, [0, 0], "bias_squared, where the fits lie around the truth")
    expect(variance, [1, 5 / 3], "variance of the constants 1 and 3, and of the lines x and 4 - x")
    bias_squared, variance = bias_variance([1, 0], drawing(sets)[0], 2, x, np.array([1.0, 2.0, 5.0]))
    expect(bias_squared, [10 / 3, 10 / 3], "bias_squared, where the truth is 1, 2 and 5")
    expect(variance, [5 / 3, 1], "variance, the degrees the other way round")
    bias_squared, variance = bias_variance([0, 1], drawing(sets)[0], 1, x, np.array([1.0, 2.0, 5.0]))
    expect(bias_squared, [17 / 3, 5 / 3], "bias_squared of one set, whose fits are 1 and x")
    expect(variance, [0, 0], "variance of one set")


@test_case(name="bias_variance: every degree is fitted to the same sets", points=1)
def same_sets(bias_variance):
    x_train = np.array([0.0, 1.0, 2.0, 3.0])
    for degrees, num_sets in (([0, 1, 2], 4), ([1], 3)):
        values = np.arange(1.0, num_sets + 1)  # set number n is n everywhere, and so is every fit
        draw, drawn = drawing([(x_train, np.full(4, value)) for value in values])
        bias_squared, variance = bias_variance(degrees, draw, num_sets, np.array([0.5, 1.5]), np.zeros(2))
        assert len(drawn) == num_sets, f"draw was called {len(drawn)} times for num_sets = {num_sets}."
        expect(bias_squared, np.full(len(degrees), values.mean() ** 2), "bias_squared of sets 1, 2, ...")
        expect(variance, np.full(len(degrees), values.var()), "variance of sets 1, 2, ...")


@test_case(
    name="bias_variance: other sets and degrees",
    points=2,
    hidden=True,
    failure_message="Bias looks at the mean prediction against the truth, variance at the predictions around their mean.",
)
def other_sets(bias_variance, reference, check):
    for key, degrees, num_sets in ((0, [0, 1, 3], 6), (1, [2, 4], 9)):
        agree(check, bias_variance, reference, degrees, num_sets, "sets", key)


@test_case(
    name="bias_variance: one set has no variance, but a bias",
    points=1,
    hidden=True,
    failure_message="Divide by num_sets, also where it is 1; the variance is then 0.",
)
def one_set(bias_variance, reference, check):
    for key, degrees in ((0, [1, 2]), (1, [0, 3, 5])):
        agree(check, bias_variance, reference, degrees, 1, "one", key)


@test_case(
    name="bias_variance: draws as often as it is told",
    points=1,
    hidden=True,
    failure_message="Draw num_sets training sets once, and fit every degree to each of them.",
)
def as_often(bias_variance, reference, check):
    for num_sets in (2, 5):
        calls = agree(check, bias_variance, reference, [0, 2, 3], num_sets, "often", num_sets)
        assert calls == num_sets


@test_case(
    name="bias_variance: degrees in any order",
    points=1,
    hidden=True,
    failure_message="Result k belongs to degrees[k]: degrees may come in any order, and twice.",
)
def any_order(bias_variance, reference, check):
    for key, degrees in ((0, [4, 0, 2]), (1, [3, 1, 1])):
        agree(check, bias_variance, reference, degrees, 4, "order", key)


def agree(check, bias_variance, reference, degrees, num_sets, *key):
    """Both on the same noisy samples of a curve; returns how often the student's function has drawn."""
    rng = check.rng("bias_variance", *key)
    x = rng.uniform(-1, 1, 7)
    truth = np.sin(3 * x) + rng.uniform(0.5, 1)
    sets = []
    for _ in range(num_sets):
        x_train = np.linspace(-1, 1, 12) + rng.uniform(-0.05, 0.05, 12)
        sets.append((x_train, np.sin(3 * x_train) + 0.5 * rng.standard_normal(12)))
    expected = reference.bias_variance(degrees, drawing(sets)[0], num_sets, x, truth)
    draw, calls = drawing(sets)
    got = bias_variance(list(degrees), draw, num_sets, x.copy(), truth.copy())
    assert len(got) == 2
    for one, wanted in zip(got, expected, strict=True):
        check.same(one, list(wanted), rtol=1e-6, atol=1e-8)
    return len(calls)
