# RIGHT: flat indices and unit vectors
import numpy as np


def numerical_gradient(f, W, h=1e-5):
    W = np.array(W, dtype=float)
    g = np.empty(W.size)
    for k in range(W.size):
        e = np.zeros(W.size)
        e[k] = h
        e = e.reshape(W.shape)
        g[k] = (f(W + e) - f(W - e)) / (2 * h)
    return g.reshape(W.shape)
