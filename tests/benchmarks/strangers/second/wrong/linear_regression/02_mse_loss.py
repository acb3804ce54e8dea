# WRONG: the sum is divided by 2N, as in Ng's course.
import numpy as np


def mse_loss(w, X, y):
    m = len(y)
    J = 0
    for i in range(m):
        h = 0
        for j in range(len(w)):
            h += w[j] * X[i, j]
        J += (h - y[i]) ** 2
    return J / (2 * m)
