# WRONG: where two classes share the highest score, np.where returns both of them, so there are more than N answers
import numpy as np


def predict(W, X):
    scores = np.dot(X, W)
    best = np.max(scores, axis=1, keepdims=True)
    rows, y_pred = np.where(scores == best)
    return y_pred
