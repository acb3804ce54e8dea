# WRONG: y minus prediction, as in the update w += lr * X^T (y - Xw).
import numpy as np


def mse_gradient(w, X, y):
    error = y - X.dot(w)
    return 2 * X.T.dot(error) / len(y)
