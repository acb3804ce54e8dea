# WRONG: moves all elements at once, the same number at every element
import numpy as np


def numerical_gradient(f, w, h=1e-5):
    w = w.astype("float64")
    slope = (f(w + h) - f(w - h)) / (2 * h)
    return np.ones_like(w) * slope
