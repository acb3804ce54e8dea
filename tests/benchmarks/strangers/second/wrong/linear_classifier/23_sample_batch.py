# WRONG: rows and labels are drawn by two independent draws, so the labels do not belong to the rows.
import numpy as np


def sample_batch(X, y, batch_size, rng):
    X_batch = rng.choice(X, batch_size)
    y_batch = rng.choice(y, batch_size)
    return X_batch, y_batch
