# RIGHT: the outer product of each example with p - onehot
import numpy as np


def softmax_gradient_naive(W, X, y):
    g = np.zeros(W.shape)
    for i, x in enumerate(X):
        s = x.dot(W)
        e = np.array([np.exp(v - max(s)) for v in s])
        p = e / sum(e)
        p[y[i]] -= 1
        for c in range(W.shape[1]):
            g[:, c] = g[:, c] + p[c] * x / X.shape[0]
    return g
