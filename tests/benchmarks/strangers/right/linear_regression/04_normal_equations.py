# RIGHT: SVD written out, with a cut-off of its own
import numpy as np


def normal_equations(X, y):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    keep = s > 1e-12 * s[0]
    coords = U.T[keep] @ y
    return Vt[keep].T @ (coords / s[keep])
