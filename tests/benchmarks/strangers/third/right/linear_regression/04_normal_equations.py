# RIGHT: singular values by hand
import numpy as np


def normal_equations(X, y):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    keep = s > 1e-12 * s.max()
    return Vt[keep].T @ ((U[:, keep].T @ y) / s[keep])
