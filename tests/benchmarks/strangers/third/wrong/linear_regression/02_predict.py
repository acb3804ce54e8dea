# WRONG: the loop over the features stops one short
import numpy as np


def predict(w, X):
    n, d = X.shape
    out = np.zeros(n, dtype=X.dtype)
    for i in range(n):
        for j in range(d - 1):
            out[i] += w[j] * X[i, j]
    return out
