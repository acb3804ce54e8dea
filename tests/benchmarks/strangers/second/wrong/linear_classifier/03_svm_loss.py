# WRONG: a margin only counts where it is larger than delta, instead of larger than 0.
import numpy as np


def svm_loss(W, X, y, delta=1.0):
    scores = X.dot(W)
    n = np.arange(scores.shape[0])
    diff = scores - scores[n, y][:, None] + delta
    diff[n, y] = 0
    return np.where(diff > delta, diff, 0).sum(1).mean()
