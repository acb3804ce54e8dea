# WRONG: reg is not multiplied by N
import numpy as np


def ridge(X, y, reg):
    d = X.shape[1]
    A = X.T.dot(X) + reg * np.identity(d, dtype=X.dtype)
    return np.linalg.solve(A, X.T.dot(y))
