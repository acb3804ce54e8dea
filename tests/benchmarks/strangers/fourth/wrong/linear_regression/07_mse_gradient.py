# WRONG: the residual is y - Xw, so the gradient points the other way
import numpy as np


def mse_gradient(w, X, y):
    residual = y - np.matmul(X, w)
    return 2.0 / len(y) * np.matmul(X.T, residual)
