# WRONG: the maximum of the whole array is subtracted, not that of each row, so a row far below it becomes 0 / 0 = nan
import numpy as np


def softmax(scores):
    e_x = np.exp(scores - np.max(scores))
    return e_x / e_x.sum(axis=1, keepdims=True)
