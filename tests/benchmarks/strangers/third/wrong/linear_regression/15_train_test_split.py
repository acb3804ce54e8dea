# WRONG: the sizes of the two parts are exchanged
import numpy as np


def train_test_split(X, y, num_test, rng):
    idx = rng.permutation(len(X))
    train, test = idx[:num_test], idx[num_test:]
    return X[train], y[train], X[test], y[test]
