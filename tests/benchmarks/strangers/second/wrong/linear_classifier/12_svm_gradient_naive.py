# WRONG: x_i is taken off the true class's column for every other class, violated or not (a line out of its if).
import numpy as np


def svm_gradient_naive(W, X, y, delta=1.0):
    dW = np.zeros(W.shape)
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + delta
            if margin > 0:
                dW[:, j] += X[i]
            dW[:, y[i]] -= X[i]
    dW /= X.shape[0]
    return dW
