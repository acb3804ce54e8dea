# RIGHT: the difference to the true class's score, then the logarithm of the sum, scaled by the largest.
import numpy as np


def softmax_loss_naive(W, X, y):
    losses = []
    for row, label in zip(X, y):
        d = row @ W - row @ W[:, label]
        top = max(d)
        losses.append(top + np.log(sum(np.exp(v - top) for v in d)))
    return sum(losses) / len(losses)
