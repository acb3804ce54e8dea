# WRONG: the residual's sign is turned, and the factor 2 is missing
import numpy as np


def mse_gradient(w, X, y):
    m = X.shape[0]
    loss = y - np.dot(X, w)
    return np.dot(X.T, loss) / m
