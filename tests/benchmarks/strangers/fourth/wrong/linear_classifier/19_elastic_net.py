# WRONG: the absolute values are weighted with 1 - beta
import numpy as np


def elastic_net(W, beta):
    return beta * np.sum(W**2) + (1 - beta) * np.sum(np.abs(W))
