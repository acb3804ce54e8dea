# WRONG (two): the true class is part of the sum, and the sum is not divided by the number of examples.
import numpy as np


def svm_loss_naive(W, X, y, delta=1.0):
    N = len(X)
    L = 0
    for i in range(N):
        s = np.matmul(X[i], W)
        L = L + sum([max(0.0, sj - s[y[i]] + delta) for sj in s])
    return L
