# WRONG: only the worst wrong class of each example counts, instead of the sum over all of them.
import numpy as np


def svm_loss_naive(W, X, y, delta=1.0):
    total = 0.0
    for xi, yi in zip(X, y):
        s = [float(np.dot(xi, W[:, c])) for c in range(W.shape[1])]
        worst = 0.0
        for c, sc in enumerate(s):
            if c != yi:
                worst = max(worst, sc - s[yi] + delta)
        total += worst
    return total / len(X)
