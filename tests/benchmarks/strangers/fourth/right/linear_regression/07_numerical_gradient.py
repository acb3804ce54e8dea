# RIGHT: over a flat copy, one unit vector at a time
import numpy as np


def numerical_gradient(f, w, h=1e-5):
    base = w.astype(np.float64).ravel()
    slopes = []
    for e in np.eye(base.size):
        ahead = f((base + h * e).reshape(w.shape))
        behind = f((base - h * e).reshape(w.shape))
        slopes.append((ahead - behind) / (h + h))
    return np.array(slopes).reshape(w.shape)
