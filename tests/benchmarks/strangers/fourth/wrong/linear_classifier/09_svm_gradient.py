# WRONG: the true class, whose margin is delta, is counted among the violated
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    num_train = X.shape[0]
    scores = X.dot(W)
    margins = scores - scores[np.arange(num_train), y].reshape(-1, 1) + delta
    binary = np.zeros(margins.shape)
    binary[margins > 0] = 1
    row_sum = np.sum(binary, axis=1)
    binary[np.arange(num_train), y] = -row_sum
    return X.T.dot(binary) / num_train
