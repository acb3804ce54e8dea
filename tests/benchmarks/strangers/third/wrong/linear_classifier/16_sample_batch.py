# WRONG: the upper bound of integers is exclusive already, so the last example is never drawn
import numpy as np


def sample_batch(X, y, batch_size, rng):
    idx = rng.integers(0, X.shape[0] - 1, size=batch_size)
    return X[idx], y[idx]
