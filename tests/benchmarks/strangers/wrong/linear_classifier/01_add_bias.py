# WRONG: the column of ones is put in front of X instead of at the end
import numpy as np


def add_bias(X):
    n = X.shape[0]
    bias = np.ones((n, 1), dtype=X.dtype)
    return np.concatenate((bias, X), axis=1)
