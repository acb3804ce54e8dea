# WRONG: the last weight, taken for the bias, is not regularised
import numpy as np


def ridge(X, y, reg):
    N, D = X.shape
    I = np.eye(D, dtype=X.dtype)
    I[-1, -1] = 0
    return np.linalg.solve(X.T @ X + N * reg * I, X.T @ y)
