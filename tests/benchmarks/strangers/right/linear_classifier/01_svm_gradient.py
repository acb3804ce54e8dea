# RIGHT: the true class is left in the 0/1 mask (and in the row's count), and -= lets it cancel
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    num_train = X.shape[0]
    scores = X.dot(W)
    margins = scores - scores[np.arange(num_train), y].reshape(-1, 1) + delta
    coeff = np.zeros_like(margins)
    coeff[margins > 0] = 1
    count = coeff.sum(axis=1)
    coeff[np.arange(num_train), y] -= count  # 1 - (violated + 1) = -violated
    return (X.T).dot(coeff) / num_train
