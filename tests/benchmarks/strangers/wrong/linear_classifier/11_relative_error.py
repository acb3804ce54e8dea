# WRONG: the quotient of the norms of the whole arrays instead of the largest quotient over the elements (and 0/0 for two zeros)
import numpy as np


def relative_error(a, b):
    numerator = np.linalg.norm(a - b)
    denominator = np.linalg.norm(a) + np.linalg.norm(b)
    difference = numerator / denominator
    return difference
