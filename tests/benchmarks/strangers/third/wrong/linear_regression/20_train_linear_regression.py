# WRONG: the condition with `or` is always true, so that the penalty is always l1 and no name is refused
import numpy as np


def train_linear_regression(X, y, *, penalty="l2", reg=0.0, learning_rate, batch_size, num_epochs, rng):
    w = np.zeros(X.shape[1])

    def grad(w, Xb, yb):
        if penalty == "l1" or "lasso":
            return mse_gradient(w, Xb, yb) + reg * l1_gradient(w)
        elif penalty == "l2":
            return mse_gradient(w, Xb, yb) + reg * l2_gradient(w)
        raise ValueError(penalty)

    path = minibatch_sgd(
        grad, w, X, y, learning_rate=learning_rate, batch_size=batch_size, num_epochs=num_epochs, rng=rng
    )
    return path[-1]
