# RIGHT: what is cut off by clip.
import numpy as np


def soft_threshold(w, threshold):
    return w - np.clip(w, -threshold, threshold)
