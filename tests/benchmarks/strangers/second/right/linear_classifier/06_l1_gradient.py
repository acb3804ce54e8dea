# RIGHT: a difference of two comparisons.
import numpy as np


def l1_gradient(W):
    return (W > 0).astype(W.dtype) - (W < 0).astype(W.dtype)
