# RIGHT: without replacement, by a permutation, with np.take
import numpy as np


def sample_batch(X, y, batch_size, rng):
    order = rng.permutation(len(y))[:batch_size]
    return np.take(X, order, axis=0), np.take(y, order)
