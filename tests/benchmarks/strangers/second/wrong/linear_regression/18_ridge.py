# WRONG (two): the last column is taken as the bias and not regularised, and reg is divided by N instead of multiplied.
import numpy as np


def ridge(X, y, reg):
    n, d = X.shape
    I = np.eye(d)
    I[-1, -1] = 0
    return np.linalg.pinv(X.T @ X + reg / n * I) @ (X.T @ y)
