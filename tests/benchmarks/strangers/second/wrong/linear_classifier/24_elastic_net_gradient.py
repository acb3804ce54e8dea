# WRONG: beta multiplies both terms, the sign of W too.
import numpy as np


def elastic_net_gradient(W, beta):
    g = 2 * W
    g = g + np.sign(W)
    return beta * g
