# WRONG: the norm is not squared
import numpy as np


def mse_loss_matrix(w, X, y):
    N = X.shape[0]
    return 1 / N * np.linalg.norm(X @ w - y)
