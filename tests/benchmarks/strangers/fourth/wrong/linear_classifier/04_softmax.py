# WRONG: maximum and sum are taken over the whole array, not each row
import numpy as np


def softmax(scores):
    exps = np.exp(scores - np.max(scores))
    return exps / np.sum(exps)
