# WRONG: the true class's score is taken once, from the first example's label, and used for every example.
import numpy as np


def svm_loss_naive(W, X, y, delta=1.0):
    num_train, num_classes = X.shape[0], W.shape[1]
    label = y[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[label] + delta
            if margin > 0:
                loss += margin
    return loss / num_train
