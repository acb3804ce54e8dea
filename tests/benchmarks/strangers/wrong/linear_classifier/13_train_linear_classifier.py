# WRONG: two mistakes: the gradient of reg * sum W^2 is taken as reg * W (no 2), and an unknown loss trains softmax instead of raising ValueError
import numpy as np
from gradient import softmax_gradient, svm_gradient
from loss import softmax_loss, svm_loss


def train_linear_classifier(X, y, *, loss="softmax", reg=0.0, learning_rate, batch_size, num_steps, rng):
    num_train, dim = X.shape
    num_classes = int(np.max(y)) + 1
    W = (1e-4 * rng.standard_normal((dim, num_classes))).astype(X.dtype)

    loss_history = []
    for it in range(num_steps):
        idx = rng.choice(num_train, batch_size, replace=True)
        X_batch, y_batch = X[idx], y[idx]

        if loss == "svm":
            data_loss = svm_loss(W, X_batch, y_batch)
            grad = svm_gradient(W, X_batch, y_batch)
        else:
            data_loss = softmax_loss(W, X_batch, y_batch)
            grad = softmax_gradient(W, X_batch, y_batch)
        total = data_loss + reg * np.sum(W * W)
        grad = grad + reg * W

        loss_history.append(total)
        W = W - learning_rate * grad
    return W, loss_history
