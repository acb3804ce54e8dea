# WRONG: steps back by h instead of 2h, so that the second value is f(W), and still divides by 2h
import numpy as np


def numerical_gradient(f, W, h=1e-5):
    x = W.astype(np.float64)
    grad = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        x[ix] += h
        fxph = f(x.copy())
        x[ix] -= h
        fxmh = f(x.copy())
        grad[ix] = (fxph - fxmh) / (2 * h)
        it.iternext()
    return grad
