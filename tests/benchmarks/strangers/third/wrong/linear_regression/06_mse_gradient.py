# WRONG: divides by the number of features
import numpy as np


def mse_gradient(w, X, y):
    m, n = X.shape
    error = X.dot(w) - y
    return 2.0 / n * X.T.dot(error)
