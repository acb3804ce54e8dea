# RIGHT: running products
import numpy as np


def polynomial_features(x, degree):
    out = np.ones((x.shape[0], degree + 1), dtype=x.dtype)
    for k in range(1, degree + 1):
        out[:, k] = out[:, k - 1] * x
    return out
