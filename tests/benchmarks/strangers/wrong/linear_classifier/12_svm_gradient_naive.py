# WRONG: the column of the true class loses x_i only once an example, not once for each violated class
import numpy as np


def svm_gradient_naive(W, X, y, delta=1.0):
    dW = np.zeros(W.shape)
    num_train = X.shape[0]
    num_classes = W.shape[1]
    for i in range(num_train):
        scores = X[i].dot(W)
        violated = False
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + delta
            if margin > 0:
                violated = True
                dW[:, j] += X[i, :].T
        if violated:
            dW[:, y[i]] -= X[i, :].T
    dW /= num_train
    return dW
