# WRONG: the gradient is -1, not 0, where an element is 0
import numpy as np


def l1_gradient(W):
    dW = np.ones_like(W)
    dW[W <= 0] = -1
    return dW
