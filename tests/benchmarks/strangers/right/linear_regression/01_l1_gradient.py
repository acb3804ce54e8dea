# RIGHT: the difference of two masks
import numpy as np


def l1_gradient(w):
    duong = (w > 0).astype(w.dtype)
    am = (w < 0).astype(w.dtype)
    return duong - am
