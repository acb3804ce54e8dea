"""Classification problems are drawn so that they hide no mistake."""

import numpy as np
import pytest

from autograder.checks import Check
from autograder.suites.classification import SHAPES, Classification


@pytest.fixture
def classification():
    return Classification(Check(7))


def test_problems_have_the_shapes_that_hide_no_mistake(classification):
    problems = list(classification.problems("here"))
    assert [(*X.shape, W.shape[1]) for W, X, _ in problems] == list(SHAPES)
    assert all(len({*shape}) == 3 for shape in SHAPES)
    assert any(n > d for n, d, _ in SHAPES)
    assert any(1 < n < d for n, d, _ in SHAPES)
    assert {1} <= {n for n, _, _ in SHAPES}
    assert {1} <= {d for _, d, _ in SHAPES}
    assert {2} <= {c for _, _, c in SHAPES}
    for W, X, y in problems:
        assert W.shape[0] == X.shape[1]
        assert y.shape == X.shape[:1]
        assert y.max() < W.shape[1]


def test_problems_take_dtypes_offsets_and_another_seed(classification):
    W, X, y = classification.problem(6, 3, 4, dtype=np.float32, labels=np.uint8)
    assert (W.dtype, X.dtype, y.dtype) == (np.float32, np.float32, np.uint8)
    plain = classification.problem(6, 3, 4)
    shifted = classification.problem(6, 3, 4, offsets=[1000.0, -1000.0])
    offsets = shifted.X @ shifted.W - shifted.X[:, :-1] @ shifted.W[:-1]
    np.testing.assert_allclose(offsets, np.resize([1000.0, -1000.0], 6)[:, None] * np.ones(4), rtol=1e-9)
    assert shifted.X[:, :-1].shape == plain.X.shape
    assert not np.array_equal(plain.X, Classification(Check(8)).problem(6, 3, 4).X)
    assert not np.array_equal(plain.X, shifted.X[:, :-1])  # nor do cases with other options share numbers


@pytest.mark.parametrize("delta", [0.3, 1.0, 10.0])
def test_no_hinge_of_a_problem_lies_at_its_kink(delta):
    for seed in range(20):
        for W, X, y in Classification(Check(seed)).problems(delta=delta):
            scores = X @ W
            margins = scores - scores[np.arange(len(y)), y][:, None] + delta
            margins[np.arange(len(y)), y] = 1
            assert np.abs(margins).min() > 1e-4


def test_a_problem_is_given_out_unspoilt_each_time(classification):
    W, X, y = classification.problem(4, 3, 2, "spoilt")
    kept = W.copy(), X.copy(), y.copy()
    for part in (W, X, y):
        part[:] = 7
    for part, before in zip(classification.problem(4, 3, 2, "spoilt"), kept, strict=True):
        assert np.array_equal(part, before)
