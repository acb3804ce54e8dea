# WRONG: two mistakes: reg is not multiplied by N though the data term is a mean, and the last weight is not regularised
import numpy as np


def ridge(X, y, reg):
    n, d = X.shape
    I = np.identity(d)
    I[-1, -1] = 0
    A = X.T.dot(X) + reg * I
    b = X.T.dot(y)
    return np.linalg.solve(A, b)
