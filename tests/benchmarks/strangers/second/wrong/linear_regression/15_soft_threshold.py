# WRONG: hard thresholding: small elements become 0, the others keep their size.
import numpy as np


def soft_threshold(w, threshold):
    mask = np.abs(w) > threshold
    return w * mask
