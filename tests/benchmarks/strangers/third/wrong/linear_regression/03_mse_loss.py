# WRONG: divides by 2N, as in the machine learning course of old
import numpy as np


def mse_loss(w, X, y):
    m = len(y)
    J = 0.0
    for i in range(m):
        h = 0.0
        for j in range(X.shape[1]):
            h += w[j] * X[i, j]
        J += (h - y[i]) ** 2
    return J / (2 * m)
