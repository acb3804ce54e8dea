# WRONG: margins[:, y] = 0 clears whole columns (every class that occurs in y) instead of one element a row
import numpy as np


def svm_loss(W, X, y, delta=1.0):
    num_train = X.shape[0]
    scores = X.dot(W)
    correct_class_scores = scores[np.arange(num_train), y].reshape(-1, 1)
    margins = np.maximum(0, scores - correct_class_scores + delta)
    margins[:, y] = 0
    loss = np.sum(margins) / num_train
    return loss
