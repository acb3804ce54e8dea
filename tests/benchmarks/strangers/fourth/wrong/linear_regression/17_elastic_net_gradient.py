# WRONG: the 2 of the squares is missing
import numpy as np


def elastic_net_gradient(w, beta):
    return beta * w + np.sign(w)
