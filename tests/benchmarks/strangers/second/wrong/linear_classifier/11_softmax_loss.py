# WRONG (two): the logarithm is to the base 2, and the loss is the sum over the batch.
import numpy as np


def softmax_loss(W, X, y):
    S = np.einsum('nd,dc->nc', X, W)
    S -= S.max(1)[:, np.newaxis]
    Y = (y.reshape(-1, 1) == np.arange(S.shape[1])).astype(S.dtype)
    lse = np.log2(np.exp(S).sum(1))
    true = np.einsum('nc,nc->n', S, Y) / np.log(2)
    return (lse - true).sum()
