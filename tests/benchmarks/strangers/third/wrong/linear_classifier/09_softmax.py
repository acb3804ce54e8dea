# WRONG: shifts by the largest score of all rows, and in the argument itself
import numpy as np


def softmax(scores):
    scores -= np.max(scores)
    exp_scores = np.exp(scores)
    return exp_scores / exp_scores.sum(axis=1).reshape(-1, 1)
