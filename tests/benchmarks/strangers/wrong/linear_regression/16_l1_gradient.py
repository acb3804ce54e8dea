# WRONG: w / (|w| + eps) is no sign: for weights of the size of eps (such as 1e-6) it is far from +-1
import numpy as np


def l1_gradient(w):
    eps = 1e-6
    return w / (np.abs(w) + eps)
