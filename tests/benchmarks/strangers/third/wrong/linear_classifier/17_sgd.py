# WRONG: the history holds the loss over all of X, and W is changed in place
import numpy as np


def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    loss_history = []
    for it in range(num_steps):
        X_batch, y_batch = sample_batch(X, y, batch_size, rng)
        loss_history.append(loss_fn(W, X, y))
        W -= learning_rate * gradient_fn(W, X_batch, y_batch)
    return W, loss_history
