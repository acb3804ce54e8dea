# WRONG: the true class itself is counted among the violated ones, so its column loses x_i once too often.
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    scores = X.dot(W)
    rows = np.arange(len(y))
    margins = scores - scores[rows, y].reshape(-1, 1) + delta
    binary = (margins > 0).astype(W.dtype)
    binary[rows, y] = -np.sum(binary, axis=1)
    return X.T.dot(binary) / len(y)
