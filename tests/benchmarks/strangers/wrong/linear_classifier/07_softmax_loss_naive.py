# WRONG: an epsilon is added inside of the logarithm, which biases the loss and caps it at 18.4
import numpy as np


def softmax_loss_naive(W, X, y):
    loss = 0.0
    num_train, num_classes = X.shape[0], W.shape[1]
    for i in range(num_train):
        f = X[i].dot(W)
        f = f - np.max(f)
        sum_exp = 0.0
        for j in range(num_classes):
            sum_exp += np.exp(f[j])
        p = np.exp(f[y[i]]) / sum_exp
        loss += -np.log(p + 1e-8)
    return loss / num_train
