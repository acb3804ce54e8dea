# RIGHT: a boolean mask of the examples put aside.
import numpy as np


def train_test_split(X, y, num_test, rng):
    aside = np.zeros(len(X), dtype=bool)
    aside[rng.choice(len(X), size=num_test, replace=False)] = True
    return X[~aside], y[~aside], X[aside], y[aside]
