# RIGHT: np.add.at over the list of violated pairs
import numpy as np


def svm_gradient(W, X, y, delta=1.0):
    n = len(X)
    scores = X @ W
    margins = scores - scores[np.arange(n), y][:, None] + delta
    margins[np.arange(n), y] = 0
    rows, columns = np.nonzero(margins > 0)
    dWT = np.zeros(W.T.shape)
    np.add.at(dWT, columns, X[rows])
    np.add.at(dWT, y[rows], -X[rows])
    return dWT.T / n
