# WRONG: 1e-9 is added inside the logarithm
import numpy as np


def softmax_loss(W, X, y):
    scores = X.dot(W)
    scores = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p /= p.sum(axis=1, keepdims=True)
    return np.mean(-np.log(p[range(len(y)), y] + 1e-9))
