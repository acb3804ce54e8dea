# RIGHT: a while loop, history in an array
import numpy as np


def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    history = np.zeros(num_steps)
    theta = W.copy()
    t = 0
    while t < num_steps:
        pick = rng.integers(X.shape[0], size=batch_size)
        xb, yb = X[pick], y[pick]
        history[t] = loss_fn(theta, xb, yb)
        theta = theta - learning_rate * gradient_fn(theta, xb, yb)
        t += 1
    return theta, history
