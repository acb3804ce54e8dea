# WRONG: negative weights move away from 0
import numpy as np


def soft_threshold(w, threshold):
    out = w.copy()
    out[np.abs(w) <= threshold] = 0
    big = np.abs(w) > threshold
    out[big] = w[big] - threshold
    return out
