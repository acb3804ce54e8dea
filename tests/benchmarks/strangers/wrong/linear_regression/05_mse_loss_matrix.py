# WRONG: (N,) minus (N, 1) broadcasts to (N, N), so all pairs of predictions and targets are compared
import numpy as np


def mse_loss_matrix(w, X, y):
    y_pred = X.dot(w)
    y_true = y.reshape(-1, 1)
    error = y_pred - y_true
    return np.mean(error**2)
