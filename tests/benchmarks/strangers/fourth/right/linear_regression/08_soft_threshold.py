# RIGHT: what lies within the threshold is taken off
import numpy as np


def soft_threshold(w, threshold):
    inner = np.minimum(np.maximum(w, -threshold), threshold)
    return (w - inner).astype(w.dtype)
