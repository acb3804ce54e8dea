# WRONG: reg is not multiplied by N, although the data term is a mean.
import numpy as np


def ridge(X, y, reg):
    A = X.T @ X + reg * np.identity(X.shape[1])
    return np.linalg.solve(A, X.T @ y).astype(X.dtype)
