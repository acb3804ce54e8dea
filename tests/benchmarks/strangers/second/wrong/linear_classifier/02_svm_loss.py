# WRONG: the true classes' scores are summed over the examples (axis 0) instead of over the classes (axis 1).
import numpy as np


def svm_loss(W, X, y, delta=1.0):
    S = X @ W
    onehot = np.eye(W.shape[1])[y]
    correct = (S * onehot).sum(axis=0)
    M = np.maximum(0, S - correct + delta) * (1 - onehot)
    return M.sum() / len(y)
