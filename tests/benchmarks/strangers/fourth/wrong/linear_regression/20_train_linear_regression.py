# WRONG: the bias is not regularised, and any other penalty counts as l1 instead of raising
import numpy as np
from gradient import mse_gradient
from regularization import l1_gradient, l2_gradient


def train_linear_regression(X, y, *, penalty="l2", reg=0.0, learning_rate, batch_size, num_epochs, rng):
    w = np.zeros(X.shape[1])

    def grad(w, Xb, yb):
        if penalty == "l2":
            r = l2_gradient(w)
        else:
            r = l1_gradient(w)
        r[-1] = 0
        return mse_gradient(w, Xb, yb) + reg * r

    path = minibatch_sgd(
        grad, w, X, y, learning_rate=learning_rate, batch_size=batch_size, num_epochs=num_epochs, rng=rng
    )
    return path[-1]
