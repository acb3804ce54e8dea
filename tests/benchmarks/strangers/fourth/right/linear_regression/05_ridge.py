# RIGHT: least squares on X with sqrt(N reg) I below it
import numpy as np


def ridge(X, y, reg):
    N, D = X.shape
    A = np.vstack([X, np.sqrt(N * reg) * np.eye(D)])
    b = np.concatenate([y, np.zeros(D)])
    return np.linalg.lstsq(A, b, rcond=None)[0].astype(X.dtype)
