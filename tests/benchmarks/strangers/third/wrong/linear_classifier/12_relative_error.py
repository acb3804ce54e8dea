# WRONG: largest difference over largest size, instead of the largest quotient
import numpy as np


def relative_error(a, b):
    top = np.max(np.abs(a - b))
    bottom = np.max(np.maximum(1e-8, np.abs(a) + np.abs(b)))
    return top / bottom
