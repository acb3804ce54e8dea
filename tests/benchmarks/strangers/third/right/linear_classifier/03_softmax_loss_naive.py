# RIGHT: logaddexp built up one class at a time
import numpy as np


def softmax_loss_naive(W, X, y):
    losses = []
    for x, label in zip(X, y):
        row = [float(np.dot(x, W[:, c])) for c in range(W.shape[1])]
        total = -np.inf
        for s in row:
            total = np.logaddexp(total, s)
        losses.append(total - row[label])
    return sum(losses) / len(losses)
