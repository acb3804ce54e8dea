# WRONG: the true class's column loses x_i for every other class, violated or not (the line stands outside the if)
import numpy as np


def svm_gradient_naive(W, X, y, delta=1.0):
    dW = np.zeros(W.shape)
    num_train, num_classes = X.shape[0], W.shape[1]
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + delta
            if margin > 0:
                dW[:, j] += X[i]
            dW[:, y[i]] -= X[i]
    dW /= num_train
    return dW
