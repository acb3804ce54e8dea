# WRONG: the elements that were moved are never put back.
import numpy as np


def numerical_gradient(f, w, h=1e-5):
    w = w.astype(np.float64).copy()
    flat = w.reshape(-1)
    g = []
    for k in range(flat.size):
        flat[k] += h
        a = f(w)
        flat[k] -= 2 * h
        b = f(w)
        g.append((a - b) / (2 * h))
    return np.array(g).reshape(w.shape)
