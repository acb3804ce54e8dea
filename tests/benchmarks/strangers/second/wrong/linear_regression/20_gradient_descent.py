# WRONG (two): the path holds one and the same array, changed in place, many times; and tolerance is compared with the squared norm.
import numpy as np


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    w = w.copy()
    path = [w]
    for step in range(max_steps):
        g = gradient_fn(w)
        if np.dot(g, g) <= tolerance:
            break
        w -= learning_rate * g
        path.append(w)
    return np.array(path)
