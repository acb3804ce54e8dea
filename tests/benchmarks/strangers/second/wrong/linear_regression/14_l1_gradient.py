# WRONG: a division by the absolute value, whose 0/0 is replaced by 1.
import numpy as np


def l1_gradient(w):
    a = np.abs(w)
    out = np.ones_like(w)
    np.divide(w, a, out=out, where=a > 0)
    return out
