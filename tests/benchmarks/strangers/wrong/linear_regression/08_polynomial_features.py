# WRONG: two mistakes: range(degree) leaves the last column 0, and the array is float64 also for float32
import numpy as np


def polynomial_features(x, degree):
    n = x.shape[0]
    Phi = np.zeros((n, degree + 1))
    for i in range(n):
        for k in range(degree):
            Phi[i, k] = x[i] ** k
    return Phi
