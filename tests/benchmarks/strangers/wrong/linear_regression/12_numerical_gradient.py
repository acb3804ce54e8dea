# WRONG: an element is not put back after its two evaluations, so the later ones are computed at a moved w
import numpy as np


def numerical_gradient(f, w, h=1e-5):
    w = w.astype(np.float64).copy()
    grad = np.zeros_like(w)
    w_flat = w.reshape(-1)
    grad_flat = grad.reshape(-1)
    for idx in range(w_flat.size):
        w_flat[idx] += h
        f1 = f(w)
        w_flat[idx] -= 2 * h
        f2 = f(w)
        grad_flat[idx] = (f1 - f2) / (2 * h)
    return grad
