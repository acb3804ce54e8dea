# WRONG: staged back-propagation without the sum over the classes at the denominator: each row is (p - 1) at y and 0 elsewhere
import numpy as np


def softmax_gradient(W, X, y):
    N = X.shape[0]
    s = X.dot(W)
    s = s - s.max(axis=1, keepdims=True)
    E = np.exp(s)
    denom = E.sum(axis=1, keepdims=True)
    P = E / denom
    Y = np.zeros_like(s)
    Y[range(N), y] = 1
    ds = P * Y - Y
    return X.T.dot(ds) / N
