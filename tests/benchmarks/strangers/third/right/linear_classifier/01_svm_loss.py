# RIGHT: one-hot matrix and einsum
import numpy as np


def svm_loss(W, X, y, delta=1.0):
    scores = np.einsum("nd,dc->nc", X, W)
    onehot = np.eye(W.shape[1], dtype=scores.dtype)[y]
    true = np.einsum("nc,nc->n", scores, onehot)
    hinge = np.clip(scores - true[:, None] + delta, 0, None) * (1 - onehot)
    return hinge.sum() / len(y)
