# RIGHT: X^T P, and the rows of X taken off with np.subtract.at
import numpy as np


def softmax_gradient(W, X, y):
    P = X @ W
    P = P - P.max(1)[:, None]
    P = np.exp(P)
    P = P / P.sum(1)[:, None]
    G = X.T @ P
    np.subtract.at(G.T, y, X)
    return G / len(X)
