# WRONG: nothing keeps the denominator from 0, so that two zeros give NaN
import numpy as np


def relative_error(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))
