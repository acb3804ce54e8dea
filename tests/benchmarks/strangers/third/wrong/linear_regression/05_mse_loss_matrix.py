# WRONG: the targets as a column broadcast against the predictions, (N, N)
import numpy as np


def mse_loss_matrix(w, X, y):
    err = np.dot(X, w) - y.reshape(-1, 1)
    return np.mean(np.square(err))
