# RIGHT: a loop over the flattened arrays
import numpy as np


def relative_error(a, b):
    worst = 0.0
    for u, v in zip(np.ravel(a), np.ravel(b)):
        denominator = abs(u) + abs(v)
        if denominator < 1e-8:
            denominator = 1e-8
        worst = max(worst, abs(u - v) / denominator)
    return worst
