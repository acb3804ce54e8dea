# RIGHT: while loop, history as an array, its own copy of W.
import numpy as np


def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    w = W.copy()
    history = np.zeros(num_steps)
    t = 0
    while t < num_steps:
        pick = rng.permutation(len(X))[:batch_size]
        history[t] = loss_fn(w, X[pick], y[pick])
        w = w - learning_rate * gradient_fn(w, X[pick], y[pick])
        t += 1
    return w, history
