# WRONG: examples and labels are drawn independently of each other, so they do not belong together
import numpy as np


def sample_batch(X, y, batch_size, rng):
    X_batch = rng.choice(X, batch_size, replace=True)
    y_batch = rng.choice(y, batch_size, replace=True)
    return X_batch, y_batch
