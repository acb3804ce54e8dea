"""The offline set is the same everywhere, and a linear model finds it hard."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pytest

from colab_setup.data.loading import DataError, Dataset, load, synthetic


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Torch's threads wait for each other for ages where tests run side by side."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def small() -> Dataset:
    return synthetic()


@pytest.mark.slow
def test_without_a_source_the_set_is_synthetic_and_says_so(small: Dataset) -> None:
    found = load()
    assert found.name == "synthetic"
    assert "synthetic" in found.source
    assert np.array_equal(found.X_train, small.X_train)


def test_shapes_and_types_are_cifar10s(small: Dataset) -> None:
    assert (small.X_train.shape, small.X_train.dtype) == ((5000, 32, 32, 3), np.uint8)
    assert (small.X_test.shape, small.X_test.dtype) == ((1000, 32, 32, 3), np.uint8)
    assert (small.y_train.dtype, small.y_test.dtype) == (np.int64, np.int64)
    assert len(set(small.classes)) == 10


def test_it_is_the_same_on_every_machine(small: Dataset) -> None:
    digest = hashlib.sha256()
    for array in (small.X_train, small.y_train, small.X_test, small.y_test):
        digest.update(np.ascontiguousarray(array).tobytes())
    assert digest.hexdigest() == "0fb438d598fb2271c8dcb8f7470afb7f1fda8583a3008635fb9297fc55c6d558"


@pytest.mark.slow
def test_seeds_and_splits_differ(small: Dataset) -> None:
    other = synthetic(1)
    assert not np.array_equal(small.X_train, other.X_train)
    assert not np.array_equal(small.X_train[:1000], small.X_test)
    assert len(np.unique(small.X_train.reshape(5000, -1), axis=0)) == 5000


def test_classes_are_balanced_and_shuffled(small: Dataset) -> None:
    assert np.bincount(small.y_train).tolist() == [500] * 10
    assert np.bincount(small.y_test).tolist() == [100] * 10
    assert np.bincount(small.y_train[:500], minlength=10).min() > 20
    assert np.bincount(small.y_train[::10], minlength=10).min() > 20


def test_classes_may_look_like_nothing_that_was_seen_before() -> None:
    first, again, other = (synthetic(1, train=200, test=20, looks=looks) for looks in (7, 7, 2**255 + 7))
    known = synthetic(1, train=200, test=20)
    assert np.array_equal(first.X_train, again.X_train)

    def means(data: Dataset) -> np.ndarray:
        return np.stack([data.X_train[data.y_train == label].mean(axis=0) for label in range(10)])

    for data in (other, known):
        distances = np.abs(means(first)[:, None] - means(data)[None]).mean(axis=(2, 3, 4))
        assert distances.min() > 20  # no class looks like one of the others'


def test_other_sizes_can_be_had() -> None:
    found = synthetic(train=25, test=10)
    assert (len(found.y_train), len(found.X_test)) == (25, 10)
    for wrong in ({"seed": -1}, {"train": 9}, {"test": 0}):
        with pytest.raises(DataError, match="needs a seed of 0 or more"):
            synthetic(**wrong)


def softmax_accuracy(found: Dataset, *, sort: bool = False, seed: int = 0) -> float:
    """Of a softmax classifier by SGD: batch 200, learning rate 1e-6, strength 1e3 of the L2 term, 600 steps."""
    rng = np.random.default_rng(seed)
    mean = found.X_train.mean(axis=0, dtype=np.float64)

    def rows(X: np.ndarray) -> np.ndarray:
        flat = (X - mean).reshape(len(X), -1)
        return np.hstack([flat, np.ones((len(flat), 1))]).astype(np.float32)

    X, y = rows(found.X_train), found.y_train
    if sort:
        order = np.argsort(y, kind="stable")
        X, y = X[order], y[order]
    W = (1e-4 * rng.standard_normal((X.shape[1], 10))).astype(np.float32)
    for step in range(600):
        first = step * 200 % len(y)
        batch = slice(first, first + 200) if sort else rng.integers(len(y), size=200)
        scores = X[batch] @ W
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(200), y[batch]] -= 1
        W -= 1e-6 * (X[batch].T @ p / 200 + 2 * 1e3 * W)
    return float(np.mean((rows(found.X_test) @ W).argmax(axis=1) == found.y_test))


def convnet_accuracy(found: Dataset, epochs: int) -> float:
    """Of two convolutions and a linear layer by Adam, learning rate 3e-3, batch 64."""
    import torch
    from torch import nn

    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = nn.Sequential(
            *(nn.Conv2d(3, 16, 5, stride=2, padding=2), nn.ReLU()),
            *(nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(2048, 10)),
        )
        optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
        X = torch.from_numpy(found.X_train).permute(0, 3, 1, 2).float().sub(120).div(64)
        y = torch.from_numpy(found.y_train)
        for _ in range(epochs):
            for batch in torch.randperm(len(y)).split(64):
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(X[batch]), y[batch]).backward()
                optimizer.step()
        with torch.no_grad():
            scores = net(torch.from_numpy(found.X_test).permute(0, 3, 1, 2).float().sub(120).div(64))
    return float(np.mean(scores.argmax(dim=1).numpy() == found.y_test))


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
def test_a_linear_model_gets_half_and_a_convnet_most(small: Dataset) -> None:
    linear = softmax_accuracy(small)
    assert 0.50 < linear < 0.62
    assert convnet_accuracy(small, epochs=2) > linear + 0.15


@pytest.mark.slow
def test_going_through_sorted_classes_without_shuffling_costs_accuracy(small: Dataset) -> None:
    assert softmax_accuracy(small, sort=True) < softmax_accuracy(small) - 0.1
