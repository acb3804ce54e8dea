# RIGHT: nested comprehensions, squares by multiplication.
import numpy as np


def mse_loss(w, X, y):
    errors = [sum(float(X[i, j]) * float(w[j]) for j in range(len(w))) - float(y[i]) for i in range(len(y))]
    return sum(e * e for e in errors) / len(errors)
