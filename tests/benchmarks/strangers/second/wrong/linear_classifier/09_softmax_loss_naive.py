# WRONG: the true class's score is read before the maximum is subtracted, the sum of exponentials after it.
import numpy as np


def softmax_loss_naive(W, X, y):
    loss = 0.0
    for i in range(X.shape[0]):
        scores = X[i] @ W
        correct = scores[y[i]]
        scores = scores - scores.max()
        denom = 0.0
        for j in range(W.shape[1]):
            denom += np.exp(scores[j])
        loss += np.log(denom) - correct
    return loss / X.shape[0]
