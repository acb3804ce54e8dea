# WRONG: np.vander puts the highest power first, so the columns are in the opposite order
import numpy as np


def polynomial_features(x, degree):
    return np.vander(x, N=degree + 1)
