# RIGHT: a sum of rows scaled by their residuals.
import numpy as np


def mse_gradient(w, X, y):
    r = (X * w).sum(1) - y
    return (2 * r[:, None] * X).mean(0)
