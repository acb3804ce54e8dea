# WRONG: the absolute values get the weight 1 - beta, as a mixing ratio, instead of 1
import numpy as np


def elastic_net(W, beta):
    l2_part = np.sum(np.square(W))
    l1_part = np.sum(np.abs(W))
    return beta * l2_part + (1 - beta) * l1_part
