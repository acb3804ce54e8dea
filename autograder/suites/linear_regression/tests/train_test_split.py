"""Checks of train_test_split: examples put aside at random."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "train_test_split"
points = None


@test_case(name="train_test_split: every example is in one part, with its target, by chance", points=1)
def every_example_once(train_test_split):
    X, y = (
        np.arange(36.0).reshape(12, 3),
        np.arange(12.0) ** 2,
    )  # row i is (3i, 3i + 1, 3i + 2), its target i^2
    for num_test in (1, 4, 11):
        drawn = []
        for seed in (1, 1, 2, 3, 4, 5):
            given_X, given_y = X.copy(), y.copy()
            parts = train_test_split(given_X, given_y, num_test, np.random.default_rng(seed))
            np.testing.assert_array_equal(given_X, X, err_msg="X keeps its values.")
            np.testing.assert_array_equal(given_y, y, err_msg="y keeps its values.")
            assert len(parts) == 4, f"{len(parts)} values were returned; four are expected."
            shapes = [np.shape(part) for part in parts]
            expected = [(12 - num_test, 3), (12 - num_test,), (num_test, 3), (num_test,)]
            assert shapes == expected, (
                f"With num_test = {num_test} the shapes are {shapes}; expected {expected}."
            )
            X_all, y_all = np.vstack([parts[0], parts[2]]), np.concatenate([parts[1], parts[3]])
            rows = (X_all[:, 0] / 3).astype(int)
            assert sorted(rows) == list(range(12)), (
                f"The examples {sorted(rows)} came back; each once is expected."
            )
            np.testing.assert_array_equal(X_all, X[rows], err_msg="Each row is a row of X.")
            np.testing.assert_array_equal(y_all, y[rows], err_msg="Each target is the target of its row.")
            drawn.append(sorted(int(row) for row in rows[12 - num_test :]))
        assert drawn[0] == drawn[1], "The same state of rng gave two different test sets."
        assert any(test != drawn[0] for test in drawn), (
            f"Five states of rng gave the same test set, {drawn[0]}."
        )
        if num_test == 4:  # by chance five test sets are all of neighbours once in a hundred million
            beside = [sum((row + 1) % 12 in test for row in test) for test in drawn]
            assert min(beside) < 3, f"The examples of every test set are neighbours: {drawn}."


@test_case(
    name="train_test_split: other sizes",
    points=1,
    hidden=True,
    failure_message="num_test examples go to the test set and all others to the training set, with their targets.",
)
def other_sizes(train_test_split, check):
    for n, num_test in ((5, 1), (30, 29), (17, 6)):
        rng = check.rng("train_test_split: sizes", n)
        X, y = rng.standard_normal((n, 2)), np.arange(float(n))
        train, test = split_rows(train_test_split, X, y, num_test, rng)
        assert len(test) == num_test
        assert sorted([*train, *test]) == list(range(n))


@test_case(
    name="train_test_split: every call draws anew",
    points=1,
    hidden=True,
    failure_message="Draw with the generator rng that is passed in: two calls must not give the same test set.",
)
def draws_anew(train_test_split, check):
    rng = check.rng("train_test_split: anew")
    X, y = rng.standard_normal((40, 2)), np.arange(40.0)
    drawn = {tuple(sorted(split_rows(train_test_split, X, y, 10, rng)[1])) for _ in range(4)}
    assert len(drawn) == 4


@test_case(
    name="train_test_split: every choice has the same chance",
    points=1,
    hidden=True,
    failure_message="Every example is as likely to be put aside, whatever its place: no neighbours, none left out.",
)
def same_chance(train_test_split, check):
    rng = check.rng("train_test_split: chance")
    X, y = rng.standard_normal((10, 2)), np.arange(10.0)
    together = np.zeros((10, 10))
    for _ in range(120):
        _, test = split_rows(train_test_split, X, y, 5, rng)
        together[np.ix_(test, test)] += 1
    # An example is expected in 60 test sets, a pair in 26.7; what lies outside has a chance below one in a million.
    assert together.diagonal().min() >= 30
    assert together.diagonal().max() <= 90
    pairs = together[np.triu_indices(10, 1)]
    assert pairs.min() >= 5
    assert pairs.max() <= 55


@test_case(
    name="train_test_split: the same generator state gives the same split",
    points=0.5,
    hidden=True,
    failure_message="rng is the only source of randomness: np.random and random do not know of it.",
)
def reproducible(train_test_split, check):
    X, y = check.rng("train_test_split: X").standard_normal((20, 2)), np.arange(20.0)
    first, again, other = (
        split_rows(train_test_split, X, y, 8, check.rng("train_test_split: state", key)) for key in (0, 0, 1)
    )
    assert first == again
    assert sorted(first[1]) != sorted(other[1])


@test_case(
    name="train_test_split: leaves X and y alone",
    points=0.5,
    hidden=True,
    failure_message="Shuffle row numbers, not X and y themselves: these belong to the caller.",
)
def leaves_data_alone(train_test_split, check):
    for key in range(2):
        rng = check.rng("train_test_split: data", key)
        X, y = rng.standard_normal((12, 2)), np.arange(12.0)
        kept = X.copy()
        _, test = split_rows(train_test_split, X, y, 7, rng)
        assert len(set(test)) == 7
        check.intact([X, y], [kept, np.arange(12.0)], what="train_test_split(X, y, num_test, rng)")


def split_rows(train_test_split, X, y, num_test, rng):
    """The row numbers of both parts, where the targets are the row numbers."""
    kept = X.copy()
    X_train, y_train, X_test, y_test = train_test_split(X, y, num_test, rng)
    parts = []
    for X_part, y_part in ((X_train, y_train), (X_test, y_test)):
        rows = np.asarray(y_part).astype(int)
        assert np.array_equal(X_part, kept[rows])
        parts.append([int(row) for row in rows])
    return parts
