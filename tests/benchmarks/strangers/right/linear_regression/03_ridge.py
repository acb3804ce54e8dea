# RIGHT: least squares on X with sqrt(N reg) times the identity stacked below, no normal equations
import numpy as np


def ridge(X, y, reg):
    n, d = X.shape
    extra_rows = np.sqrt(n * reg) * np.eye(d)
    A = np.concatenate([X, extra_rows])
    b = np.concatenate([y, np.zeros(d)])
    w, _, _, _ = np.linalg.lstsq(A, b, rcond=None)
    return w
