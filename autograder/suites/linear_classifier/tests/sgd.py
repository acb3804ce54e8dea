"""Checks of sgd: the training loop, with losses that the check passes in."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "sgd"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="sgd: a loss whose every step is known", points=0.5)
def known_steps(sgd):
    target, start = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]]), np.zeros((2, 3))
    X, y = np.ones((4, 2)), np.array([0, 1, 2, 0])
    for num_steps, learning_rate in ((1, 0.25), (5, 0.1), (8, 0.3)):
        W, history = sgd(
            lambda W, X, y: np.sum((W - target) ** 2),
            lambda W, X, y: 2 * (W - target),
            start.copy(),
            X,
            y,
            learning_rate=learning_rate,
            batch_size=2,
            num_steps=num_steps,
            rng=np.random.default_rng(0),
        )
        shrinkage = (1 - 2 * learning_rate) ** np.arange(num_steps + 1)  # W - target shrinks by this
        expect(W, target * (1 - shrinkage[-1]), f"W after {num_steps} steps")
        losses = np.sum(target**2) * shrinkage[:-1] ** 2
        expect(history, losses, "history, the loss before each step's update")


@test_case(name="sgd: every step gets a batch of rows with their labels", points=0.5)
def batches(sgd):
    X, y = np.arange(36.0).reshape(12, 3), np.arange(12) ** 2 % 5  # row i is (3i, 3i + 1, 3i + 2)
    for batch_size, num_steps in ((4, 3), (6, 5)):
        seen = []

        def gradient_fn(W, X, y, seen=seen):
            seen.append((np.array(X), np.array(y)))
            return np.zeros((3, 2))

        sgd(
            lambda W, X, y: 0.0,
            gradient_fn,
            np.zeros((3, 2)),
            X.copy(),
            y.copy(),
            learning_rate=0.1,
            batch_size=batch_size,
            num_steps=num_steps,
            rng=np.random.default_rng(1),
        )
        assert len(seen) == num_steps, f"gradient_fn was called {len(seen)} times in {num_steps} steps."
        for X_batch, y_batch in seen:
            assert X_batch.shape == (batch_size, 3), (
                f"A batch has shape {X_batch.shape}; expected {(batch_size, 3)}."
            )
            rows = (X_batch[:, 0] / 3).astype(int)
            np.testing.assert_array_equal(X_batch, X[rows], err_msg="Each row of a batch is a row of X.")
            np.testing.assert_array_equal(y_batch, y[rows], err_msg="Each label is the label of its row.")


@test_case(name="sgd: the W that was passed in keeps its values, also in no steps at all", points=0.5)
def start_and_no_steps(sgd):
    X, y = np.ones((4, 2)), np.array([0, 1, 2, 0])
    for num_steps, factor in ((0, 1.0), (1, 0.5), (3, 0.125)):
        start = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.5]])
        kept = start.copy()
        W, history = sgd(
            lambda W, X, y: np.sum(W**2),
            lambda W, X, y: 2 * W,
            start,
            X,
            y,
            learning_rate=0.25,
            batch_size=2,
            num_steps=num_steps,
            rng=np.random.default_rng(0),
        )
        np.testing.assert_array_equal(start, kept, err_msg="The W that was passed in keeps its values.")
        expect(W, kept * factor, f"W after {num_steps} steps")
        expect(history, 16.5 * 0.25 ** np.arange(num_steps), f"history of {num_steps} steps")


@test_case(name="sgd: every step draws one batch, for loss and gradient, by rng", points=0.5)
def batches_by_chance(sgd):
    X, y = (
        np.arange(24.0).reshape(12, 2),
        np.arange(12),
    )  # row i is (2i, 2i + 1), and so are both of its labels i

    def run(seed):
        losses, gradients = [], []

        def loss_fn(W, X, y):
            losses.append((np.array(X) / 2).astype(int)[:, 0].tolist())
            return float(np.sum(y))

        def gradient_fn(W, X, y):
            gradients.append([int(label) for label in y])
            return np.ones((2, 3))

        W, history = sgd(
            loss_fn,
            gradient_fn,
            np.zeros((2, 3)),
            X.copy(),
            y.copy(),
            learning_rate=0.5,
            batch_size=4,
            num_steps=6,
            rng=np.random.default_rng(seed),
        )
        expect(W, np.full((2, 3), -3.0), "W after six steps of 0.5 against a gradient of ones")
        assert losses == gradients, (
            f"The loss saw the rows {losses}, the gradient {gradients}: one batch a step."
        )
        expect(history, np.sum(losses, axis=1), "history, the loss of each step's batch")
        return losses

    runs = [run(seed) for seed in (1, 1, 2, 3, 4)]
    assert runs[0] == runs[1], "The same state of rng gave two different runs."
    assert any(other != runs[0] for other in runs), "Four states of rng gave the same batches."
    assert any(step != runs[0][0] for step in runs[0]), f"Every step has the same batch, {runs[0][0]}."


@test_case(
    name="sgd: every step follows from its own batch",
    points=1.5,
    hidden=True,
    failure_message=(
        "In every step: draw one batch, take loss and gradient of that same batch at the current W, note the "
        "loss, and only then move W."
    ),
)
def steps_follow(sgd, check):
    for key, num_steps, learning_rate in ((0, 6, 0.05), (1, 3, 0.11)):
        run = Recording(sgd, check.rng("sgd: steps", key), num_steps, learning_rate)
        assert len(run.steps) == num_steps
        check.same(run.steps[0].W, run.start)
        for before, after in zip(run.steps, [*[step.W for step in run.steps[1:]], run.W], strict=True):
            check.same(after, before.W - learning_rate * before.gradient)
        check.same(run.history, [step.loss for step in run.steps])


@test_case(
    name="sgd: new batches in every step, which reach all rows",
    points=1,
    hidden=True,
    failure_message="Draw a new batch with rng in each step, from all rows.",
)
def batches_vary(sgd, check):
    runs = [Recording(sgd, check.rng("sgd: batches", key), 50, 0.01) for key in range(2)]
    for run in runs:
        batches = {step.rows for step in run.steps}
        assert len(batches) > 1
        assert set().union(*batches) == set(range(Recording.N))
    assert [step.rows for step in runs[0].steps] != [step.rows for step in runs[1].steps]


@test_case(
    name="sgd: the W that was passed in keeps its values",
    points=0.5,
    hidden=True,
    failure_message="W -= ... changes the caller's array. Write W = W - ..., or start from a copy.",
)
def leaves_start_alone(sgd, check):
    for key in range(2):
        run = Recording(sgd, check.rng("sgd: start", key), 4, 0.1)
        check.intact([run.given], [run.start], what="sgd(...)")
        ends_by_a_step(check, run, 4, 0.1)


@test_case(
    name="sgd: no steps at all, and one",
    points=0.5,
    hidden=True,
    failure_message="After num_steps steps W has moved num_steps times: not once more or less.",
)
def few_steps(sgd, check):
    none = Recording(sgd, check.rng("sgd: few"), 0, 0.1)
    check.same(none.W, none.start)
    assert len(none.history) == 0
    one = Recording(sgd, check.rng("sgd: few"), 1, 0.1)
    assert len(one.history) == 1
    ends_by_a_step(check, one, 1, 0.1)


@test_case(
    name="sgd: the same generator state gives the same run",
    points=0.5,
    hidden=True,
    failure_message="rng is the only source of randomness: np.random and random do not know of it.",
)
def reproducible(sgd, check):
    first, again = (Recording(sgd, check.rng("sgd: state"), 5, 0.1) for _ in range(2))
    assert [step.rows for step in first.steps] == [step.rows for step in again.steps]
    ends_by_a_step(check, first, 5, 0.1)


def ends_by_a_step(check, run, num_steps, learning_rate):
    """Fail unless a run took so many steps, and W is what the last of them made of it."""
    assert len(run.steps) == num_steps
    check.same(run.W, run.steps[-1].W - learning_rate * run.steps[-1].gradient)


class Step:
    """What gradient_fn was called with, and what it answered."""

    def __init__(self, W, X, y):
        self.W = np.array(W)
        self.rows = tuple(sorted(int(row) for row in y))
        self.loss = loss_fn(W, X, y)
        self.gradient = 2 * X.T @ (X @ W - np.stack([y, -y], axis=1)) / len(y)


class Recording:
    """A run of sgd on a least-squares problem of N examples, where the labels are the row numbers."""

    N = 12

    def __init__(self, sgd, rng, num_steps, learning_rate):
        self.X, y = rng.standard_normal((self.N, 3)), np.arange(self.N)
        self.start = rng.standard_normal((3, 2))
        self.given = self.start.copy()
        self.steps = []
        self.W, self.history = sgd(
            loss_fn,
            self.gradient_fn,
            self.given,
            self.X.copy(),
            y,
            learning_rate=learning_rate,
            batch_size=6,
            num_steps=num_steps,
            rng=rng,
        )

    def gradient_fn(self, W, X, y):
        # Of rows of zeros the gradient is 0, and one that is NaN agrees with every W that is: no step need be made then.
        assert np.array_equal(X, self.X[np.asarray(y).astype(int)])
        step = Step(W, X, y)
        assert np.isfinite(step.gradient).all()
        self.steps.append(step)
        return step.gradient


def loss_fn(W, X, y):
    return float(np.sum((X @ W - np.stack([y, -y], axis=1)) ** 2) / len(y))
