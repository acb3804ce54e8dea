# WRONG: where p is 0 the term is 0 times log 0, NaN
import numpy as np


def kl_divergence(p, q):
    return np.sum(p * np.log(p / q))
