# WRONG: stops when w hardly moves, instead of when the gradient is small
import numpy as np


def gradient_descent(gradient_fn, w, *, learning_rate, max_steps, tolerance):
    path = [w.copy()]
    for _ in range(max_steps):
        w_new = w - learning_rate * gradient_fn(w)
        if np.linalg.norm(w_new - w) <= tolerance:
            break
        path.append(w_new)
        w = w_new
    return np.array(path)
