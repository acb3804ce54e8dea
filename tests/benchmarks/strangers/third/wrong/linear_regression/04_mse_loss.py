# WRONG: the target is subtracted, and the square taken, within the loop over the features
import numpy as np


def mse_loss(w, X, y):
    N, D = X.shape
    total = 0.0
    for i in range(N):
        for j in range(D):
            total += (w[j] * X[i, j] - y[i]) ** 2
    return total / N
