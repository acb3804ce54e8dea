# WRONG: negative weights are moved away from 0 (w - threshold) instead of towards it
import numpy as np


def soft_threshold(w, threshold):
    w_new = np.where(np.abs(w) > threshold, w - threshold, 0)
    return w_new.astype(w.dtype)
