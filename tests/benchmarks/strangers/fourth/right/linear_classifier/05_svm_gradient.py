# RIGHT: one-hot labels and einsum
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    onehot = (y[:, None] == np.arange(W.shape[1])[None, :]).astype(X.dtype)
    s = X @ W
    margin = s - (s * onehot).sum(1, keepdims=True) + delta
    bad = (margin > 0) * (1 - onehot)
    ds = bad - onehot * bad.sum(1, keepdims=True)
    return np.einsum("nd,nc->dc", X, ds) / X.shape[0]
