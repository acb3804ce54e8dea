# RIGHT: a running product along the columns
import numpy as np


def polynomial_features(x, degree):
    A = np.ones((x.size, degree + 1), dtype=x.dtype)
    A[:, 1:] = x[:, np.newaxis]
    return np.multiply.accumulate(A, axis=1)
