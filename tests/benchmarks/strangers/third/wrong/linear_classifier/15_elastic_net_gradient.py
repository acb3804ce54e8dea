# WRONG: the 2 of the square is missing, and W / |W| is not a number where W is 0
import numpy as np


def elastic_net_gradient(W, beta):
    return beta * W + W / np.abs(W)
