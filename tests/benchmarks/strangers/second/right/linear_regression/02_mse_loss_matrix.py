# RIGHT: expanded square, with columns as in MATLAB.
import numpy as np


def mse_loss_matrix(w, X, y):
    r = X @ w[:, None] - y[:, None]
    return (r.T @ r).item() / X.shape[0]
