"""Checks of minibatch_sgd: shuffled epochs of mini-batches."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "minibatch_sgd"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="minibatch_sgd: a path whose every step is known", points=1)
def known_steps(minibatch_sgd):
    target, start = np.array([1.0, -2.0, 0.5]), np.zeros(3)
    X, y = np.ones((5, 3)), np.arange(5.0)
    for batch_size, num_epochs, steps in ((5, 2, 2), (2, 2, 6), (1, 1, 5)):
        path = minibatch_sgd(
            lambda w, X, y: 2 * (w - target),
            start,
            X,
            y,
            learning_rate=0.1,
            batch_size=batch_size,
            num_epochs=num_epochs,
            rng=np.random.default_rng(0),
        )
        shrinkage = 0.8 ** np.arange(steps + 1)  # w - target shrinks by this
        what = f"the path of {num_epochs} epochs of 5 examples in batches of {batch_size}"
        expect(path, target * (1 - shrinkage[:, None]), what)
        np.testing.assert_array_equal(
            start, np.zeros(3), err_msg="The w that was passed in keeps its values."
        )


@test_case(name="minibatch_sgd: an epoch uses every example once, in a new random order", points=1)
def epochs(minibatch_sgd):
    X, y = np.arange(14.0).reshape(7, 2), np.arange(7.0) ** 2  # row i is (2i, 2i + 1), with the target i^2
    for batch_size, sizes in ((3, [3, 3, 1]), (7, [7]), (4, [4, 3])):
        first, again, other = (
            orders(minibatch_sgd, X.copy(), y.copy(), batch_size, sizes, seed) for seed in (1, 1, 2)
        )
        for order in first:
            assert sorted(order) == list(range(7)), (
                f"An epoch used the examples {sorted(order)}; each once is expected."
            )
        assert len(set(first)) > 1, "All epochs have the same order; a new random one is expected in each."
        assert first == again, "The same state of rng gave two different runs."
        assert first != other, "Two states of rng gave the same run."


def orders(minibatch_sgd, X, y, batch_size, sizes, seed):
    """The order of the examples in each of four epochs."""
    kept_X, kept_y, seen = X.copy(), y.copy(), []

    def gradient_fn(w, X, y):
        rows = (X[:, 0] / 2).astype(int)
        np.testing.assert_array_equal(X, kept_X[rows], err_msg="Each row of a batch is a row of X.")
        np.testing.assert_array_equal(y, kept_y[rows], err_msg="Each target is the target of its row.")
        seen.append([int(row) for row in rows])
        return np.zeros(2)

    rng = np.random.default_rng(seed)
    minibatch_sgd(
        gradient_fn, np.zeros(2), X, y, learning_rate=0.1, batch_size=batch_size, num_epochs=4, rng=rng
    )
    np.testing.assert_array_equal(X, kept_X, err_msg="X keeps its values.")
    np.testing.assert_array_equal(y, kept_y, err_msg="y keeps its values.")
    found = [len(rows) for rows in seen]
    assert found == 4 * sizes, f"The batches of four epochs have {found} examples; {4 * sizes} are expected."
    return [
        tuple(row for rows in seen[start : start + len(sizes)] for row in rows)
        for start in range(0, len(seen), len(sizes))
    ]


@test_case(
    name="minibatch_sgd: every step follows from its own batch",
    points=1.5,
    hidden=True,
    failure_message="Each batch moves w once, by the gradient of that batch at the current w; the path holds every w.",
)
def steps_follow(minibatch_sgd, check):
    for key, batch_size, num_epochs, learning_rate in ((0, 4, 2, 0.05), (1, 5, 3, 0.11)):
        run = Recording(
            minibatch_sgd, check.rng("minibatch_sgd: steps", key), batch_size, num_epochs, learning_rate
        )
        assert len(run.weights) == num_epochs * -(-run.N // batch_size)
        path = [run.start]
        for gradient in run.gradients:
            path.append(path[-1] - learning_rate * gradient)
        check.same(run.path, np.array(path))
        check.same(np.array(run.weights), np.array(path[:-1]))


@test_case(
    name="minibatch_sgd: every example just once an epoch",
    points=1,
    hidden=True,
    failure_message="Cut one shuffled order into batches: nothing twice, nothing left out, a smaller batch at the end.",
)
def once_an_epoch(minibatch_sgd, check):
    for batch_size in (1, 3, 8, 11):
        run = Recording(minibatch_sgd, check.rng("minibatch_sgd: once", batch_size), batch_size, 2, 0.01)
        sizes = [min(batch_size, run.N - start) for start in range(0, run.N, batch_size)]
        assert [len(rows) for rows in run.batches] == 2 * sizes
        for epoch in (run.batches[: len(sizes)], run.batches[len(sizes) :]):
            assert sorted(row for rows in epoch for row in rows) == list(range(run.N))


@test_case(
    name="minibatch_sgd: each epoch has a new order, and all orders have the same chance",
    points=1,
    hidden=True,
    failure_message="Shuffle with rng at the start of every epoch: all examples, not the batches alone.",
)
def new_orders(minibatch_sgd, check):
    num_epochs = 150
    run = Recording(minibatch_sgd, check.rng("minibatch_sgd: orders"), 6, num_epochs, 0.001)
    firsts = [frozenset(rows) for rows in run.batches[::2]]  # the first batch of each epoch, of two
    assert len(run.batches) == 2 * num_epochs
    # Each pair of 11 examples is together in a batch of 6 with a chance of 3/11, or 41 times; fewer than 13 or more
    # than 75 has a chance below one in a million.
    for one in range(run.N):
        for other in range(one):
            assert 13 <= sum({one, other} <= rows for rows in firsts) <= 75
    inside = [rows for rows in run.batches if len(rows) == 6]
    assert len({tuple(rows) for rows in inside}) > num_epochs / 2


@test_case(
    name="minibatch_sgd: the arrays that were passed in keep their values",
    points=0.5,
    hidden=True,
    failure_message="Shuffle row numbers, not X and y themselves, and do not write into w.",
)
def leaves_arguments_alone(minibatch_sgd, check):
    for key in range(2):
        run = Recording(minibatch_sgd, check.rng("minibatch_sgd: arguments", key), 4, 2, 0.1)
        check.intact(run.given, run.kept, what="minibatch_sgd(...)")
        assert len(run.gradients) == 6
        check.same(np.asarray(run.path)[-1], run.kept[0] - 0.1 * np.sum(run.gradients, axis=0))


@test_case(
    name="minibatch_sgd: no epochs at all, and one of a single batch",
    points=0.5,
    hidden=True,
    failure_message="The path begins with w itself: it has one row more than there are steps.",
)
def few_steps(minibatch_sgd, check):
    none = Recording(minibatch_sgd, check.rng("minibatch_sgd: few"), 4, 0, 0.1)
    check.same(none.path, none.start[None])
    assert not none.batches
    one = Recording(minibatch_sgd, check.rng("minibatch_sgd: few"), Recording.N, 1, 0.1)
    assert len(one.gradients) == 1
    check.same(one.path, np.array([one.start, one.start - 0.1 * one.gradients[0]]))


@test_case(
    name="minibatch_sgd: the same generator state gives the same run",
    points=0.5,
    hidden=True,
    failure_message="rng is the only source of randomness: np.random and random do not know of it.",
)
def reproducible(minibatch_sgd, check):
    first, again, other = (
        Recording(minibatch_sgd, check.rng("minibatch_sgd: state", key), 3, 3, 0.1) for key in (0, 0, 1)
    )
    assert len(first.batches) == 12
    assert first.batches == again.batches
    assert first.batches != other.batches


class Recording:
    """A run of minibatch_sgd on a least-squares problem of N examples, where the targets are the row numbers."""

    N = 11

    def __init__(self, minibatch_sgd, rng, batch_size, num_epochs, learning_rate):
        self.start = rng.standard_normal(3)
        self.given = [self.start.copy(), rng.standard_normal((self.N, 3)), np.arange(float(self.N))]
        self.kept = [part.copy() for part in self.given]
        self.weights, self.batches, self.gradients = [], [], []
        self.path = minibatch_sgd(
            self.gradient_fn,
            *self.given,
            learning_rate=learning_rate,
            batch_size=batch_size,
            num_epochs=num_epochs,
            rng=rng,
        )

    def gradient_fn(self, w, X, y):
        rows = np.asarray(y).astype(int)
        assert np.array_equal(X, self.kept[1][rows])
        gradient = 2 * X.T @ (X @ w - y) / len(y) / self.N
        assert np.isfinite(gradient).all()  # NaN agrees with any path that is NaN: no step need be made then
        self.weights.append(np.array(w))
        self.batches.append([int(row) for row in rows])
        self.gradients.append(gradient)
        return gradient
