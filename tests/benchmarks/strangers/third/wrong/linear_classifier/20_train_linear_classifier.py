# WRONG: the bias row is left out of the penalty and its gradient, and W starts ten times too large
import numpy as np


def train_linear_classifier(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    if loss == "softmax":
        data_loss, data_grad = softmax_loss, softmax_gradient
    elif loss == "svm":
        data_loss, data_grad = svm_loss, svm_gradient
    else:
        raise ValueError("unknown loss " + str(loss))
    num_classes = int(np.max(y)) + 1
    W = (0.001 * rng.standard_normal((X.shape[1], num_classes))).astype(X.dtype)

    def full_loss(W, Xb, yb):
        return data_loss(W, Xb, yb) + reg * np.sum(W[:-1] ** 2)

    def full_grad(W, Xb, yb):
        dW = data_grad(W, Xb, yb)
        dW[:-1] += 2 * reg * W[:-1]
        return dW

    return sgd(
        full_loss, full_grad, W, X, y,
        learning_rate=learning_rate, batch_size=batch_size, num_steps=num_steps, rng=rng,
    )
