# WRONG: argsort and the last place: among equal scores the last class wins, not the first.
import numpy as np


def predict(W, X):
    scores = X @ W
    return np.argsort(scores, axis=1, kind='stable')[:, -1]
