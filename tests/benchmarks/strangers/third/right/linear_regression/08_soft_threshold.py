# RIGHT: w minus its clipped self
import numpy as np


def soft_threshold(w, threshold):
    return w - np.clip(w, -threshold, threshold)
