# RIGHT: least squares with rows added for the penalty
import numpy as np


def ridge(X, y, reg):
    N, D = X.shape
    extra = np.sqrt(reg * N) * np.eye(D)
    A = np.concatenate([X, extra]).astype(float)
    b = np.concatenate([y, np.zeros(D)])
    return np.linalg.lstsq(A, b, rcond=None)[0].astype(X.dtype)
