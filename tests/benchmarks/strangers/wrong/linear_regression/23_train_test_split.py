# WRONG: two mistakes: X and y are shuffled separately, so rows and targets do not belong together, and in place, in the caller's arrays
import numpy as np


def train_test_split(X, y, num_test, rng):
    rng.shuffle(X)
    rng.shuffle(y)
    X_test, X_train = X[:num_test], X[num_test:]
    y_test, y_train = y[:num_test], y[num_test:]
    return X_train, y_train, X_test, y_test
