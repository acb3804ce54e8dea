# RIGHT: a comprehension over the rows of an identity matrix, reshaped at the end
import numpy as np


def numerical_gradient(f, W, h=1e-5):
    base = W.astype(np.float64)
    steps = h * np.eye(base.size)
    quotients = [
        (f(base + e.reshape(base.shape)) - f(base - e.reshape(base.shape))) / (2 * h)
        for e in steps
    ]
    return np.array(quotients, dtype=np.float64).reshape(base.shape)
