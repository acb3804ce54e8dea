# WRONG: 1 where w is 0, and int64 whatever the dtype of w
import numpy as np


def l1_gradient(w):
    return np.where(w >= 0, 1, -1)
