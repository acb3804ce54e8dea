"""Checks of gradient_descent: constant steps, until it is flat."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "gradient_descent"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="gradient_descent: a path whose every step is known", points=1)
def known_steps(gradient_descent):
    target, start = np.array([1.0, -2.0]), np.zeros(2)
    for max_steps, learning_rate in ((1, 0.25), (0, 0.5), (4, 0.1), (6, 0.6)):
        path = gradient_descent(
            lambda w: 2 * (w - target),
            start,
            learning_rate=learning_rate,
            max_steps=max_steps,
            tolerance=0.0,
        )
        shrinkage = (1 - 2 * learning_rate) ** np.arange(max_steps + 1)  # w - target shrinks by this
        expect(path, target * (1 - shrinkage[:, None]), f"the path of {max_steps} steps of {learning_rate}")
        np.testing.assert_array_equal(start, [0, 0], err_msg="The w that was passed in keeps its values.")


@test_case(name="gradient_descent: stops where the gradient's norm is at most the tolerance", points=1)
def stopping(gradient_descent):
    for tolerance, w in ((1.0, [16, 8, 4, 2, 1, 0.5]), (4.0, [16, 8, 4, 2]), (40.0, [16])):
        path = gradient_descent(
            lambda w: 2 * w, np.array([16.0]), learning_rate=0.25, max_steps=50, tolerance=tolerance
        )
        expect(path, np.array(w, dtype=float)[:, None], f"the path with tolerance = {tolerance:g}")
    path = gradient_descent(
        lambda w: 2 * w, np.array([0.0, 0.0]), learning_rate=0.25, max_steps=9, tolerance=0.0
    )
    expect(path, [[0.0, 0.0]], "the path from where the gradient is 0, with tolerance = 0")
    path = gradient_descent(
        lambda w: 2 * w, np.array([24.0, -32.0]), learning_rate=0.25, max_steps=9, tolerance=18.0
    )
    expect(path, [[24, -32], [12, -16], [6, -8], [3, -4]], "the path in two dimensions with tolerance = 18")


@test_case(
    name="gradient_descent: every step follows from the gradient at its weights",
    points=1.5,
    hidden=True,
    failure_message="path[t + 1] is path[t] minus the learning rate times the gradient there.",
)
def steps_follow(gradient_descent, check):
    for d, max_steps, learning_rate in ((3, 7, 0.05), (1, 4, 0.2), (5, 12, 0.11)):
        start, gradient_fn = problem(check, "steps", d)
        path = gradient_descent(
            gradient_fn, start.copy(), learning_rate=learning_rate, max_steps=max_steps, tolerance=0.0
        )
        check.same(path, followed(gradient_fn, start, learning_rate, max_steps))


@test_case(
    name="gradient_descent: the first flat place ends it",
    points=1,
    hidden=True,
    failure_message="Look at the Euclidean norm of the gradient before each step; at or below the tolerance, stop.",
)
def first_flat_place(gradient_descent, check):
    for d, steps in ((3, 0), (2, 1), (4, 6), (6, 11)):
        start, gradient_fn = problem(check, "flat", d, steepest=0.6)
        path = followed(gradient_fn, start, 0.1, 20)
        norms = [np.sqrt(np.sum(gradient_fn(w) ** 2)) for w in path]
        got = gradient_descent(
            gradient_fn,
            start.copy(),
            learning_rate=0.1,
            max_steps=20,
            tolerance=float(0.999 * norms[steps] + 0.001 * (norms[steps - 1] if steps else 2 * norms[0])),
        )
        check.same(got, path[: steps + 1])


@test_case(
    name="gradient_descent: a gradient of just the tolerance is flat",
    points=0.5,
    hidden=True,
    failure_message="At most the tolerance: a norm that equals it ends the descent too.",
)
def just_the_tolerance(gradient_descent, check):
    for steps in (2, 5):
        start = float(2 ** check.rng("gradient_descent: equal", steps).integers(3, 12))
        path = start * 0.5 ** np.arange(steps + 1)[:, None]
        got = gradient_descent(
            lambda w: 2 * w,
            np.array([start]),
            learning_rate=0.25,
            max_steps=30,
            tolerance=float(2 * path[-1, 0]),
        )
        check.same(got, path)


@test_case(
    name="gradient_descent: no steps at all, and one",
    points=0.5,
    hidden=True,
    failure_message="The path of max_steps steps has max_steps + 1 rows: it begins with w itself.",
)
def few_steps(gradient_descent, check):
    for max_steps in (0, 1):
        start, gradient_fn = problem(check, "few", 3)
        got = gradient_descent(
            gradient_fn, start.copy(), learning_rate=0.1, max_steps=max_steps, tolerance=0.0
        )
        check.same(got, followed(gradient_fn, start, 0.1, max_steps))


@test_case(
    name="gradient_descent: the w that was passed in keeps its values",
    points=0.5,
    hidden=True,
    failure_message="w -= ... changes the caller's array, and every row of a path that holds it.",
)
def leaves_start_alone(gradient_descent, check):
    for d in (2, 4):
        start, gradient_fn = problem(check, "start", d)
        given = start.copy()
        path = gradient_descent(gradient_fn, given, learning_rate=0.1, max_steps=3, tolerance=0.0)
        check.intact([given], [start], what="gradient_descent(...)")
        check.same(path, followed(gradient_fn, start, 0.1, 3))


def problem(check, key, d, steepest=4.0):
    """Where to start, and the gradient of a bowl that is steep in some directions and flat in others."""
    rng = check.rng("gradient_descent", key, d)
    slopes, target, start = rng.uniform(0.5, steepest, d), rng.standard_normal(d), rng.choice([-3, 3], d)
    return target + start, lambda w: slopes * (w - target)


def followed(gradient_fn, start, learning_rate, steps):
    path = [start]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient_fn(path[-1]))
    return np.array(path)
