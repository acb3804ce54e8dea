# WRONG: scores[:, y] is (N, N), not the true class of each row
import numpy as np


def svm_loss(W, X, y, delta=1.0):
    N = X.shape[0]
    scores = X.dot(W)
    correct = scores[:, y]
    margins = np.maximum(0, scores - correct + delta)
    margins[np.arange(N), y] = 0
    return np.sum(margins) / N
