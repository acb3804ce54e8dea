# WRONG: skips the class with the example's number instead of the true class
import numpy as np


def svm_loss_naive(W, X, y, delta=1.0):
    N = len(X)
    C = W.shape[1]
    total = 0.0
    for i in range(N):
        s = [sum(X[i][k] * W[k][c] for k in range(len(W))) for c in range(C)]
        for j in range(C):
            if j == i:
                continue
            total += max(0, s[j] - s[y[i]] + delta)
    return total / N
