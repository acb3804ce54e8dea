# RIGHT: einsum over the residuals, the mean at the end
import numpy as np


def mse_gradient(w, X, y):
    r = np.einsum("ij,j->i", X, w) - y
    g = np.einsum("i,ij->j", r + r, X)
    return g / X.shape[0]
