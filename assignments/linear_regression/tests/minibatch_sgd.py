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
            start.copy(),
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


@test_case(name="minibatch_sgd: an epoch uses every example once, with its target", points=1)
def epochs(minibatch_sgd):
    X, y = np.arange(14.0).reshape(7, 2), np.arange(7.0) ** 2  # row i is (2i, 2i + 1), with the target i^2
    for batch_size, sizes in ((3, [3, 3, 1]), (7, [7]), (4, [4, 3])):
        seen = []

        def gradient_fn(w, X, y, seen=seen):
            seen.append((np.array(X), np.array(y)))
            return np.zeros(2)

        minibatch_sgd(
            gradient_fn,
            np.zeros(2),
            X.copy(),
            y.copy(),
            learning_rate=0.1,
            batch_size=batch_size,
            num_epochs=2,
            rng=np.random.default_rng(1),
        )
        found = [len(y_batch) for _, y_batch in seen]
        assert found == 2 * sizes, (
            f"The batches of two epochs of 7 examples have {found} examples; {2 * sizes} are expected."
        )
        for epoch in (seen[: len(sizes)], seen[len(sizes) :]):
            rows = np.concatenate([X_batch[:, 0] / 2 for X_batch, _ in epoch]).astype(int)
            assert sorted(rows) == list(range(7)), (
                f"An epoch used the examples {sorted(rows)}; each once is expected."
            )
            np.testing.assert_array_equal(np.vstack([X_batch for X_batch, _ in epoch]), X[rows])
            targets = np.concatenate([y_batch for _, y_batch in epoch])
            np.testing.assert_array_equal(targets, y[rows], err_msg="Each target is the target of its row.")
