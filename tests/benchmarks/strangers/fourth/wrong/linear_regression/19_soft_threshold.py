# WRONG: negative weights all become 0
import numpy as np


def soft_threshold(w, threshold):
    out = np.zeros_like(w)
    for idx, value in np.ndenumerate(w):
        if value > threshold:
            out[idx] = value - threshold
        elif value < threshold:
            out[idx] = 0
    return out
