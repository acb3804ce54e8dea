# WRONG: w[0] is taken as the bias and the first column of X is left out, though the bias column may be anywhere or missing
import numpy as np


def predict(w, X):
    bias = w[0]
    weights = w[1:]
    return bias + np.dot(X[:, 1:], weights)
