# WRONG: the column of the true class never loses anything
import numpy as np


def svm_gradient_naive(W, X, y, delta=1.0):
    dW = np.zeros(W.shape)
    num_train, num_classes = X.shape[0], W.shape[1]
    for i in range(num_train):
        scores = X[i] @ W
        for j in range(num_classes):
            if j == y[i]:
                continue
            if scores[j] - scores[y[i]] + delta > 0:
                dW[:, j] += X[i]
    dW /= num_train
    return dW
