# WRONG: a whole row is moved at once where w has two dimensions
import numpy as np


def numerical_gradient(f, w, h=1e-5):
    grad = np.zeros(w.shape)
    for i in range(len(w)):
        w_plus = w.astype(np.float64)
        w_minus = w.astype(np.float64)
        w_plus[i] += h
        w_minus[i] -= h
        grad[i] = (f(w_plus) - f(w_minus)) / (2 * h)
    return grad
