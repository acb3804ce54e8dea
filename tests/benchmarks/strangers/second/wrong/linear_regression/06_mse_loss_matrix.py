# WRONG: the norm is not squared.
import numpy as np


def mse_loss_matrix(w, X, y):
    r = np.matmul(X, w) - y
    return np.linalg.norm(r) / X.shape[0]
