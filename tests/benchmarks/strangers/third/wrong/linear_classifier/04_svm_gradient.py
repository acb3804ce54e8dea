# WRONG: the true class's own margin (delta > 0) is counted among the violated ones
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    num_train = X.shape[0]
    scores = X.dot(W)
    correct = scores[np.arange(num_train), y]
    margins = np.maximum(0, scores - correct[:, np.newaxis] + delta)
    X_mask = np.zeros(margins.shape)
    X_mask[margins > 0] = 1
    incorrect_counts = np.sum(X_mask, axis=1)
    X_mask[np.arange(num_train), y] = -incorrect_counts
    return X.T.dot(X_mask) / num_train
