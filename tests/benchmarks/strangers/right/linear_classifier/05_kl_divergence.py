# RIGHT: np.where over all the classes, with the 0 / 0 warnings silenced
import numpy as np


def kl_divergence(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p == 0, 0.0, p * (np.log(p) - np.log(q)))
    return float(terms.sum())
