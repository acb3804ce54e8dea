# WRONG: the last power is missing, and float32 becomes float64
import numpy as np


def polynomial_features(x, degree):
    Phi = np.zeros((x.shape[0], degree))
    for k in range(degree):
        Phi[:, k] = x**k
    return Phi
