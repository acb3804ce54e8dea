# WRONG: powers from 1 to degree + 1, no column of ones.
import numpy as np


def polynomial_features(x, degree):
    return np.stack([x ** (k + 1) for k in range(degree + 1)], axis=1)
