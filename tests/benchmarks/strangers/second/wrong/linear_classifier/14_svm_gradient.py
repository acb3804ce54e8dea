# WRONG: the true class's column loses x_i once for each example, instead of once for each violated class.
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    S = X @ W
    N = S.shape[0]
    M = (S - np.take_along_axis(S, y[:, None].astype(np.int64), 1) + delta) > 0
    M[np.arange(N), y] = False
    dWt = (X.T @ M).T.copy()
    np.add.at(dWt, y, -X)
    return dWt.T / N
