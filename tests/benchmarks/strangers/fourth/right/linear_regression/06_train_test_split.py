# RIGHT: a mask of those that are tested
import numpy as np


def train_test_split(X, y, num_test, rng):
    is_test = np.zeros(len(y), dtype=bool)
    is_test[:num_test] = True
    rng.shuffle(is_test)
    return X[~is_test], y[~is_test], X[is_test], y[is_test]
