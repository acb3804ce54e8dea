# WRONG: probs[:, y] -= 1 subtracts 1 from every row in the columns of all labels, not at (i, y_i)
import numpy as np


def softmax_gradient(W, X, y):
    num_train = X.shape[0]
    f = X.dot(W)
    f -= np.max(f, axis=1, keepdims=True)
    probs = np.exp(f) / np.sum(np.exp(f), axis=1, keepdims=True)
    dscores = probs
    dscores[:, y] -= 1
    dscores /= num_train
    return np.dot(X.T, dscores)
