# WRONG (two): delta is left out of the test, and N is the number of columns of X.
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    D, C = W.shape
    N = X.shape[1]
    scores = X @ W
    correct = scores[np.arange(X.shape[0]), y]
    mask = np.zeros_like(scores)
    mask[(scores - correct[:, None]) > 0] = 1
    mask[np.arange(X.shape[0]), y] = -mask.sum(axis=1)
    return np.dot(X.T, mask) / N
