"""Checks of sample_batch: random rows with their labels."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "sample_batch"
points = None


@test_case(name="sample_batch: rows of X with the labels that belong to them", points=0.5)
def rows_and_labels_belong_together(sample_batch):
    X = np.arange(60.0).reshape(20, 3)  # row i is (3i, 3i + 1, 3i + 2)
    y = np.arange(20) ** 2 % 7
    for batch_size in (1, 6, 20):
        X_batch, y_batch = sample_batch(X.copy(), y.copy(), batch_size, np.random.default_rng(batch_size))
        assert np.shape(X_batch) == (batch_size, 3), (
            f"X_batch has shape {np.shape(X_batch)}; expected {(batch_size, 3)}."
        )
        assert np.shape(y_batch) == (batch_size,), (
            f"y_batch has shape {np.shape(y_batch)}; expected {(batch_size,)}."
        )
        rows = (np.asarray(X_batch)[:, 0] / 3).astype(int)
        np.testing.assert_array_equal(X_batch, X[rows], err_msg="Each row of X_batch is a row of X.")
        np.testing.assert_array_equal(y_batch, y[rows], err_msg="Each label is the label of its row.")


@test_case(name="sample_batch: every row has its chance, in every call anew", points=0.5)
def by_chance(sample_batch):
    X, y = np.arange(60.0).reshape(20, 3), np.arange(20) ** 2 % 7
    rng = np.random.default_rng(8)
    drawn = []
    for _ in range(60):
        X_batch, y_batch = sample_batch(X.copy(), y.copy(), 10, rng)
        rows = (np.asarray(X_batch)[:, 0] / 3).astype(int)
        np.testing.assert_array_equal(y_batch, y[rows], err_msg="Each label is the label of its row.")
        drawn.append(sorted(int(row) for row in rows))
    # By chance a right answer fails here less than once in a million states of rng, and rng's state is always the same.
    assert len({tuple(rows) for rows in drawn}) > 1, f"60 calls gave the same rows, {drawn[0]}."
    assert any(len(set(rows)) > 1 for rows in drawn), "Every batch holds one row again and again."
    assert any(np.any(np.diff(rows) > 1) for rows in drawn), "The rows of every batch are neighbours in X."
    never = sorted(set(range(20)) - {row for rows in drawn for row in rows})
    assert not never, f"The rows {never} never came in 60 batches of 10 from 20 examples."


@test_case(name="sample_batch: rng decides, and X and y keep their values", points=0.5)
def by_rng_alone(sample_batch):
    X, y = np.arange(60.0).reshape(20, 3), np.arange(20) ** 2 % 7
    drawn = []
    for seed in (1, 1, 2, 3, 4):
        given_X, given_y = X.copy(), y.copy()
        X_batch, y_batch = sample_batch(given_X, given_y, 12, np.random.default_rng(seed))
        np.testing.assert_array_equal(given_X, X, err_msg="X keeps its values.")
        np.testing.assert_array_equal(given_y, y, err_msg="y keeps its values.")
        rows = (np.asarray(X_batch)[:, 0] / 3).astype(int)
        np.testing.assert_array_equal(X_batch, X[rows], err_msg="Each row of X_batch is a row of X.")
        np.testing.assert_array_equal(y_batch, y[rows], err_msg="Each label is the label of its row.")
        drawn.append(rows.tolist())
    assert drawn[0] == drawn[1], "The same state of rng gave two different batches."
    assert any(rows != drawn[0] for rows in drawn), f"Four states of rng gave the same rows, {drawn[0]}."


@test_case(
    name="sample_batch: every call draws anew",
    points=0.5,
    hidden=True,
    failure_message="Draw with the generator rng that is passed in: two calls must not give the same rows.",
)
def draws_anew(sample_batch, check):
    X, y = data(check, "anew")
    rng = check.rng("sample_batch: anew")
    batches = {tuple(sorted(batch_rows(sample_batch, X, y, 10, rng))) for _ in range(4)}
    assert len(batches) > 1


@test_case(
    name="sample_batch: every row has the same chance",
    points=1,
    hidden=True,
    failure_message="Draw row numbers from 0 to N - 1 with equal chances: no neighbours, none left out.",
)
def every_row_has_its_chance(sample_batch, check):
    X, y = data(check, "chance")
    rng = check.rng("sample_batch: chance")
    rows = np.concatenate([batch_rows(sample_batch, X, y, 20, rng) for _ in range(100)])
    # Each row is expected 50 times; fewer than 15 or more than 105 has a chance below one in a million.
    counts = np.bincount(rows, minlength=N)
    assert counts.min() >= 15
    assert counts.max() <= 105


@test_case(
    name="sample_batch: the same generator state gives the same batch",
    points=0.5,
    hidden=True,
    failure_message="rng is the only source of randomness: np.random and random do not know of it.",
)
def reproducible(sample_batch, check):
    X, y = data(check, "state")
    for key in range(3):
        first, again = (
            batch_rows(sample_batch, X, y, 20, check.rng("sample_batch: state", key)) for _ in range(2)
        )
        assert np.array_equal(first, again)
    assert not np.array_equal(first, batch_rows(sample_batch, X, y, 20, check.rng("sample_batch: state")))


@test_case(
    name="sample_batch: leaves X and y alone",
    points=0.5,
    hidden=True,
    failure_message="Shuffle row numbers, not X and y themselves: these belong to the caller.",
)
def leaves_data_alone(sample_batch, check):
    X, y = data(check, "data")
    originals = [X.copy(), y.copy()]
    batches = [batch_rows(sample_batch, X, y, 30, check.rng("sample_batch: data", key)) for key in range(2)]
    check.intact([X, y], originals, what="sample_batch(X, y, batch_size, rng)")
    # Two batches hold the same rows with a probability below 1e-8, however they are drawn.
    assert not np.array_equal(*map(np.sort, batches))


N = 40


def data(check, *key):
    """N examples that nobody knows: who has not looked into X and y cannot have their rows."""
    rng = check.rng("sample_batch", *key)
    return rng.standard_normal((N, 3)), rng.integers(1000, size=N)


def batch_rows(sample_batch, X, y, batch_size, rng):
    """The row numbers of a batch, found by what stands in its rows."""
    before = {row.tobytes(): number for number, row in enumerate(X)}
    labels = y.copy()
    X_batch, y_batch = map(np.asarray, sample_batch(X, y, batch_size, rng))
    assert X_batch.shape == (batch_size, X.shape[1])
    assert y_batch.shape == (batch_size,)
    rows = np.array([before.get(np.asarray(row, dtype=np.float64).tobytes(), -1) for row in X_batch])
    assert rows.min() >= 0
    assert np.array_equal(labels[rows], y_batch)
    return rows
