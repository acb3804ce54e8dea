# WRONG: no maximum subtracted
import numpy as np


def softmax_loss_naive(W, X, y):
    loss = 0.0
    for i in range(X.shape[0]):
        f = X[i].dot(W)
        loss -= np.log(np.exp(f[y[i]]) / np.sum(np.exp(f)))
    return loss / X.shape[0]
