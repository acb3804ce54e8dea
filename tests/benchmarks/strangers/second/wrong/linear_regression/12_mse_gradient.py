# WRONG: the gradient of the last example only (set instead of added in the loop), divided by N.
import numpy as np


def mse_gradient(w, X, y):
    g = np.zeros_like(w)
    for i in range(len(X)):
        g = 2 * (np.dot(X[i], w) - y[i]) * X[i]
    return g / len(X)
