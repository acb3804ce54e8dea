# WRONG: X is shuffled and y is not.
import numpy as np


def train_test_split(X, y, num_test, rng):
    perm = rng.permutation(X.shape[0])
    X = X[perm]
    return X[num_test:], y[num_test:], X[:num_test], y[:num_test]
