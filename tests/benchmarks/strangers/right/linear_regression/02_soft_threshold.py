# RIGHT: w minus its own clipped version
import numpy as np


def soft_threshold(w, threshold):
    return w - np.clip(w, -threshold, threshold)
