# RIGHT: running products, one column after another.
import numpy as np


def polynomial_features(x, degree):
    out = np.ones((len(x), degree + 1), dtype=x.dtype)
    for k in range(1, degree + 1):
        out[:, k] = out[:, k - 1] * x
    return out
