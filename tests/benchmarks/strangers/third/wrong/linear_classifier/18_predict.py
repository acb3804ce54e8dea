# WRONG: scores with classes in rows, as in MATLAB, but the maximum along the examples
import numpy as np


def predict(W, X):
    scores = W.T.dot(X.T)
    return np.argmax(scores, axis=1)
