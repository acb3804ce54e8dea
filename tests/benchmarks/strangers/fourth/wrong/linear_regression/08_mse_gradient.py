# WRONG: np.mean over all N x D products gives one number for all features
import numpy as np


def mse_gradient(w, X, y):
    err = X @ w - y
    return 2 * np.mean(err[:, None] * X) * np.ones_like(w)
