# WRONG: beta multiplies the absolute values too
import numpy as np


def elastic_net(W, beta):
    total = 0.0
    for w in W.ravel():
        total += beta * (w * w + abs(w))
    return total
