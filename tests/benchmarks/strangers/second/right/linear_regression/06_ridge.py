# RIGHT: least squares on X with sqrt(N reg) I below it.
import numpy as np


def ridge(X, y, reg):
    n, d = X.shape
    A = np.vstack([X, np.sqrt(n * reg) * np.eye(d)])
    b = np.concatenate([y, np.zeros(d)])
    return np.linalg.lstsq(A, b, rcond=None)[0].astype(X.dtype)
