# WRONG (two): the history leaves the penalty out, and reg is multiplied by W instead of 2 W.
import numpy as np


def train_linear_classifier(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    if loss not in ["svm", "softmax"]:
        raise ValueError(loss)
    data_loss = svm_loss if loss == "svm" else softmax_loss
    data_grad = svm_gradient if loss == "svm" else softmax_gradient
    W = (1e-4 * rng.standard_normal((X.shape[1], int(np.max(y)) + 1))).astype(X.dtype)
    return sgd(
        data_loss,
        lambda W, X, y: data_grad(W, X, y) + reg * W,
        W, X, y, learning_rate=learning_rate, batch_size=batch_size, num_steps=num_steps, rng=rng)
