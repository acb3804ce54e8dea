# RIGHT: a while loop whose test comes first, stacked at the end.
import numpy as np


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    path = [np.array(w, dtype=float)]
    g = gradient_fn(path[-1])
    while len(path) <= max_steps and np.sqrt(np.sum(g ** 2)) > tolerance:
        path.append(path[-1] - learning_rate * g)
        if len(path) <= max_steps:
            g = gradient_fn(path[-1])
    return np.vstack(path)
