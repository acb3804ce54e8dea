# WRONG: the else is missing, so that the true class gains (p - 1) x_i and then p x_i too
import numpy as np


def softmax_gradient_naive(W, X, y):
    dW = np.zeros_like(W)
    for i in range(X.shape[0]):
        scores = X[i] @ W
        scores = scores - scores.max()
        total = 0.0
        for s in scores:
            total += np.exp(s)
        for c in range(W.shape[1]):
            p = np.exp(scores[c]) / total
            if c == y[i]:
                dW[:, c] += (p - 1) * X[i]
            dW[:, c] += p * X[i]
    return dW / X.shape[0]
