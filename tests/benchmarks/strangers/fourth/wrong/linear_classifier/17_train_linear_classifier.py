# WRONG: the penalty is 0.5 reg sum of W^2 and its gradient reg W, as in another course
import numpy as np
from gradient import softmax_gradient, svm_gradient
from loss import softmax_loss, svm_loss


def train_linear_classifier(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    if loss == "softmax":
        data_loss, data_grad = softmax_loss, softmax_gradient
    elif loss == "svm":
        data_loss, data_grad = svm_loss, svm_gradient
    else:
        raise ValueError("loss must be svm or softmax")
    num_classes = np.max(y) + 1
    W = (1e-4 * rng.standard_normal((X.shape[1], num_classes))).astype(X.dtype)
    return sgd(
        lambda W, Xb, yb: data_loss(W, Xb, yb) + 0.5 * reg * np.sum(W * W),
        lambda W, Xb, yb: data_grad(W, Xb, yb) + reg * W,
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        num_steps=num_steps,
        rng=rng,
    )
