# WRONG: negative elements are moved down too (w - threshold on both sides).
import numpy as np


def soft_threshold(w, threshold):
    out = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        if w[i] > threshold:
            out[i] = w[i] - threshold
        elif w[i] < -threshold:
            out[i] = w[i] - threshold
    return out
