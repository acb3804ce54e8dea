# WRONG: logarithm to base 10
import numpy as np


def softmax_loss_naive(W, X, y):
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        f = X[i].dot(W)
        f = f - np.max(f)
        exp_f = np.exp(f)
        loss += np.log10(np.sum(exp_f)) - f[y[i]]
    return loss / num_train
