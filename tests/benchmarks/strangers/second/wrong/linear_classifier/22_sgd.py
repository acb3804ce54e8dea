# WRONG (two): W is changed in place (the caller's array), and the history holds the loss after the step.
import numpy as np


def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    loss_history = []
    for it in range(num_steps):
        idx = rng.choice(X.shape[0], batch_size, replace=True)
        xb, yb = X[idx], y[idx]
        W -= learning_rate * gradient_fn(W, xb, yb)
        loss_history.append(loss_fn(W, xb, yb))
    return W, loss_history
