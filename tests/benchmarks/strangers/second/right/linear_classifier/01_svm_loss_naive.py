# RIGHT: list comprehensions and Python's own sum, MATLAB-like names.
import numpy as np


def svm_loss_naive(W, X, y, delta=1.0):
    m = len(X)
    J = 0.0
    for t in range(m):
        s = [float(sum(X[t, d] * W[d, k] for d in range(W.shape[0]))) for k in range(W.shape[1])]
        J += sum(max(0.0, s[k] - s[y[t]] + delta) for k in range(len(s)) if k != y[t])
    return J / m
