# WRONG: the factor 2 of the square's derivative is missing
import numpy as np


def mse_gradient(w, X, y):
    m = len(y)
    hypothesis = np.dot(X, w)
    loss = hypothesis - y
    gradient = np.dot(X.transpose(), loss) / m
    return gradient
