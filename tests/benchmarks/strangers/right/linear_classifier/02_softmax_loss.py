# RIGHT: np.logaddexp.reduce instead of a subtracted maximum
import numpy as np


def softmax_loss(W, X, y):
    Z = X @ W
    lse = np.logaddexp.reduce(Z, axis=1)
    z_true = np.array([row[label] for row, label in zip(Z, y)])
    return (lse - z_true).sum() / Z.shape[0]
