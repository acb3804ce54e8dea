# RIGHT: the mean over the rows of residual times example
import numpy as np


def mse_gradient(w, X, y):
    r = (X * w).sum(axis=1) - y
    return (2 * np.mean(r[:, None] * X, axis=0)).astype(w.dtype)
