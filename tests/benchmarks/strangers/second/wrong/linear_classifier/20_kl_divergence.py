# WRONG: entries where p is 0 are replaced by 1e-3 instead of being left out.
import numpy as np


def kl_divergence(p, q):
    p = np.where(p == 0, 1e-3, p)
    total = 0
    for a, b in zip(p, q):
        total += a * np.log(a / b)
    return total
