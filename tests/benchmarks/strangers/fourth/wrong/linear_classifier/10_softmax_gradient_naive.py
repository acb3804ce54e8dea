# WRONG: x_i is taken off the true column once for every class
import numpy as np


def softmax_gradient_naive(W, X, y):
    dW = np.zeros_like(W)
    num_train = X.shape[0]
    for i in range(num_train):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        p = np.exp(scores) / np.sum(np.exp(scores))
        for j in range(W.shape[1]):
            dW[:, j] += p[j] * X[i]
            dW[:, y[i]] -= X[i]
    return dW / num_train
