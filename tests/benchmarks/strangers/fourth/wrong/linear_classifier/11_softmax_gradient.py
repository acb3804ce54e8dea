# WRONG: not divided by N, and no maximum subtracted
import numpy as np


def softmax_gradient(W, X, y):
    num_train = X.shape[0]
    exp_scores = np.exp(X.dot(W))
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    probs[np.arange(num_train), y] -= 1
    return X.T.dot(probs)
