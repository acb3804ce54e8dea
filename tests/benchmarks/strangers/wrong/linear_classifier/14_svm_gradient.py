# WRONG: the count of violated classes includes the true class itself, which was not cleared first: -(count + 1) at y_i
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    num_train = X.shape[0]
    scores = X.dot(W)
    yi_scores = scores[np.arange(num_train), y]
    margins = np.maximum(0, scores - yi_scores[:, np.newaxis] + delta)

    binary = margins
    binary[margins > 0] = 1
    row_sum = np.sum(binary, axis=1)
    binary[np.arange(num_train), y] = -row_sum.T
    dW = np.dot(X.T, binary)
    dW /= num_train
    return dW
