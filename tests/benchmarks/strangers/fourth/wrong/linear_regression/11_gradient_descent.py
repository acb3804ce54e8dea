# WRONG: the norm is tested after the step, so that one step too many is made
import numpy as np


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    w = w.copy()
    path = [w.copy()]
    for step in range(max_steps):
        g = gradient_fn(w)
        w = w - learning_rate * g
        path.append(w)
        if np.linalg.norm(g) <= tolerance:
            break
    return np.array(path)
