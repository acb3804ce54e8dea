# WRONG: divides the probabilities by N before 1 is subtracted at the true class
import numpy as np


def softmax_gradient(W, X, y):
    N = X.shape[0]
    scores = np.matmul(X, W)
    scores -= np.amax(scores, axis=1, keepdims=True)
    probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    dscores = probs / N
    dscores[range(N), y] -= 1
    return np.matmul(X.T, dscores)
