# WRONG: two mistakes: it steps the caller's own array (float32 stays float32, W comes back with rounding errors), and the quotient lacks the 2 (divides by h)
import numpy as np


def numerical_gradient(f, W, h=1e-5):
    grad = np.zeros(W.shape)
    it = np.nditer(W, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        W[ix] += h
        fxph = f(W)
        W[ix] -= 2 * h
        fxmh = f(W)
        W[ix] += h
        grad[ix] = (fxph - fxmh) / h
        it.iternext()
    return grad
