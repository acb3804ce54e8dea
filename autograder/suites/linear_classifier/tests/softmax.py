"""Checks of softmax: scores to probabilities."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "softmax"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} returned None. Is the return statement missing?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} has shape {np.shape(got)}; expected {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="softmax: the lecture's cat", points=0.5)
def lecture_example(softmax):
    cat = np.array([[3.2, 5.1, -1.7]])
    expect(softmax(cat), [[0.13, 0.87, 0.00]], "the softmax of the cat's scores", atol=0.005)
    pair = np.array([[-2.85, 0.86, 0.28], [3.2, 5.1, -1.7]])
    expect(
        softmax(pair), [[0.015, 0.631, 0.353], [0.130, 0.869, 0.001]], "the softmax of two rows", atol=0.001
    )


@test_case(name="softmax: rows sum to one, and ratios follow the scores", points=0.5)
def rows_are_distributions(softmax):
    scores = np.array([[0.0, np.log(2.0), np.log(5.0), 0.0], [-1.0, 1.0, 0.0, 2.0]])
    probabilities = softmax(scores.copy())
    expect(np.sum(probabilities, axis=1), [1.0, 1.0], "the sum of each row of softmax(scores)")
    assert np.min(probabilities) > 0, "A probability is never negative, and exp(score) is never 0 here."
    expect(
        probabilities[0] / probabilities[0, 0], [1, 2, 5, 1], "the first row, relative to its first element"
    )
    expect(softmax(scores + 7.0), probabilities, "softmax(scores + 7)")
    expect(softmax(scores[:1, :3].copy()), [[0.125, 0.25, 0.625]], "softmax([[0, log 2, log 5]])")


@test_case(
    name="softmax: scores in the thousands",
    points=0.5,
    failure_message="exp overflows for large scores. Subtract its maximum from each row first.",
)
def scores_in_the_thousands(softmax):
    cat, probabilities = np.array([[3.2, 5.1, -1.7]]), np.array([[0.130, 0.869, 0.001]])
    for offset, turn in ((1000.0, 0), (10_000.0, 1), (-1000.0, 2)):
        expect(
            softmax(np.roll(cat, turn) + offset),
            np.roll(probabilities, turn),
            f"the softmax of the cat's scores + {offset:g}",
            atol=0.001,
        )
    offsets = np.array([[1000.0], [-10_000.0], [0.0]])
    expect(
        softmax(cat + offsets),
        np.repeat(probabilities, 3, axis=0),
        "the softmax of the cat's scores + 1000, - 10,000 and as they are, in one batch",
        atol=0.001,
    )


@test_case(name="softmax: keeps the scores' values and their dtype", points=0.5)
def argument_and_dtype(softmax):
    for dtype, offset in ((np.float32, 0.0), (np.float64, -1.0)):
        scores = np.array([[0.0, np.log(2.0), np.log(5.0)], [3.0, offset, offset]], dtype)
        kept = scores.copy()
        got = softmax(scores)
        np.testing.assert_array_equal(scores, kept, err_msg="The scores keep their values.")
        expect(got[0], [0.125, 0.25, 0.625], "softmax([[0, log 2, log 5]])", atol=1e-6)
        assert got[1, 0] < 1, "No probability is 1 where all scores are finite and close."
        assert got.dtype == dtype, (
            f"The result is {got.dtype}; expected {np.dtype(dtype)}, as the scores are."
        )


@test_case(
    name="softmax: other shapes",
    points=1,
    hidden=True,
    failure_message="Every row is normalised by its own sum, whatever N and C are.",
)
def other_shapes(softmax, reference, check, classification):
    for W, X, _ in classification.problems("softmax"):
        check.agrees(softmax, reference.softmax, X @ W, dtype=True, unchanged=False)


@test_case(
    name="softmax: keeps float32",
    points=0.5,
    hidden=True,
    failure_message="Probabilities of float32 scores should be float32.",
)
def keeps_float32(softmax, reference, check, classification):
    for W, X, _ in classification.problems("softmax", dtype=np.float32):
        check.agrees(softmax, reference.softmax, X @ W, dtype=True, unchanged=False)


@test_case(
    name="softmax: large scores",
    points=0.5,
    hidden=True,
    failure_message="exp overflows for large scores. Subtract its maximum from each row first.",
)
def large_scores(softmax, reference, check, classification):
    for W, X, _ in classification.problems("softmax", offsets=[1000.0]):
        check.agrees(softmax, reference.softmax, X @ W, unchanged=False)


@test_case(
    name="softmax: scores of very different size, within a row and from row to row",
    points=0.5,
    hidden=True,
    failure_message="Subtract from each row its own maximum; that of the batch leaves zeros elsewhere.",
)
def uneven_rows(softmax, reference, check, classification):
    for n, d, c in ((6, 3, 4), (9, 2, 5)):
        W, X, _ = classification.problem(n, d, c, "softmax", offsets=[1000.0, -1000.0, 0.0])
        check.agrees(softmax, reference.softmax, X @ W, unchanged=False)
        W, X, _ = classification.problem(n, d, c, "softmax", scale=1000.0)
        check.agrees(softmax, reference.softmax, X @ W, unchanged=False)


@test_case(
    name="softmax: leaves the scores alone",
    points=0.5,
    hidden=True,
    failure_message="scores -= ... changes the caller's array. Make a new one.",
)
def leaves_scores_alone(softmax, reference, check, classification):
    for W, X, _ in classification.problems("softmax"):
        check.agrees(softmax, reference.softmax, X @ W)
