# RIGHT: a boolean mask from choice without replacement
import numpy as np


def train_test_split(X, y, num_test, rng):
    mask = np.zeros(len(y), dtype=bool)
    mask[rng.choice(len(y), num_test, replace=False)] = True
    return X[~mask], y[~mask], X[mask], y[mask]
