# WRONG: W is put back by -h once instead of going to -h: a forward difference, divided by 2h.
import numpy as np


def numerical_gradient(f, W, h=1e-5):
    W = np.array(W, dtype=np.float64)
    grad = np.zeros(W.shape)
    it = np.nditer(W, flags=['multi_index'])
    while not it.finished:
        ix = it.multi_index
        W[ix] += h
        fp = f(W)
        W[ix] -= h
        fm = f(W)
        grad[ix] = (fp - fm) / (2 * h)
        it.iternext()
    return grad
