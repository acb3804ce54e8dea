# WRONG: two mistakes: the sign is turned around (y - X w), and it is a sum over the examples, not a mean
import numpy as np


def mse_gradient(w, X, y):
    residual = y - X @ w
    return np.sum(2 * residual[:, None] * X, axis=0)
