# WRONG: twice the sum of all weights at every element
import numpy as np


def l2_gradient(W):
    dW = np.zeros_like(W)
    dW += np.sum(W) * 2
    return dW
