# WRONG: dW is divided by N inside the loop over the examples, after each of them.
import numpy as np


def softmax_gradient_naive(W, X, y):
    dW = np.zeros_like(W)
    num_train = X.shape[0]
    for i in range(num_train):
        f = X[i].dot(W)
        f -= np.max(f)
        p = np.exp(f) / np.sum(np.exp(f))
        for k in range(W.shape[1]):
            dW[:, k] += (p[k] - (k == y[i])) * X[i]
        dW /= num_train
    return dW
