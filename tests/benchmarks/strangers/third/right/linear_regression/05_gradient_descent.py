# RIGHT: while True, with counting
import numpy as np


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    w = np.array(w, dtype=float)
    path = w[np.newaxis]
    n = 0
    while True:
        g = gradient_fn(w)
        if np.linalg.norm(g) <= tolerance or n == max_steps:
            return path
        w = w - g * learning_rate
        path = np.vstack([path, w])
        n += 1
