# WRONG: 1e-5 is added to both distributions to avoid log 0, without a new normalisation: the result is off from the 4th digit on
import numpy as np


def kl_divergence(p, q):
    epsilon = 0.00001
    # you may want to copy p and q so that the arguments stay as they are
    p = p + epsilon
    q = q + epsilon
    divergence = np.sum(p * np.log(p / q))
    return divergence
